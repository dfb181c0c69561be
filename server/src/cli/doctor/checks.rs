use super::Finding;
use crate::config::Config;
use chrono::{DateTime, Utc};
use giaoban_store::{Store, StoreError};
use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use tokio::net::{TcpListener, UdpSocket};

/// A weekly briefing of a province writes a few megabytes; recordings are kept elsewhere.
const LEAST_FREE_BYTES: u64 = 1 << 30;
/// What a busy worker's socket should be able to hold: half a second at 50 Mbps.
const LEAST_UDP_BUFFER: u64 = 4 << 20;

pub(super) async fn http_port(config: &Config) -> Finding {
    let address = config.http.listen;
    match TcpListener::bind(address).await {
        Ok(_) => Finding::Good(format!("Cổng HTTP {address} còn trống.")),
        Err(error) => port_taken("HTTP", "http.listen", address, &error),
    }
}

pub(super) async fn media_port(config: &Config) -> Finding {
    let address = config.media.listen;
    let bound = async {
        let _udp = UdpSocket::bind(address).await?;
        TcpListener::bind(address).await
    };
    match bound.await {
        Ok(_) => Finding::Good(format!(
            "Cổng âm thanh, hình ảnh {address} (UDP, TCP) còn trống."
        )),
        Err(error) => port_taken("âm thanh, hình ảnh", "media.listen", address, &error),
    }
}

fn port_taken(what: &str, key: &str, address: SocketAddr, error: &io::Error) -> Finding {
    let remedy = match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "Chương trình khác đang dùng cổng này, hoặc giaoban đang chạy. Xem bằng: ss -lntup | grep {}. Đổi cổng ở {key}.",
            address.port()
        ),
        io::ErrorKind::PermissionDenied => {
            format!("Cổng dưới 1024 cần quyền CAP_NET_BIND_SERVICE. Đổi cổng ở {key}.")
        }
        io::ErrorKind::AddrNotAvailable => {
            format!("Máy này không có địa chỉ {}. Sửa {key}.", address.ip())
        }
        _ => format!("Sửa {key}."),
    };
    Finding::bad(
        format!("Không mở được cổng {what} {address}: {error}."),
        remedy,
    )
}

pub(super) fn data_directory(config: &Config) -> Finding {
    let dir = &config.data.dir;
    let probe = dir.join(".doctor");
    let written = fs::create_dir_all(dir)
        .and_then(|()| fs::write(&probe, b"giaoban"))
        .and_then(|()| fs::remove_file(&probe));
    match written {
        Ok(()) => Finding::Good(format!("Ghi được vào thư mục dữ liệu {}.", dir.display())),
        Err(error) => Finding::bad(
            format!(
                "Không ghi được vào thư mục dữ liệu {}: {error}.",
                dir.display()
            ),
            "Cấp quyền ghi cho người dùng chạy giaoban (chown), hoặc đổi data.dir.",
        ),
    }
}

pub(super) fn disk(config: &Config) -> Finding {
    let dir = existing(&config.data.dir);
    match rustix::fs::statvfs(dir) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            let gigabytes = free / (1 << 30);
            if free >= LEAST_FREE_BYTES {
                Finding::Good(format!("Đĩa còn trống {gigabytes} GB."))
            } else {
                Finding::doubtful(
                    format!("Đĩa còn trống {} MB.", free / (1 << 20)),
                    "Dọn đĩa hoặc chuyển data.dir sang đĩa lớn hơn: khi đầy đĩa, sổ phiên không ghi được.",
                )
            }
        }
        Err(error) => Finding::doubtful(
            format!("Không xem được dung lượng đĩa: {error}."),
            "Kiểm tra bằng: df -h.",
        ),
    }
}

/// The nearest folder that is there.
fn existing(dir: &Path) -> &Path {
    dir.ancestors()
        .find(|folder| folder.is_dir())
        .unwrap_or(Path::new("."))
}

pub(super) async fn store(config: &Config) -> Finding {
    let opened = async {
        let store = Store::open(&config.store_url()).await?;
        store.ping().await?;
        let version = store.schema_version().await?;
        store.close().await;
        Ok::<_, StoreError>(version)
    };
    match opened.await {
        Ok(version) => Finding::Good(format!(
            "Cơ sở dữ liệu đọc ghi được, lược đồ bản {version}."
        )),
        Err(error) => Finding::bad(
            format!("Không dùng được cơ sở dữ liệu: {error}."),
            "Với PostgreSQL: kiểm tra máy chủ, tên, mật khẩu trong store.url. Với SQLite: kiểm tra quyền của tệp.",
        ),
    }
}

/// The clock can't be before the program that runs was built.
pub(super) fn clock() -> Finding {
    let now = Utc::now();
    let built = std::env::current_exe()
        .and_then(fs::metadata)
        .and_then(|file| file.modified())
        .map(DateTime::<Utc>::from);
    let shown = now
        .with_timezone(&crate::time_zone::ZONE)
        .format("%H:%M:%S %d/%m/%Y");
    if built.is_ok_and(|built| now < built) {
        return Finding::bad(
            format!("Đồng hồ máy chạy chậm: {shown} (giờ Việt Nam)."),
            "Bật đồng bộ giờ: timedatectl set-ntp true. Giờ sai thì điểm danh và sổ phiên sai.",
        );
    }
    Finding::Good(format!("Đồng hồ máy: {shown} (giờ Việt Nam)."))
}

/// Browsers give camera and microphone only to pages that came over HTTPS or from this machine itself.
pub(super) fn secure_context(config: &Config) -> Finding {
    match &config.http.public_url {
        Some(url) if url.starts_with("https://") => {
            Finding::Good(format!("Người dùng vào qua {url}."))
        }
        _ => Finding::doubtful(
            "Chưa khai địa chỉ https:// cho người dùng (http.public_url).",
            "Trình duyệt chỉ cho dùng camera, mic qua HTTPS (trừ localhost). Đặt máy chủ TLS phía trước và khai http.public_url.",
        ),
    }
}

pub(super) fn udp_buffers() -> Finding {
    let read = |name: &str| -> Option<u64> {
        fs::read_to_string(format!("/proc/sys/net/core/{name}"))
            .ok()?
            .trim()
            .parse()
            .ok()
    };
    match (read("rmem_max"), read("wmem_max")) {
        (Some(receive), Some(send)) if receive.min(send) >= LEAST_UDP_BUFFER => {
            Finding::Good("Bộ đệm UDP của hệ điều hành đủ lớn.".to_owned())
        }
        (Some(receive), Some(send)) => Finding::doubtful(
            format!("Bộ đệm UDP nhỏ: nhận {receive}, gửi {send} byte."),
            "Phiên đông điểm cầu có thể mất gói: sysctl -w net.core.rmem_max=8388608 net.core.wmem_max=8388608.",
        ),
        _ => Finding::doubtful(
            "Không xem được bộ đệm UDP.",
            "Chỉ kiểm tra được trên Linux.",
        ),
    }
}
