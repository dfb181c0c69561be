//! The attendance by points as CSV (RFC 4180), with a byte order mark so that spreadsheets read the Vietnamese letters.

use super::report::{PointLine, Report};
use super::words;

const BOM: &[u8] = "\u{feff}".as_bytes();

const COLUMNS: [&str; 18] = [
    "STT",
    "Đơn vị",
    "Mã đơn vị",
    "Điểm cầu",
    "Kết quả",
    "Muộn (phút)",
    "Điểm danh lúc",
    "Ghi bởi",
    "Ghi chú",
    "Vào lúc",
    "Ra lúc",
    "Có mặt trong phiên",
    "Có hình trong phiên",
    "Đã phát biểu",
    "Số lần mất kết nối",
    "Số người dự",
    "Người đại diện",
    "Dự thay",
];

/// One line for each invited point.
pub fn write(report: &Report) -> Result<Vec<u8>, ::csv::Error> {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(BOM.to_vec());
    writer.write_record(COLUMNS)?;
    for (index, point) in report.points.iter().enumerate() {
        writer.write_record(line(index, point))?;
    }
    writer
        .into_inner()
        .map_err(|error| ::csv::Error::from(error.into_error()))
}

fn line(index: usize, point: &PointLine) -> [String; 18] {
    let time = |at: Option<_>| at.map(words::local_text).unwrap_or_default();
    let count = |count: Option<u32>| count.map(|count| count.to_string()).unwrap_or_default();
    let deputy = point.representative.as_ref();
    [
        (index + 1).to_string(),
        harmless(&point.group),
        harmless(&point.unit_code),
        harmless(&point.name),
        words::roll(point.roll).to_owned(),
        count(point.late_minutes),
        time(point.answered_at),
        words::by(point.answered_at.is_some(), point.by_secretary).to_owned(),
        harmless(&point.note),
        time(point.first_joined),
        time(point.last_left),
        words::duration(point.present_seconds),
        words::duration(point.camera_seconds),
        words::duration(point.spoken_seconds),
        point.interruptions.to_string(),
        count(point.headcount),
        deputy
            .map(|deputy| harmless(&format!("{}, {}", deputy.name, deputy.title)))
            .unwrap_or_default(),
        if deputy.is_some_and(|deputy| deputy.deputising) {
            "x".to_owned()
        } else {
            String::new()
        },
    ]
}

/// What people typed must not become a formula in whoever's spreadsheet opens the file.
fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_formula_stays_a_text() {
        assert_eq!(harmless("=1+1"), "'=1+1");
        assert_eq!(harmless("Xã Mù Cang Chải"), "Xã Mù Cang Chải");
    }
}
