//! Syslog messages (RFC 5424).

use super::to_json;
use giaoban_store::AuditRow;

/// Facility "log audit".
const FACILITY: u8 = 13;
const WARNING: u8 = 4;
const NOTICE: u8 = 5;

/// One message: the act's name as MSGID, the act as JSON in the text, with the byte order mark that says UTF-8.
pub(super) fn message(host: &str, row: &AuditRow) -> String {
    let severity = if row.act.action == "sign_in_failed" {
        WARNING
    } else {
        NOTICE
    };
    // The standard allows six digits of a second, and MSGID 32 letters.
    let at = row
        .act
        .at
        .to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    format!(
        "<{}>1 {at} {} giaoban {} {} - \u{feff}{}",
        FACILITY * 8 + severity,
        name(host),
        std::process::id(),
        row.act.action.get(..32).unwrap_or(&row.act.action),
        to_json(row)
    )
}

/// How a message is told from the next on a stream (RFC 6587 section 3.4.1, octet counting).
pub(super) fn framed(message: &str) -> String {
    format!("{} {message}", message.len())
}

fn name(host: &str) -> String {
    let name: String = host
        .chars()
        .filter(char::is_ascii_graphic)
        .take(255)
        .collect();
    if name.is_empty() {
        "-".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use giaoban_store::Act;

    pub(crate) fn row(action: &str) -> AuditRow {
        AuditRow {
            seq: 7,
            act: Act {
                at: chrono::DateTime::from_timestamp(1_800_000_000, 123_456_000).unwrap(),
                account: None,
                actor: "thuky".to_owned(),
                address: "10.0.0.7".to_owned(),
                action: action.to_owned(),
                detail: r#"{"title":"Giao ban tháng 11"}"#.to_owned(),
            },
            prev_hash: [0; 32],
            hash: [1; 32],
        }
    }

    #[test]
    fn a_message_has_the_header_of_the_standard_and_the_act_as_json() {
        let message = message("may-chu", &row("briefing_created"));
        let (header, text) = message.split_once(" - \u{feff}").unwrap();
        let pid = std::process::id();
        assert_eq!(
            header,
            format!("<109>1 2027-01-15T08:00:00.123456Z may-chu giaoban {pid} briefing_created")
        );
        let told: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(told["actor"], "thuky");
        assert_eq!(told["detail"], r#"{"title":"Giao ban tháng 11"}"#);
    }

    #[test]
    fn failures_warn_and_a_host_without_a_name_is_a_dash() {
        assert!(message(" ", &row("sign_in_failed")).starts_with("<108>1 2027"));
        assert!(message("\n", &row("signed_in")).contains("Z - giaoban "));
    }

    #[test]
    fn frames_count_bytes() {
        assert_eq!(framed("đ"), "2 đ");
    }
}
