use super::list::list;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[media.turn]`: TURN and STUN servers beside this one, for networks that let nothing else out. The media engine itself
/// needs neither: it is reachable.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(description = "Máy chủ TURN (coturn) cho nơi chặn UDP và chỉ cho ra TCP 443")]
pub struct TurnConfig {
    /// Addresses such as `turn:turn.example.gov.vn:3478?transport=tcp`; `stun:` addresses need no secret.
    #[serde(deserialize_with = "list")]
    #[schemars(
        with = "Vec<String>",
        description = "Địa chỉ đưa cho trình duyệt: `turn:MÁY:3478`, `turn:MÁY:3478?transport=tcp`, `turns:MÁY:443?transport=tcp`, `stun:MÁY:3478`"
    )]
    pub urls: Vec<String>,
    /// coturn's `static-auth-secret`.
    #[schemars(
        description = "Khóa chung với coturn (`static-auth-secret`); từ đó sinh mật khẩu có hạn 12 giờ cho từng người"
    )]
    pub secret: Option<String>,
}

impl TurnConfig {
    /// What is wrong with it, and at which key.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for url in &self.urls {
            let host = url
                .split_once(':')
                .filter(|(scheme, _)| ["stun", "stuns", "turn", "turns"].contains(scheme))
                .map(|(_, host)| host);
            if host.is_none_or(|host| host.is_empty() || host.starts_with("//")) {
                faults.push(format!(
                    "media.turn.urls: {url:?} không phải địa chỉ dạng turn:MÁY:CỔNG / is no turn: or stun: address"
                ));
            }
        }
        let relays = self.urls.iter().any(|url| url.starts_with("turn"));
        if relays && self.secret.as_deref().is_none_or(str::is_empty) {
            faults.push(
                "media.turn.secret: phải có khi dùng turn:, trùng static-auth-secret của coturn / needed with turn: addresses"
                    .to_owned(),
            );
        }
        faults
    }
}

/// The secret is never printed.
impl std::fmt::Debug for TurnConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TurnConfig")
            .field("urls", &self.urls)
            .field("secret", &self.secret.as_ref().map(|_| "…"))
            .finish()
    }
}
