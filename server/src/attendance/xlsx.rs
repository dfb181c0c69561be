//! The attendance as a workbook to be read, printed and filed.

mod sheet;

use super::report::{Heading, Report, UnitLine};
use super::words;
use rust_xlsxwriter::{Workbook, XlsxError};
use sheet::{Cell, Column, Sheet};

/// The workbook's bytes.
pub fn write(report: &Report) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let lines = heading(&report.briefing);
    for build in [summary, points, people, roll_calls, speeches] {
        let sheet = build(report);
        sheet.write(workbook.add_worksheet(), &report.briefing.title, &lines)?;
    }
    workbook.save_to_buffer()
}

/// What stands above every table.
fn heading(briefing: &Heading) -> Vec<String> {
    let time = |at: Option<_>| at.map_or_else(|| "chưa".to_owned(), words::local_text);
    vec![
        format!("Đơn vị chủ trì: {}", briefing.host),
        format!("Chủ trì: {}", briefing.chair),
        format!(
            "Theo kế hoạch: {} đến {}",
            words::local_text(briefing.planned_start),
            words::local_text(briefing.planned_end)
        ),
        format!(
            "Bắt đầu: {}. Kết thúc: {}.",
            time(briefing.started_at),
            time(briefing.ended_at)
        ),
        format!(
            "Lập lúc {} (giờ Việt Nam) từ sổ phiên: {} dòng, mã cuối {}",
            words::local_text(briefing.made_at),
            briefing.ledger_seq,
            briefing.ledger_head
        ),
    ]
}

fn summary(report: &Report) -> Sheet {
    let columns = vec![
        Column::new("Đơn vị", 30.0),
        Column::new("Điểm cầu được mời", 12.0),
        Column::new("Có mặt", 10.0),
        Column::new("Trong đó vào muộn", 12.0),
        Column::new("Vắng có phép", 10.0),
        Column::new("Vắng", 10.0),
        Column::new("Dự thay", 10.0),
        Column::new("Số người dự", 12.0),
    ];
    let line = |name: &str, counts: [u32; 7]| -> Vec<Cell> {
        std::iter::once(Cell::text(name))
            .chain(counts.map(Cell::count))
            .collect()
    };
    let rows = report.units.iter();
    let rows = rows.map(|unit| line(&unit.name, unit.counts())).collect();
    Sheet {
        name: "Tổng hợp",
        columns,
        rows,
        total: Some(line("Tổng cộng", UnitLine::totals(&report.units))),
    }
}

fn points(report: &Report) -> Sheet {
    let columns = vec![
        Column::new("STT", 6.0),
        Column::new("Đơn vị", 22.0),
        Column::new("Điểm cầu", 30.0),
        Column::new("Kết quả", 14.0),
        Column::new("Muộn (phút)", 8.0),
        Column::new("Điểm danh lúc", 19.0),
        Column::new("Ghi bởi", 16.0),
        Column::new("Vào lúc", 19.0),
        Column::new("Ra lúc", 19.0),
        Column::new("Có mặt trong phiên", 12.0),
        Column::new("Có hình trong phiên", 12.0),
        Column::new("Đã phát biểu", 12.0),
        Column::new("Số lần mất kết nối", 11.0),
        Column::new("Số người dự", 9.0),
        Column::new("Người đại diện", 24.0),
        Column::new("Chức vụ", 24.0),
        Column::new("Dự thay", 9.0),
        Column::new("Ghi chú", 26.0),
    ];
    let rows = report
        .points
        .iter()
        .enumerate()
        .map(|(index, point)| {
            let deputy = point.representative.as_ref();
            vec![
                Cell::index(index),
                Cell::text(&point.group),
                Cell::text(&point.name),
                Cell::text(words::roll(point.roll)),
                point.late_minutes.map_or(Cell::Empty, Cell::count),
                Cell::time(point.answered_at),
                Cell::text(words::by(point.answered_at.is_some(), point.by_secretary)),
                Cell::time(point.first_joined),
                Cell::time(point.last_left),
                Cell::Duration(point.present_seconds),
                Cell::Duration(point.camera_seconds),
                Cell::Duration(point.spoken_seconds),
                Cell::count(point.interruptions),
                point.headcount.map_or(Cell::Empty, Cell::count),
                deputy.map_or(Cell::Empty, |deputy| Cell::text(&deputy.name)),
                deputy.map_or(Cell::Empty, |deputy| Cell::text(&deputy.title)),
                if deputy.is_some_and(|deputy| deputy.deputising) {
                    Cell::text("x")
                } else {
                    Cell::Empty
                },
                Cell::text(&point.note),
            ]
        })
        .collect();
    Sheet {
        name: "Theo điểm cầu",
        columns,
        rows,
        total: None,
    }
}

fn people(report: &Report) -> Sheet {
    let columns = vec![
        Column::new("STT", 6.0),
        Column::new("Điểm cầu", 30.0),
        Column::new("Họ và tên", 26.0),
        Column::new("Chức vụ", 28.0),
        Column::new("Vai trò", 11.0),
        Column::new("Lần", 6.0),
        Column::new("Vào lúc", 19.0),
        Column::new("Ra lúc", 19.0),
        Column::new("Thời lượng", 12.0),
    ];
    let mut rows = Vec::new();
    for (index, person) in report.people.iter().enumerate() {
        for (visit, interval) in person.presence.iter().enumerate() {
            let until = interval.until.unwrap_or(report.briefing.made_at);
            let seconds = words::whole_seconds(interval.from, until);
            rows.push(vec![
                Cell::index(index),
                Cell::text(&person.point),
                Cell::text(&person.name),
                Cell::text(&person.title),
                Cell::text(words::part(person.role)),
                Cell::index(visit),
                Cell::time(Some(interval.from)),
                Cell::time(interval.until),
                Cell::Duration(seconds),
            ]);
        }
    }
    Sheet {
        name: "Theo người",
        columns,
        rows,
        total: None,
    }
}

fn roll_calls(report: &Report) -> Sheet {
    let columns = vec![
        Column::new("Lần", 6.0),
        Column::new("Đơn vị", 22.0),
        Column::new("Điểm cầu", 30.0),
        Column::new("Kết quả", 16.0),
        Column::new("Lúc", 19.0),
        Column::new("Ghi bởi", 16.0),
        Column::new("Số người dự", 9.0),
        Column::new("Ghi chú", 30.0),
    ];
    let rows = report
        .roll_calls
        .iter()
        .map(|line| {
            vec![
                Cell::count(line.number),
                Cell::text(&line.group),
                Cell::text(&line.point),
                Cell::text(words::roll(line.roll)),
                Cell::time(line.at),
                Cell::text(words::by(line.at.is_some(), line.by_secretary)),
                line.headcount.map_or(Cell::Empty, Cell::count),
                Cell::text(&line.note),
            ]
        })
        .collect();
    Sheet {
        name: "Điểm danh",
        columns,
        rows,
        total: None,
    }
}

fn speeches(report: &Report) -> Sheet {
    let columns = vec![
        Column::new("STT", 6.0),
        Column::new("Điểm cầu", 30.0),
        Column::new("Người phát biểu", 26.0),
        Column::new("Được mời lúc", 19.0),
        Column::new("Bắt đầu nói", 19.0),
        Column::new("Kết thúc", 19.0),
        Column::new("Thời lượng", 12.0),
    ];
    let rows = report
        .speeches
        .iter()
        .enumerate()
        .map(|(index, speech)| {
            vec![
                Cell::index(index),
                Cell::text(&speech.point),
                Cell::text(&speech.person),
                Cell::time(Some(speech.granted_at)),
                Cell::time(speech.spoke_from),
                Cell::time(speech.ended_at),
                Cell::Duration(speech.seconds),
            ]
        })
        .collect();
    Sheet {
        name: "Phát biểu",
        columns,
        rows,
        total: None,
    }
}
