//! The first page above its tables: national name, body, number, place and date, kind of document, and what was held.

use super::fonts::Style;
use super::paper::{Align, MM, Paper, Span};
use super::words;
use crate::attendance::report::Heading;
use crate::time_zone::ZONE;
use chrono::{DateTime, Datelike as _, Utc};

const NATION: Style = Style::bold(12.0);
const MOTTO: Style = Style::bold(13.0);
const BODY_NAME: Style = Style::bold(12.0);
const NUMBER: Style = Style::regular(13.0);
const PLACE: Style = Style::italic(13.0);
const KIND: Style = Style::bold(14.0);
const TEXT: Style = Style::regular(13.0);
const RULE: f32 = 0.7;
/// The clerk's office gives the number, and the place is written by hand: neither is in the ledger.
const DOTS: &str = "............";

pub(super) fn write(paper: &mut Paper, briefing: &Heading) {
    letterhead(paper, briefing);
    paper.y += 6.0 * MM;
    paper.paragraph(Align::Centre, KIND, "BIÊN BẢN");
    paper.paragraph(Align::Centre, KIND, "Điểm danh phiên giao ban");
    paper.paragraph(Align::Centre, KIND, &briefing.title);
    let body = paper.body();
    underline(paper, body, body.width / 4.0);
    paper.y += 5.0 * MM;
    for line in facts(briefing) {
        paper.paragraph(Align::Left, TEXT, &line);
        paper.y += 1.0 * MM;
    }
    paper.y += 2.0 * MM;
}

fn letterhead(paper: &mut Paper, briefing: &Heading) {
    let (top, body) = (paper.y, paper.body());
    let left = Span {
        x: body.x,
        width: body.width * 0.38,
    };
    let right = Span {
        x: body.x + body.width * 0.4,
        width: body.width * 0.6,
    };
    paper.line(
        top,
        right,
        Align::Centre,
        NATION,
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    );
    let motto = "Độc lập - Tự do - Hạnh phúc";
    paper.line(top + NATION.leading(), right, Align::Centre, MOTTO, motto);
    paper.y = top + NATION.leading() + MOTTO.leading();
    let long = paper.fonts.width(MOTTO, motto);
    underline(paper, right, long);
    let right_end = paper.y;
    let host = briefing.host.to_uppercase();
    paper.y = paper.block(top, left, Align::Centre, BODY_NAME, &host);
    underline(paper, left, left.width * 0.4);
    let second = paper.y.max(right_end) + 2.0 * MM;
    let number = format!("Số: {DOTS}/BB");
    paper.line(second, left, Align::Centre, NUMBER, &number);
    let dated = dated(briefing.made_at);
    paper.line(second, right, Align::Centre, PLACE, &dated);
    paper.y = second + NUMBER.leading();
}

/// A short rule under what was written last, in the middle of `span`.
fn underline(paper: &mut Paper, span: Span, width: f32) {
    let x = span.x + (span.width - width) / 2.0;
    paper.fill(x, paper.y + 1.0, width, RULE, 0);
    paper.y += 3.0;
}

/// Days below ten and the first two months have a zero before them (Decree 30, appendix I).
fn dated(at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&ZONE);
    let month = match at.month() {
        month @ (1 | 2) => format!("0{month}"),
        month => month.to_string(),
    };
    format!(
        "{DOTS}, ngày {:02} tháng {month} năm {}",
        at.day(),
        at.year()
    )
}

fn facts(briefing: &Heading) -> [String; 5] {
    let time = |at: Option<_>| at.map_or_else(|| "chưa".to_owned(), words::local_text);
    [
        format!(
            "Theo kế hoạch: {} đến {}",
            words::local_text(briefing.planned_start),
            words::local_text(briefing.planned_end)
        ),
        format!("Thời gian bắt đầu: {}", time(briefing.started_at)),
        format!("Thời gian kết thúc: {}", time(briefing.ended_at)),
        format!("Chủ trì: {}", briefing.chair),
        format!(
            "Lập lúc {} (giờ Việt Nam)",
            words::local_text(briefing.made_at)
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    #[test]
    fn the_date_has_zeros_where_the_decree_puts_them() {
        let at = |month, day| Utc.with_ymd_and_hms(2026, month, day, 3, 0, 0).unwrap();
        assert!(dated(at(2, 5)).ends_with("ngày 05 tháng 02 năm 2026"));
        assert!(dated(at(3, 15)).ends_with("ngày 15 tháng 3 năm 2026"));
    }
}
