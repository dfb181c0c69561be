use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

/// `[http.tls]`: HTTPS by this server itself. The files are read again when they change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(
    description = "Chứng thư TLS của chính máy chủ này; thay tệp là tự nạp lại, không rớt kết nối"
)]
pub struct TlsConfig {
    /// PEM: the server's certificate first, then the intermediate ones.
    #[schemars(description = "Tệp PEM: chứng thư của máy chủ, sau đó các chứng thư trung gian")]
    pub certificate: PathBuf,
    /// PEM: PKCS#8, PKCS#1 or SEC1, without a password.
    #[schemars(description = "Tệp PEM: khóa riêng, không có mật khẩu")]
    pub key: PathBuf,
    /// Answers plain HTTP here with a redirect to HTTPS.
    #[schemars(
        description = "Địa chỉ nghe HTTP thường để chuyển sang HTTPS, chẳng hạn `0.0.0.0:80`; bỏ trống: không nghe"
    )]
    #[serde(default)]
    pub redirect_listen: Option<SocketAddr>,
}
