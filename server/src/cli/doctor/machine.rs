//! The clock and the kernel.

use super::Finding;
use chrono::{DateTime, Utc};
use nix::sys::socket::{AddressFamily, SockFlag, SockType, setsockopt, socket, sockopt};
use std::fs;
use std::path::Path;
use std::process::Command;

/// What a busy worker's socket should be able to hold: half a second at 50 Mbps.
const LEAST_UDP_BUFFER: u64 = 4 << 20;
/// A socket for each client, another where UDP is blocked, twice over.
const LEAST_DESCRIPTORS: u64 = 16_384;
/// A segment that every link carries.
const SEGMENT: i32 = 1200;

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
    Finding::good(format!("Đồng hồ máy: {shown} (giờ Việt Nam)."))
}

pub(super) fn clock_synchronised() -> Finding {
    const REMEDY: &str = "Đặt máy chủ giờ trong mạng (NTP=… trong /etc/systemd/timesyncd.conf, hoặc chrony), rồi: timedatectl set-ntp true; kiểm tra: timedatectl.";
    match synchronised() {
        Some(true) => Finding::good("Đồng hồ đang đồng bộ (NTP)."),
        Some(false) => Finding::doubtful("Đồng hồ chưa đồng bộ (NTP).", REMEDY),
        None => Finding::doubtful("Không biết đồng hồ có được đồng bộ (NTP) không.", REMEDY),
    }
}

fn synchronised() -> Option<bool> {
    let says = |program: &str, arguments: &[&str]| -> Option<String> {
        let output = Command::new(program).args(arguments).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    if Path::new("/run/systemd/timesync/synchronized").exists() {
        return Some(true);
    }
    if let Some(answer) = says(
        "timedatectl",
        &["show", "--property=NTPSynchronized", "--value"],
    ) {
        return Some(answer.trim() == "yes");
    }
    let tracking = says("chronyc", &["-n", "tracking"])?;
    Some(tracking.contains("Leap status     : Normal"))
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
            Finding::good("Bộ đệm UDP của hệ điều hành đủ lớn.")
        }
        (Some(receive), Some(send)) => Finding::doubtful(
            format!("Bộ đệm UDP nhỏ: nhận {receive}, gửi {send} byte."),
            "Phiên đông điểm cầu có thể mất gói. Chép deploy/sysctl/60-giaoban.conf vào /etc/sysctl.d rồi: sysctl --system (gói Debian đã làm sẵn).",
        ),
        _ => Finding::doubtful(
            "Không xem được bộ đệm UDP.",
            "Chỉ kiểm tra được trên Linux.",
        ),
    }
}

/// UDP GSO (Linux 4.18) lets one system call send a burst, GRO (Linux 5.0) receive one.
pub(super) fn segmentation() -> Finding {
    let supported = socket(
        AddressFamily::Inet,
        SockType::Datagram,
        SockFlag::SOCK_CLOEXEC,
        None,
    )
    .and_then(|socket| {
        setsockopt(&socket, sockopt::UdpGsoSegment, &SEGMENT)?;
        setsockopt(&socket, sockopt::UdpGroSegment, &true)
    });
    match supported {
        Ok(()) => Finding::good("Nhân hệ điều hành có UDP GSO và GRO."),
        Err(error) => Finding::doubtful(
            format!("Nhân hệ điều hành không có UDP GSO hoặc GRO: {error}."),
            "Vẫn chạy được, tốn CPU hơn khoảng hai lần. Dùng nhân Linux 5.0 trở lên.",
        ),
    }
}

pub(super) fn file_descriptors() -> Finding {
    let limit = fs::read_to_string("/proc/self/limits")
        .ok()
        .and_then(|text| {
            let line = text
                .lines()
                .find(|line| line.starts_with("Max open files"))?;
            let soft = line.split_ascii_whitespace().nth(3)?;
            if soft == "unlimited" {
                Some(u64::MAX)
            } else {
                soft.parse().ok()
            }
        });
    match limit {
        Some(limit) if limit >= LEAST_DESCRIPTORS => {
            Finding::good(format!("Giới hạn tệp mở: {limit}."))
        }
        Some(limit) => Finding::doubtful(
            format!("Giới hạn tệp mở ở cửa sổ lệnh này: {limit}."),
            format!(
                "Phiên vài nghìn điểm cầu cần {LEAST_DESCRIPTORS}. Chạy bằng systemd (LimitNOFILE đã đặt sẵn) hoặc: ulimit -n 65536."
            ),
        ),
        None => Finding::doubtful(
            "Không xem được giới hạn tệp mở.",
            "Kiểm tra bằng: ulimit -n.",
        ),
    }
}
