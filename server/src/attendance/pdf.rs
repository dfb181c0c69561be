//! The attendance as a document to be signed and filed (PDF/A-2b), laid out as Decree 30/2020/NĐ-CP, appendix I, asks.

mod fonts;
mod head;
mod lists;
mod paper;
mod seal;
mod table;

use super::report::{Heading, Report};
use super::words;
use crate::time_zone::ZONE;
use chrono::{Datelike as _, Timelike as _};
use fonts::{Fonts, Style};
use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::metadata::{DateTime, Metadata};
use krilla::{Document, SerializeSettings};
use paper::{Align, MM, Paper, Span};

const SECTION: Style = Style::bold(13.0);
const EMPTY: Style = Style::italic(12.0);
const SIGNATURE: Style = Style::bold(13.0);
const SIGNATURE_NOTE: Style = Style::italic(12.0);
/// What those who sign need, with the space above. A page with nothing else on it could be put under anything.
const SIGNATURES: f32 = 54.0 * MM;

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    #[error("the compiled-in fonts cannot be read")]
    Fonts,
    #[error("the QR code cannot be made: {0}")]
    Code(#[from] qrcode::types::QrError),
    #[error("the document cannot be written: {0}")]
    Write(String),
}

/// The document's bytes. `address` answers whether the ledger holds what is printed; see `http::verify`.
pub fn write(report: &Report, address: Option<&str>) -> Result<Vec<u8>, PdfError> {
    let mut paper = Paper::new(Fonts::load().ok_or(PdfError::Fonts)?);
    let briefing = &report.briefing;
    head::write(&mut paper, briefing);
    seal::write(&mut paper, briefing, address)?;
    section(&mut paper, "I. TỔNG HỢP");
    lists::units(report).write(&mut paper);
    paper.turn(paper::Orientation::Landscape);
    section(&mut paper, "II. THEO ĐIỂM CẦU");
    lists::points(report).write(&mut paper);
    section(&mut paper, "III. CÁC LẦN ĐIỂM DANH");
    if report.roll_calls.is_empty() {
        empty(&mut paper, "Phiên họp không điểm danh.");
    } else {
        lists::roll_calls(report).write(&mut paper);
    }
    section(&mut paper, "IV. NGƯỜI DỰ");
    lists::people(report).write(&mut paper);
    let speeches = lists::speeches(report);
    let speeches = speeches.lay(&paper);
    if report.speeches.is_empty() {
        let line = EMPTY.leading();
        section_with(&mut paper, "V. PHÁT BIỂU", line + SIGNATURES);
        empty(&mut paper, "Không có ai phát biểu.");
    } else {
        let beginning = speeches.beginning(SIGNATURES);
        section_with(&mut paper, "V. PHÁT BIỂU", beginning);
        speeches.write(&mut paper, SIGNATURES);
    }
    signatures(&mut paper, briefing);
    paper.number(&format!(
        "Sổ phiên đến dòng {}, mã {}",
        briefing.ledger_seq, briefing.ledger_head
    ));
    finish(&paper, briefing)
}

/// A title, with the first lines of what follows.
fn section(paper: &mut Paper, title: &str) {
    section_with(paper, title, 15.0 * MM);
}

/// A title on the page on which so much of what follows has room too.
fn section_with(paper: &mut Paper, title: &str, height: f32) {
    paper.y += 5.0 * MM;
    paper.need(10.0 * MM + height);
    paper.paragraph(Align::Left, SECTION, title);
    paper.y += 1.5 * MM;
}

fn empty(paper: &mut Paper, text: &str) {
    paper.paragraph(Align::Left, EMPTY, text);
}

/// Both columns of those who sign, kept on one page.
fn signatures(paper: &mut Paper, briefing: &Heading) {
    paper.y += 8.0 * MM;
    paper.need(45.0 * MM);
    let (top, body) = (paper.y, paper.body());
    let width = body.width / 2.0;
    for (index, (office, name)) in [("THƯ KÝ", ""), ("CHỦ TRÌ", briefing.chair.as_str())]
        .into_iter()
        .enumerate()
    {
        let x = if index == 0 { body.x } else { body.x + width };
        let span = Span { x, width };
        let mut y = paper.block(top, span, Align::Centre, SIGNATURE, office);
        let note = "(Ký, ghi rõ họ tên)";
        y = paper.block(y, span, Align::Centre, SIGNATURE_NOTE, note);
        paper.block(y + 22.0 * MM, span, Align::Centre, SIGNATURE, name);
    }
    paper.y = top + 45.0 * MM;
}

fn finish(paper: &Paper, briefing: &Heading) -> Result<Vec<u8>, PdfError> {
    let failed = |error: &dyn std::fmt::Debug| PdfError::Write(format!("{error:?}"));
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_B)
        .finish()
        .map_err(|error| failed(&error))?;
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    paper.draw(&mut document);
    document.set_metadata(
        Metadata::new()
            .title(format!("Điểm danh: {}", briefing.title))
            .authors(vec![briefing.host.clone()])
            .creator("giaoban".to_owned())
            .language("vi".to_owned())
            .document_id(format!("{}:{}", briefing.id, briefing.ledger_head))
            .creation_date(date(briefing)),
    );
    document.finish().map_err(|error| failed(&error))
}

fn date(briefing: &Heading) -> DateTime {
    let at = briefing.made_at.with_timezone(&ZONE);
    let small = |number: u32| u8::try_from(number).unwrap_or(0);
    DateTime::new(u16::try_from(at.year()).unwrap_or(0))
        .month(small(at.month()))
        .day(small(at.day()))
        .hour(small(at.hour()))
        .minute(small(at.minute()))
        .second(small(at.second()))
        .utc_offset_hour(7)
        .utc_offset_minute(0)
}

#[cfg(test)]
mod tests;
