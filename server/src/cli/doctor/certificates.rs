//! HTTPS: without it browsers give neither camera nor microphone.

use super::Finding;
use crate::config::{Config, TlsConfig};
use crate::tls::{Certificate, not_after, self_signed, subject_names, unbroken};
use chrono::{TimeDelta, Utc};

const SOON: TimeDelta = TimeDelta::days(30);

pub(super) fn check(config: &Config) -> Vec<Finding> {
    let mut findings = vec![secure_context(config)];
    if let Some(tls) = &config.http.tls {
        findings.extend(own(config, tls));
    }
    findings
}

/// Browsers give camera and microphone only to pages that came over HTTPS or from this machine itself.
fn secure_context(config: &Config) -> Finding {
    match &config.http.public_url {
        Some(url) if url.starts_with("https://") => {
            Finding::good(format!("Người dùng vào qua {url}."))
        }
        Some(url) => Finding::bad(
            format!("http.public_url là {url}: không phải HTTPS."),
            "Trình duyệt chỉ cho dùng camera, mic qua HTTPS. Khai http.tls hoặc đặt proxy TLS phía trước, rồi đổi http.public_url thành https://….",
        ),
        None => Finding::doubtful(
            "Chưa khai địa chỉ cho người dùng (http.public_url).",
            "Khai http.public_url = \"https://TÊN-MÁY\": dùng trong lịch và liên kết. Trình duyệt chỉ cho dùng camera, mic qua HTTPS (trừ localhost).",
        ),
    }
}

fn own(config: &Config, tls: &TlsConfig) -> Vec<Finding> {
    let chain = match Certificate::load(tls) {
        Ok(certificate) => certificate.chain(),
        Err(error) => {
            return vec![Finding::bad(
                format!("Không dùng được chứng thư: {error}."),
                "Kiểm tra http.tls.certificate và http.tls.key: dạng PEM, cùng một cặp, người dùng giaoban đọc được.",
            )];
        }
    };
    let Some(leaf) = chain.first() else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    if let Some(until) = not_after(leaf) {
        let day = until
            .with_timezone(&crate::time_zone::ZONE)
            .format("%d/%m/%Y");
        let left = until - Utc::now();
        findings.push(if left < TimeDelta::zero() {
            Finding::bad(
                format!("Chứng thư hết hạn từ {day}."),
                "Xin chứng thư mới, chép đè hai tệp PEM: máy chủ tự nạp lại trong vài giây.",
            )
        } else if left < SOON {
            Finding::doubtful(
                format!("Chứng thư còn {} ngày (đến {day}).", left.num_days()),
                "Xin gia hạn ngay; chép đè hai tệp PEM, máy chủ tự nạp lại.",
            )
        } else {
            Finding::good(format!("Chứng thư còn hạn đến {day}."))
        });
    }
    findings.push(names(config, &subject_names(leaf)));
    findings.push(if self_signed(leaf) {
        Finding::doubtful(
            "Chứng thư tự ký.",
            "Trình duyệt sẽ cảnh báo ở mọi điểm cầu. Dùng chứng thư của nhà cung cấp, hoặc cài CA nội bộ vào các máy.",
        )
    } else if unbroken(&chain) && chain.len() > 1 {
        Finding::good("Chuỗi chứng thư liền mạch.")
    } else {
        Finding::doubtful(
            "Tệp chứng thư thiếu chứng thư trung gian hoặc sai thứ tự.",
            "Ghép vào một tệp: chứng thư máy chủ trước, rồi các chứng thư trung gian (cat máy-chủ.pem trung-gian.pem > chuỗi.pem).",
        )
    });
    findings
}

fn names(config: &Config, names: &[String]) -> Finding {
    let host = config
        .http
        .public_url
        .as_deref()
        .and_then(|url| url.split_once("://"))
        .map(|(_, rest)| rest.split(['/', ':']).next().unwrap_or(rest));
    match host {
        Some(host) if names.iter().any(|name| covers(name, host)) => {
            Finding::good(format!("Chứng thư có tên {host}."))
        }
        Some(host) => Finding::bad(
            format!(
                "Chứng thư không có tên {host} (chỉ có: {}).",
                names.join(", ")
            ),
            "Xin chứng thư đúng tên trong http.public_url, hoặc sửa http.public_url.",
        ),
        None => Finding::good(format!("Chứng thư cho: {}.", names.join(", "))),
    }
}

/// RFC 9525 section 6.3: a wildcard stands for exactly the first label.
fn covers(name: &str, host: &str) -> bool {
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let rest = name.strip_prefix("*.");
    let parent = host.split_once('.').map(|(_, parent)| parent);
    rest.zip(parent)
        .is_some_and(|(rest, parent)| rest.eq_ignore_ascii_case(parent))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wildcard_is_one_label() {
        assert!(covers("*.gov.vn", "giaoban.gov.vn"));
        assert!(!covers("*.gov.vn", "a.b.gov.vn"));
        assert!(!covers("*.gov.vn", "gov.vn"));
        assert!(covers("giaoban.gov.vn", "GIAOBAN.gov.vn"));
    }
}
