//! The tables of the document.

use super::table::{Column, Table};
use super::words;
use crate::attendance::report::{Deputy, Report, UnitLine};
use chrono::{DateTime, Utc};

pub(super) fn units(report: &Report) -> Table<8> {
    let rows = report.units.iter();
    let rows = rows.map(|unit| line(&unit.name, unit.counts())).collect();
    Table {
        columns: [
            Column::left("Đơn vị", 5.0),
            Column::right("Điểm cầu được mời", 2.0),
            Column::right("Có mặt", 1.6),
            Column::right("Trong đó vào muộn", 2.0),
            Column::right("Vắng có phép", 1.6),
            Column::right("Vắng", 1.5),
            Column::right("Dự thay", 1.5),
            Column::right("Số người dự", 1.8),
        ],
        rows,
        total: Some(line("Tổng cộng", UnitLine::totals(&report.units))),
    }
}

fn line(name: &str, counts: [u32; 7]) -> [String; 8] {
    let mut cells = counts.iter().map(u32::to_string);
    std::array::from_fn(|index| match index {
        0 => name.to_owned(),
        _ => cells.next().unwrap_or_default(),
    })
}

pub(super) fn points(report: &Report) -> Table<11> {
    let rows = report.points.iter().enumerate().map(|(index, point)| {
        [
            (index + 1).to_string(),
            point.group.clone(),
            point.name.clone(),
            point.late_minutes.map_or_else(
                || words::roll(point.roll).to_owned(),
                |minutes| format!("{} {minutes} phút", words::roll(point.roll)),
            ),
            words::by(point.answered_at.is_some(), point.by_secretary).to_owned(),
            time(report, point.first_joined),
            time(report, point.last_left),
            words::duration(point.present_seconds),
            words::duration(point.spoken_seconds),
            count(point.headcount),
            note(point.representative.as_ref(), &point.note),
        ]
    });
    Table {
        columns: [
            Column::right("STT", 1.1),
            Column::left("Đơn vị", 2.8),
            Column::left("Điểm cầu", 4.4),
            Column::left("Kết quả", 2.4),
            Column::left("Ghi bởi", 2.9),
            Column::centre("Vào lúc", 2.0),
            Column::centre("Ra lúc", 2.0),
            Column::right("Có mặt trong phiên", 2.0),
            Column::right("Đã phát biểu", 1.8),
            Column::right("Số người dự", 1.5),
            Column::left("Người đại diện, ghi chú", 5.0),
        ],
        rows: rows.collect(),
        total: None,
    }
}

pub(super) fn roll_calls(report: &Report) -> Table<8> {
    let rows = report.roll_calls.iter().map(|roll| {
        [
            roll.number.to_string(),
            roll.group.clone(),
            roll.point.clone(),
            words::roll(roll.roll).to_owned(),
            time(report, roll.at),
            words::by(roll.at.is_some(), roll.by_secretary).to_owned(),
            count(roll.headcount),
            roll.note.clone(),
        ]
    });
    Table {
        columns: [
            Column::centre("Lần", 1.2),
            Column::left("Đơn vị", 3.6),
            Column::left("Điểm cầu", 5.0),
            Column::left("Kết quả", 2.6),
            Column::centre("Lúc", 2.2),
            Column::left("Ghi bởi", 2.8),
            Column::right("Số người dự", 1.8),
            Column::left("Ghi chú", 5.0),
        ],
        rows: rows.collect(),
        total: None,
    }
}

pub(super) fn people(report: &Report) -> Table<8> {
    let rows = report.people.iter().enumerate().map(|(index, person)| {
        [
            (index + 1).to_string(),
            person.point.clone(),
            person.name.clone(),
            person.title.clone(),
            words::part(person.role).to_owned(),
            time(report, person.presence.first().map(|visit| visit.from)),
            time(report, person.presence.last().and_then(|visit| visit.until)),
            words::duration(person.present_seconds),
        ]
    });
    Table {
        columns: [
            Column::right("STT", 1.2),
            Column::left("Điểm cầu", 5.0),
            Column::left("Họ và tên", 4.4),
            Column::left("Chức vụ", 5.0),
            Column::left("Vai trò", 2.0),
            Column::centre("Vào lúc", 2.2),
            Column::centre("Ra lúc", 2.2),
            Column::right("Có mặt trong phiên", 2.2),
        ],
        rows: rows.collect(),
        total: None,
    }
}

pub(super) fn speeches(report: &Report) -> Table<7> {
    let rows = report.speeches.iter().enumerate().map(|(index, speech)| {
        [
            (index + 1).to_string(),
            speech.point.clone(),
            speech.person.clone(),
            time(report, Some(speech.granted_at)),
            time(report, speech.spoke_from),
            time(report, speech.ended_at),
            words::duration(speech.seconds),
        ]
    });
    Table {
        columns: [
            Column::right("STT", 1.2),
            Column::left("Điểm cầu", 5.0),
            Column::left("Người phát biểu", 7.0),
            Column::centre("Được mời lúc", 2.4),
            Column::centre("Bắt đầu nói", 2.4),
            Column::centre("Kết thúc", 2.4),
            Column::right("Thời lượng", 2.0),
        ],
        rows: rows.collect(),
        total: None,
    }
}

/// The time alone on the day of the briefing, with its date on another.
fn time(report: &Report, at: Option<DateTime<Utc>>) -> String {
    let Some(at) = at.map(words::local) else {
        return String::new();
    };
    let same_day = at.date() == words::local(report.briefing.planned_start).date();
    let form = if same_day {
        "%H:%M:%S"
    } else {
        "%H:%M:%S %d/%m/%Y"
    };
    at.format(form).to_string()
}

fn count(count: Option<u32>) -> String {
    count.map(|count| count.to_string()).unwrap_or_default()
}

fn note(deputy: Option<&Deputy>, note: &str) -> String {
    let deputy = deputy.map(|deputy| {
        let who = format!("{}, {}", deputy.name, deputy.title);
        let who = who.trim_matches([',', ' ']);
        if deputy.deputising {
            format!("Dự thay: {who}")
        } else {
            who.to_owned()
        }
    });
    match deputy {
        // A roll call writes the name of whoever stands in into its note.
        Some(deputy) if note.is_empty() || deputy.contains(note) => deputy,
        Some(deputy) => format!("{deputy}. {note}"),
        None => note.to_owned(),
    }
}
