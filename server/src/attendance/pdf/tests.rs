//! The document is read back with poppler's `pdftotext`, as whoever receives it would.

use super::*;
use crate::attendance::report::{
    Deputy, Interval, Part, PersonLine, PointLine, Roll, RollLine, SpeechLine, UnitLine,
};
use chrono::{DateTime, TimeDelta, Utc};
use std::io::Write as _;
use std::process::{Command, Stdio};
use uuid::Uuid;

const POINTS: usize = 3_355;
const ADDRESS: &str = "https://giaoban.laocai.gov.vn/verify/x/9/y";

fn start() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-02-03T01:00:00Z")
        .unwrap()
        .to_utc()
}

fn point(number: usize) -> PointLine {
    let joined = start() + TimeDelta::seconds(i64::try_from(number % 600).unwrap());
    PointLine {
        id: Uuid::from_u128(number as u128),
        unit_code: format!("{number:05}"),
        name: format!("Xã Nghĩa Đô số {number}"),
        group: "Tỉnh Lào Cai".to_owned(),
        roll: if number.is_multiple_of(7) {
            Roll::Excused
        } else {
            Roll::Online
        },
        note: if number.is_multiple_of(7) {
            "Đi công tác ngược dòng lũ, đường bị sạt lở ở nhiều đoạn".to_owned()
        } else {
            String::new()
        },
        late_minutes: None,
        answered_at: Some(joined),
        by_secretary: number.is_multiple_of(7),
        first_joined: Some(joined),
        last_left: Some(start() + TimeDelta::hours(2)),
        presence: Vec::new(),
        camera: Vec::new(),
        microphone: Vec::new(),
        present_seconds: 7_200,
        camera_seconds: 7_000,
        spoken_seconds: 60,
        interruptions: 0,
        headcount: Some(5),
        representative: number.is_multiple_of(3).then(|| Deputy {
            name: "Giàng Thị Mỷ".to_owned(),
            title: "Phó Chủ tịch UBND xã".to_owned(),
            deputising: true,
        }),
    }
}

fn report(points: usize) -> Report {
    let points: Vec<PointLine> = (1..=points).map(point).collect();
    Report {
        briefing: Heading {
            id: Uuid::from_u128(77),
            title: "Giao ban công tác phòng, chống thiên tai tháng 02".to_owned(),
            host: "UBND tỉnh Lào Cai".to_owned(),
            chair: "Trần Văn Nam, Chủ tịch UBND tỉnh".to_owned(),
            planned_start: start(),
            planned_end: start() + TimeDelta::hours(2),
            started_at: Some(start()),
            ended_at: Some(start() + TimeDelta::hours(2)),
            made_at: start() + TimeDelta::hours(3),
            ledger_seq: 9_876,
            ledger_head: "0123456789abcdef".repeat(4),
        },
        units: vec![UnitLine {
            code: "15".to_owned(),
            name: "Tỉnh Lào Cai".to_owned(),
            invited: 3_355,
            present: 2_876,
            ..UnitLine::default()
        }],
        people: points
            .iter()
            .map(|point| PersonLine {
                account: point.id,
                point: point.name.clone(),
                name: "Vàng A Sùng".to_owned(),
                title: "Chủ tịch UBND xã".to_owned(),
                role: Part::Delegate,
                presence: vec![Interval {
                    from: start(),
                    until: None,
                }],
                present_seconds: 7_200,
            })
            .collect(),
        roll_calls: points
            .iter()
            .map(|point| RollLine {
                number: 1,
                point: point.name.clone(),
                group: point.group.clone(),
                roll: point.roll,
                at: point.answered_at,
                by_secretary: point.by_secretary,
                headcount: point.headcount,
                note: point.note.clone(),
            })
            .collect(),
        speeches: vec![SpeechLine {
            point: "Xã Nghĩa Đô số 1".to_owned(),
            person: "Vàng A Sùng, Chủ tịch UBND xã".to_owned(),
            granted_at: start(),
            spoke_from: Some(start()),
            ended_at: None,
            seconds: 95,
        }],
        points,
    }
}

/// The pages' words, each line as it stands on the paper.
fn read(pdf: &[u8]) -> Vec<String> {
    let mut reader = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext of poppler-utils");
    let mut input = reader.stdin.take().unwrap();
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes));
    let output = reader.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim_end_matches('\u{c}')
        .split('\u{c}')
        .map(str::to_owned)
        .collect()
}

#[test]
fn it_has_the_parts_that_the_decree_asks_for() {
    let pages = read(&write(&report(2), Some(ADDRESS)).unwrap());
    // However its lines are broken.
    let words: Vec<&str> = pages[0].split_whitespace().collect();
    let first = words.join(" ");
    for part in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "UBND TỈNH LÀO CAI",
        "Số:",
        "ngày 03 tháng 02 năm 2026",
        "BIÊN BẢN",
        "Giao ban công tác phòng, chống thiên tai tháng 02",
        "Thời gian bắt đầu: 03/02/2026 08:00:00",
        "dòng số 9876",
        &"0123456789abcdef".repeat(4),
        "Tổng cộng",
    ] {
        assert!(first.contains(part), "{part} is not in:\n{first}");
    }
    let all = pages.concat();
    for part in ["0:01:35", "THƯ KÝ", "CHỦ TRÌ", "(Ký, ghi rõ họ tên)"] {
        assert!(all.contains(part), "{part}");
    }
}

#[test]
fn every_point_of_a_national_briefing_is_there_under_a_header_on_every_page() {
    let pdf = write(&report(POINTS), None).unwrap();
    let pages = read(&pdf);
    let total = pages.len();
    for (index, page) in pages.iter().enumerate() {
        assert!(
            page.contains(&format!("Trang {}/{total}", index + 1)),
            "{page}"
        );
        // Whatever list a page goes on with, its columns are named again.
        if index > 0 && index + 1 < total {
            assert!(page.contains("Điểm cầu"), "{page}");
        }
    }
    let all = pages.concat();
    let mut seen = vec![0; POINTS + 1];
    for rest in all.split("Xã Nghĩa Đô số ").skip(1) {
        let number = rest.split_whitespace().next().unwrap();
        seen[number.parse::<usize>().unwrap()] += 1;
    }
    // By point, in the roll call, as a person's place; the first has spoken too.
    assert_eq!(seen[1], 4);
    assert!(seen[2..].iter().all(|times| *times == 3), "{seen:?}");
}

#[test]
fn nobody_signs_a_page_with_nothing_else_on_it() {
    let mut report = report(2);
    let speech = report.speeches.remove(0);
    // More than a page of them, so that the end comes to stand everywhere on it.
    for count in 0..40 {
        let pages = read(&write(&report, None).unwrap());
        let last = pages.last().unwrap();
        assert!(last.contains("CHỦ TRÌ"), "{count}: {last}");
        let spoken = last.matches("0:01:35").count();
        let together = if count == 0 {
            last.contains("Không có ai phát biểu.")
        } else {
            spoken >= count.min(2)
        };
        assert!(together, "{count}: {last}");
        let titled = |page: &&String| page.contains("V. PHÁT BIỂU");
        let first = pages.iter().find(titled).unwrap();
        assert!(count == 0 || first.contains("0:01:35"), "{count}: {first}");
        report.speeches.push(speech.clone());
    }
}

#[test]
fn the_code_holds_the_address_or_says_the_same_as_text() {
    let briefing = report(1).briefing;
    assert_eq!(seal::code(&briefing, Some(ADDRESS)), ADDRESS);
    let text = seal::code(&briefing, None);
    assert_eq!(
        text,
        format!(
            "giaoban:{}:9876:{}",
            briefing.id,
            "0123456789abcdef".repeat(4)
        )
    );
}
