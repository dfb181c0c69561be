//! Ports for HTTP.

use super::Finding;
use crate::config::Config;
use std::io;
use std::net::SocketAddr;
use tokio::net::TcpListener;

pub(super) async fn http(config: &Config, running: bool) -> Finding {
    let address = config.http.listen;
    if running {
        return Finding::good(format!("giaoban đang chạy và trả lời ở {address}."));
    }
    match TcpListener::bind(address).await {
        Ok(_) => Finding::good(format!("Cổng HTTP {address} còn trống.")),
        Err(error) => taken("HTTP", "http.listen", address, &error),
    }
}

pub(super) async fn redirect(config: &Config, running: bool) -> Option<Finding> {
    let address = config.http.tls.as_ref()?.redirect_listen?;
    if running {
        return None;
    }
    Some(match TcpListener::bind(address).await {
        Ok(_) => Finding::good(format!("Cổng chuyển sang HTTPS {address} còn trống.")),
        Err(error) => taken(
            "chuyển sang HTTPS",
            "http.tls.redirect_listen",
            address,
            &error,
        ),
    })
}

/// A port that can't be had, and why.
pub(super) fn taken(what: &str, key: &str, address: SocketAddr, error: &io::Error) -> Finding {
    let remedy = match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "Chương trình khác đang dùng cổng này. Xem bằng: ss -lntup | grep :{}. Dừng nó hoặc đổi cổng ở {key}.",
            address.port()
        ),
        io::ErrorKind::PermissionDenied => {
            format!(
                "Cổng dưới 1024 cần quyền CAP_NET_BIND_SERVICE (gói Debian đã cấp). Đổi cổng ở {key} hoặc chạy bằng systemd."
            )
        }
        io::ErrorKind::AddrNotAvailable => {
            format!(
                "Máy này không có địa chỉ {} (xem: ip addr). Sửa {key}.",
                address.ip()
            )
        }
        _ => format!("Sửa {key}."),
    };
    Finding::bad(
        format!("Không mở được cổng {what} {address}: {error}."),
        remedy,
    )
}
