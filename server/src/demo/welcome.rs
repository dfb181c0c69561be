//! What is printed when the demonstration has started.

use super::people::{PASSWORD, PEOPLE};
use giaoban_store::BriefingId;
use std::fmt::Write as _;
use std::net::SocketAddr;

/// How the terminal shows weight; empty where it isn't one.
struct Style {
    strong: &'static str,
    quiet: &'static str,
    accent: &'static str,
    plain: &'static str,
}

const COLOURED: Style = Style {
    strong: "\x1b[1m",
    quiet: "\x1b[2m",
    accent: "\x1b[1;33m",
    plain: "\x1b[0m",
};
const BARE: Style = Style {
    strong: "",
    quiet: "",
    accent: "",
    plain: "",
};

/// The accounts and where to click, in both languages.
#[must_use]
pub fn welcome(address: SocketAddr, live: BriefingId, coloured: bool) -> String {
    let Style {
        strong,
        quiet,
        accent,
        plain,
    } = if coloured { COLOURED } else { BARE };
    let host = if address.ip().is_unspecified() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    };
    let site = format!("http://{host}");
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = writeln!(
        text,
        "\n  {accent}giaoban{plain}  {strong}{site}{plain}\n\n  \
         Chạy thử: phiên giao ban đang họp, mọi tài khoản dùng mật khẩu {strong}{PASSWORD}{plain}\n  \
         {quiet}Demonstration: a briefing is in session, the password of every account is {PASSWORD}{plain}\n"
    );
    for person in &PEOPLE {
        let _ = writeln!(
            text,
            "  {strong}{:<11}{plain}{}  {quiet}{}, {}{plain}",
            person.username,
            pad(person.label_vi, 28),
            pad(person.name, 18).trim_end(),
            person.label_en,
        );
    }
    let _ = writeln!(
        text,
        "\n  1. Mở {strong}{site}{plain} ở ba cửa sổ ẩn danh, đăng nhập chutri, tinh1, tinh1.xa1\n     \
         {quiet}Open it in three private windows and sign in as chutri, tinh1 and tinh1.xa1{plain}\n  \
         2. Chọn phiên đang họp, bấm {strong}Vào phòng họp{plain}\n     \
         {quiet}Choose the briefing in session and press Join{plain}\n  \
         3. Chủ trì mời điểm cầu phát biểu; thư ký (thuky) điểm danh và xuất tệp XLSX\n     \
         {quiet}The chair invites a point to speak; the secretary (thuky) calls the roll and exports XLSX{plain}\n\n  \
         Phiên đang họp / in session: {site}/phien/{live}\n  \
         {quiet}Dừng: Ctrl+C / Stop: Ctrl+C{plain}\n"
    );
    text
}

/// Pads by characters as they are seen; combining marks are not used in our names.
fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.chars().count());
    format!("{text}{}", " ".repeat(missing))
}
