use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// Shorter ones can be guessed.
const SHORTEST_TOKEN: usize = 16;

/// `[metrics]`: who may read `/metrics`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(
    description = "Số liệu cho Prometheus ở `/metrics`. Không khai gì: chỉ chính máy chủ (127.0.0.1, ::1) đọc được"
)]
pub struct MetricsConfig {
    /// An address of its own, plain HTTP, for a network of operators; then the port of people knows no `/metrics`.
    #[schemars(
        description = "Địa chỉ và cổng riêng, HTTP thường, chẳng hạn `10.0.0.5:9100` trong mạng quản trị; khi đó cổng của người dùng không còn `/metrics`, và ai tới được cổng riêng thì đọc được (trừ khi khai thêm `token`)"
    )]
    pub listen: Option<SocketAddr>,
    /// What `Authorization: Bearer …` must hold.
    #[schemars(
        description = "Khóa đọc số liệu, ít nhất 16 ký tự: có khóa thì mọi lần đọc phải kèm `Authorization: Bearer KHÓA`, từ đâu cũng vậy"
    )]
    pub token: Option<String>,
}

impl MetricsConfig {
    /// What is wrong with it, and at which key.
    pub(super) fn faults(&self) -> Vec<String> {
        let short = self
            .token
            .as_ref()
            .is_some_and(|token| token.len() < SHORTEST_TOKEN);
        short
            .then(|| {
                format!(
                    "metrics.token: ít nhất {SHORTEST_TOKEN} ký tự / at least {SHORTEST_TOKEN} characters"
                )
            })
            .into_iter()
            .collect()
    }
}

/// The token is never printed.
impl std::fmt::Debug for MetricsConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MetricsConfig")
            .field("listen", &self.listen)
            .field("token", &self.token.as_ref().map(|_| "…"))
            .finish()
    }
}
