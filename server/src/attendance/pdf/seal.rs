//! The mark that lets anybody compare the paper with the server's ledger.

use super::fonts::Style;
use super::paper::{Align, MM, Paper, Span};
use crate::attendance::report::Heading;
use qrcode::{Color, EcLevel, QrCode};

const SIDE: f32 = 30.0 * MM;
/// Light modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;
const WORDS: Style = Style::regular(11.0);
const CODE: Style = Style::bold(10.0);

/// What the QR code says: an address that answers, or the same as text where the server has no public address.
pub(super) fn code(briefing: &Heading, address: Option<&str>) -> String {
    address.map_or_else(
        || {
            format!(
                "giaoban:{}:{}:{}",
                briefing.id, briefing.ledger_seq, briefing.ledger_head
            )
        },
        str::to_owned,
    )
}

/// The code and, beside it, what it stands for.
pub(super) fn write(
    paper: &mut Paper,
    briefing: &Heading,
    address: Option<&str>,
) -> Result<(), qrcode::types::QrError> {
    paper.need(SIDE);
    let (top, body) = (paper.y, paper.body());
    draw(paper, body.x, top, &code(briefing, address))?;
    let beside = Span {
        x: body.x + SIDE + 4.0 * MM,
        width: body.width - SIDE - 4.0 * MM,
    };
    let how = if address.is_some() {
        "Quét mã bằng điện thoại: máy chủ trả lời sổ phiên có đúng dòng này với đúng mã này hay không."
    } else {
        "Mã chứa số dòng và mã băm, để đối chiếu bằng lệnh giaoban ledger verify."
    };
    let mut y = top + 3.0 * MM;
    y = paper.block(
        y,
        beside,
        Align::Left,
        WORDS,
        &format!(
            "Lập tự động từ sổ phiên {}, tính đến dòng số {}. Mã băm (SHA-256) của dòng đó:",
            briefing.id, briefing.ledger_seq
        ),
    );
    y = paper.block(y, beside, Align::Left, CODE, &briefing.ledger_head);
    y = paper.block(y, beside, Align::Left, WORDS, how);
    paper.y = y.max(top + SIDE);
    Ok(())
}

fn draw(paper: &mut Paper, x: f32, y: f32, text: &str) -> Result<(), qrcode::types::QrError> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    let across = code.width();
    #[expect(clippy::cast_precision_loss, reason = "at most 177 modules")]
    let size = SIDE / (across + 2 * QUIET) as f32;
    #[expect(clippy::cast_precision_loss, reason = "at most 177 modules")]
    let place = |index: usize| (index + QUIET) as f32 * size;
    for (row, modules) in code.to_colors().chunks(across).enumerate() {
        // Neighbours in one piece, so that no seam shows between them.
        let mut from = 0;
        for run in modules.chunk_by(|one, next| one == next) {
            if run.first() == Some(&Color::Dark) {
                #[expect(clippy::cast_precision_loss, reason = "at most 177 modules")]
                let width = run.len() as f32 * size;
                paper.fill(x + place(from), y + place(row), width, size, 0);
            }
            from += run.len();
        }
    }
    Ok(())
}
