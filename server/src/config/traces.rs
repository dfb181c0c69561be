use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// `[traces]`: where OpenTelemetry traces go, if anywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(
    description = "Dấu vết OpenTelemetry (OTLP, JSON qua HTTP). Bỏ trống `endpoint`: không gửi gì cho ai"
)]
pub struct TracesConfig {
    /// A collector's address such as `http://127.0.0.1:4318`; traces go to `/v1/traces` below it.
    #[schemars(
        description = "Địa chỉ bộ thu (OpenTelemetry Collector), chẳng hạn `http://127.0.0.1:4318`; chỉ HTTP thường, nên đặt bộ thu cùng máy hoặc trong mạng quản trị"
    )]
    pub endpoint: Option<String>,
    /// How many of a hundred requests, joins and commands are traced.
    #[schemars(description = "Ghi dấu vết bao nhiêu phần trăm số việc, 0 đến 100")]
    pub percent: u8,
}

impl TracesConfig {
    /// What is wrong with it, and at which key.
    pub(super) fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let host = |url: &str| {
            url.strip_prefix("http://")
                .is_some_and(|host| !host.is_empty())
        };
        if let Some(odd) = self.endpoint.as_deref().filter(|url| !host(url)) {
            faults.push(format!(
                "traces.endpoint: {odd:?} phải bắt đầu bằng http:// / must begin with http://"
            ));
        }
        if self.percent > 100 {
            faults.push("traces.percent: từ 0 đến 100 / from 0 to 100".to_owned());
        }
        faults
    }
}

impl Default for TracesConfig {
    fn default() -> Self {
        Self {
            endpoint: None,
            percent: 100,
        }
    }
}
