use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// Everything that is written down. Names and fields are only added to: logs are kept for years. No field is ever a secret.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "action", content = "detail", rename_all = "snake_case")]
pub enum Deed<'a> {
    SignedIn,
    /// The name is known and the password or code was wrong, the account is disabled, or the name is unknown.
    SignInFailed,
    SignedOut,
    SignedOutEverywhere,
    /// Language or shown name.
    AccountChanged {
        account: Uuid,
    },
    AccountAdded {
        username: &'a str,
        unit: &'a str,
    },
    RoleGranted {
        username: &'a str,
        role: &'a str,
        unit: &'a str,
    },
    /// The own one.
    PasswordChanged,
    /// Somebody else's, by an administrator or at the machine itself.
    PasswordSet {
        username: &'a str,
    },
    TotpEnabled,
    TotpDisabled,
    /// Somebody else's, by an administrator or at the machine itself.
    TotpRemoved {
        username: &'a str,
    },
    AccountLocked {
        username: &'a str,
    },
    AccountUnlocked {
        username: &'a str,
    },
    UnitsImported {
        file: &'a str,
        units: u64,
    },
    PointSaved {
        point: Uuid,
        name: &'a str,
    },
    BriefingCreated {
        briefing: Uuid,
        title: &'a str,
    },
    BriefingEdited {
        briefing: Uuid,
        title: &'a str,
    },
    BriefingCancelled {
        briefing: Uuid,
        title: &'a str,
    },
    WatchLinkMade {
        briefing: Uuid,
        link: Uuid,
        max_watchers: u32,
    },
    WatchLinkRevoked {
        briefing: Uuid,
        link: Uuid,
    },
    AttendanceExported {
        briefing: Uuid,
        format: &'a str,
    },
    LedgerExported {
        briefing: Uuid,
    },
    AuditExported,
    /// Keys of what ledgers say about somebody were destroyed on request.
    PersonErased {
        account: Option<Uuid>,
        keys: u64,
    },
    /// Keys of a class were destroyed because their time was over.
    PersonalDataExpired {
        class: &'a str,
        keys: u64,
    },
}

impl Deed<'_> {
    /// Its name and its details as JSON text.
    pub(super) fn told(&self) -> (String, String) {
        let mut told = serde_json::to_value(self).unwrap_or_default();
        let action = told["action"].as_str().unwrap_or_default().to_owned();
        let detail = match told["detail"].take() {
            Value::Null => "{}".to_owned(),
            // A database refuses NUL in a text.
            detail => detail.to_string().replace("\\u0000", ""),
        };
        (action, detail)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deed_is_told_by_name_and_details() {
        assert_eq!(
            Deed::SignedIn.told(),
            ("signed_in".to_owned(), "{}".to_owned())
        );
        let (action, detail) = Deed::RoleGranted {
            username: "a\0b",
            role: "secretary",
            unit: "15",
        }
        .told();
        assert_eq!(action, "role_granted");
        let detail: Value = serde_json::from_str(&detail).unwrap();
        assert_eq!(
            detail,
            serde_json::json!({ "username": "ab", "role": "secretary", "unit": "15" })
        );
    }
}
