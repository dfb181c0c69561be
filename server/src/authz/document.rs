//! The table as a page for people: `docs/permissions.md`, written by `make generate`.

use super::endpoints::ENDPOINTS;
use super::operation::Operation;
use super::standing::{Relation, Standing};
use super::table::{TABLE, allows};
use giaoban_signaling::meeting::{Need, need};
use giaoban_signaling::wire::Command;
use giaoban_store::{ParticipantRole, Role};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

const PROTOCOL: &str = include_str!("../../../docs/protocol.md");

const INTRODUCTION: &str = "\
# Bảng quyền

Trang này được sinh từ `server/src/authz/table.rs` (`make generate`); kiểm thử không đạt nếu hai bên khác nhau. Máy chủ cho phép hay từ chối
mọi yêu cầu chỉ theo bảng này, và mỗi dòng dưới đây được kiểm thử tự động qua HTTP thật, bằng từng loại tài khoản
(`server/tests/http/permissions.rs`).

Một tài khoản có thể có nhiều tư cách cùng lúc; chỉ cần một tư cách cho phép là được. \"Đơn vị đó\" là đơn vị mà việc liên quan tới; với một
phiên giao ban, đó là đơn vị chủ trì phiên, theo cây đơn vị của ngày họp. Vai trò được giao cho một đơn vị có hiệu lực với đơn vị ấy và mọi
cấp dưới: cột \"cấp trên\" nghĩa là vai trò được giao ở một đơn vị cấp trên của đơn vị đó.

**✓** được phép · **✗** bị từ chối (chưa đăng nhập: 401; đã đăng nhập: 403)
";

const IN_THE_ROOM: &str = "
## Trong phòng họp

Vai trò trong phòng nằm trong mã vào họp mà máy chủ đã ký. Lệnh được kiểm ở `signaling/src/meeting/permissions.rs`. Lệnh mà mọi vai trò đều dùng
được chỉ tác động tới chính người gửi (hạ tay, thôi phát biểu, thôi chia sẻ của người khác: chỉ chủ trì, thư ký). Dự thính và kỹ thuật không phát biểu; dự thính không gửi
tiếng, hình, không trả lời điểm danh. Ở sảnh chờ chỉ dùng được những lệnh ghi \"cả ở sảnh\". **(✓)**: người được ủy quyền chủ trì; thư ký khi chủ trì đã
giao quyền mời.

| Lệnh | Chủ trì | Thư ký | Đại biểu | Dự thính | Kỹ thuật |
|---|---|---|---|---|---|
";

/// The whole page.
fn page() -> String {
    let mut page = INTRODUCTION.to_owned();
    for (operation, _) in TABLE {
        page += &section(*operation);
    }
    page += IN_THE_ROOM;
    for (name, needed) in commands() {
        let cells = match needed {
            Need::Seat => "✓ cả ở sảnh | ✓ cả ở sảnh | ✓ cả ở sảnh | ✓ cả ở sảnh | ✓ cả ở sảnh",
            Need::Room => "✓ | ✓ | ✓ | ✓ | ✓",
            Need::Lead => "✓ | ✓ | ✗ | ✗ | ✗",
            Need::Grant => "✓ | (✓) | ✗ | ✗ | ✗",
            Need::Chair => "✓ | ✗ | ✗ | ✗ | ✗",
        };
        writeln!(page, "| `{name}` | {cells} |").unwrap();
    }
    page
}

/// Every command with what it needs: the protocol's page has an example of each, which a test of its own sees to.
fn commands() -> Vec<(String, Need)> {
    let mut commands = Vec::new();
    let blocks = PROTOCOL.split("```json command\n").skip(1);
    for line in blocks.flat_map(|block| block.lines().take_while(|line| !line.starts_with("```"))) {
        let command: Command = serde_json::from_str(line).unwrap();
        let name: serde_json::Value = serde_json::from_str(line).unwrap();
        let named = (name["type"].as_str().unwrap().to_owned(), need(&command));
        if !commands.contains(&named) {
            commands.push(named);
        }
    }
    commands
}

fn section(operation: Operation) -> String {
    let mark = |standing| {
        if allows(standing, operation) {
            "✓"
        } else {
            "✗"
        }
    };
    let mut text = format!("\n## {}\n\n", operation.in_words());
    for (method, path, needs) in ENDPOINTS {
        if needs.contains(&operation) {
            write!(text, "- `{} {path}`", method.to_uppercase()).unwrap();
            for other in needs.iter().filter(|other| **other != operation) {
                write!(text, " (cần cả quyền: {})", other.in_words()).unwrap();
            }
            text += "\n";
        }
    }
    text += "\n| Tư cách | |\n|---|---|\n";
    for standing in Standing::all() {
        if let Some(words) = one_of_its_kind(standing) {
            writeln!(text, "| {words} | {} |", mark(standing)).unwrap();
        }
    }
    text += "\n| Vai trò được giao | ở chính đơn vị đó | ở cấp trên | ở cấp dưới | ở nhánh khác |\n|---|---|---|---|---|\n";
    for role in Role::ALL {
        write!(text, "| {} |", role_in_words(*role)).unwrap();
        for relation in Relation::ALL {
            write!(text, " {} |", mark(Standing::Granted(*role, *relation))).unwrap();
        }
        text += "\n";
    }
    text
}

fn one_of_its_kind(standing: Standing) -> Option<String> {
    Some(match standing {
        Standing::Anybody => "Chưa đăng nhập".to_owned(),
        Standing::SignedIn => "Đã đăng nhập, không có tư cách nào khác".to_owned(),
        Standing::Invited => "Điểm cầu (hoặc đơn vị) được mời dự phiên".to_owned(),
        Standing::Named(role) => format!("Được ghi tên trong phiên: {}", named_in_words(role)),
        Standing::Granted(..) => return None,
    })
}

const fn named_in_words(role: ParticipantRole) -> &'static str {
    match role {
        ParticipantRole::Chair => "chủ trì (hoặc người được ủy quyền chủ trì)",
        ParticipantRole::Secretary => "thư ký",
        ParticipantRole::Delegate => "đại biểu",
        ParticipantRole::Observer => "dự thính",
        ParticipantRole::Technician => "kỹ thuật",
    }
}

const fn role_in_words(role: Role) -> &'static str {
    match role {
        Role::Administrator => "Quản trị",
        Role::Secretary => "Thư ký",
        Role::Chair => "Chủ trì",
        Role::Technician => "Kỹ thuật",
        Role::Delegate => "Đại biểu",
        Role::Observer => "Dự thính",
    }
}

#[test]
fn the_committed_page_is_the_table() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/permissions.md");
    if std::env::var_os("GIAOBAN_UPDATE").is_some() {
        fs::write(&path, page()).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == page(),
        "the table has changed: run `make generate` and read docs/permissions.md"
    );
}
