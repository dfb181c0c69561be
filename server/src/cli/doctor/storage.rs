//! Disk and database.

use super::Finding;
use crate::config::Config;
use giaoban_store::inspect::{self, Schema};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// A weekly briefing of a province writes a few megabytes; recordings are kept elsewhere.
const LEAST_FREE_BYTES: u64 = 1 << 30;
/// Every group of acknowledged commands waits for one.
const SLOW_SYNC: Duration = Duration::from_millis(50);
const SYNCS: usize = 9;

pub(super) fn data_directory(config: &Config) -> Finding {
    let dir = &config.data.dir;
    let probe = dir.join(".doctor");
    let written = fs::create_dir_all(dir)
        .and_then(|()| fs::write(&probe, b"giaoban"))
        .and_then(|()| fs::remove_file(&probe));
    match written {
        Ok(()) => Finding::good(format!("Ghi được vào thư mục dữ liệu {}.", dir.display())),
        Err(error) => Finding::bad(
            format!(
                "Không ghi được vào thư mục dữ liệu {}: {error}.",
                dir.display()
            ),
            "Chạy bằng đúng người dùng (sudo -u giaoban giaoban doctor); cấp quyền ghi: chown giaoban: THƯ-MỤC, hoặc đổi data.dir.",
        ),
    }
}

pub(super) fn disk(config: &Config) -> Finding {
    match rustix::fs::statvfs(existing(&config.data.dir)) {
        Ok(disk) => {
            let free = disk.f_bavail.saturating_mul(disk.f_frsize);
            if free >= LEAST_FREE_BYTES {
                Finding::good(format!("Đĩa còn trống {} GB.", free / (1 << 30)))
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

/// How long the disk takes to promise that something is kept.
pub(super) fn durable_write(config: &Config) -> Finding {
    match median_sync(existing(&config.data.dir)) {
        Ok(took) if took < SLOW_SYNC => Finding::good(format!(
            "Đĩa ghi bền (fsync) trong {:.1} ms.",
            took.as_secs_f64() * 1000.0
        )),
        Ok(took) => Finding::doubtful(
            format!("Đĩa ghi bền (fsync) chậm: {} ms.", took.as_millis()),
            "Mỗi thao tác trong phiên chờ đĩa một lần. Dùng SSD cục bộ cho data.dir, không dùng ổ mạng.",
        ),
        Err(error) => Finding::bad(
            format!("Đĩa không ghi bền được (fsync): {error}."),
            "Chuyển data.dir sang ổ đĩa cục bộ có fsync (ext4, xfs).",
        ),
    }
}

fn median_sync(dir: &Path) -> io::Result<Duration> {
    let probe = dir.join(".doctor");
    let mut file = File::create(&probe)?;
    let mut took = Vec::with_capacity(SYNCS);
    for _ in 0..SYNCS {
        let begin = Instant::now();
        file.write_all(&[0; 4096])?;
        file.sync_data()?;
        took.push(begin.elapsed());
    }
    fs::remove_file(&probe)?;
    took.sort_unstable();
    Ok(took[SYNCS / 2])
}

pub(super) async fn database(config: &Config) -> Finding {
    match inspect::schema(&config.store_url()).await {
        Ok(Schema { found: None, .. }) => {
            Finding::good("Chưa có cơ sở dữ liệu; lần chạy đầu sẽ tạo.")
        }
        Ok(Schema {
            found: Some(found),
            known,
        }) if found == known => Finding::good(format!(
            "Cơ sở dữ liệu đọc được, lược đồ bản {found} (mới nhất)."
        )),
        Ok(Schema {
            found: Some(found),
            known,
        }) if found < known => Finding::doubtful(
            format!("Lược đồ dữ liệu bản {found}, chương trình cần bản {known}."),
            "Sao lưu (giaoban backup), rồi: giaoban migrate. Lần khởi động tới cũng tự nâng.",
        ),
        Ok(Schema { found, known }) => Finding::bad(
            format!(
                "Lược đồ dữ liệu bản {} mới hơn chương trình này (bản {known}).",
                found.unwrap_or_default()
            ),
            "Cài lại bản giaoban mới hơn, hoặc khôi phục bản sao lưu cũ.",
        ),
        Err(error) => Finding::bad(
            format!("Không dùng được cơ sở dữ liệu: {error}."),
            "Với PostgreSQL: kiểm tra máy chủ, tên, mật khẩu trong store.url (thử: psql ĐỊA-CHỈ). Với SQLite: kiểm tra quyền của tệp.",
        ),
    }
}
