//! Whether sound and picture reach this server the way browsers come: to the advertised addresses, UDP and TCP.

use super::Finding;
use super::ports::taken;
use crate::config::Config;
use nix::ifaddrs::getifaddrs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(1);
/// A STUN binding request and its answer (RFC 8489 section 5): type, length 0, magic cookie; the transaction id follows.
const REQUEST: [u8; 8] = [0x00, 0x01, 0, 0, 0x21, 0x12, 0xa4, 0x42];
const ANSWER: [u8; 8] = [0x01, 0x01, 0, 0, 0x21, 0x12, 0xa4, 0x42];
const TRANSACTION: &[u8; 12] = b"giaoban-kham";

pub(super) async fn check(config: &Config, running: bool) -> Vec<Finding> {
    let listen = config.media.listen;
    let advertised = advertised(config);
    let mut findings: Vec<Finding> = advertised.iter().map(|&ip| quality(config, ip)).collect();
    if running {
        for ip in advertised {
            findings.push(reach_running(SocketAddr::new(ip, listen.port())).await);
        }
        return findings;
    }
    let bound = async {
        let udp = UdpSocket::bind(listen).await?;
        Ok((udp, TcpListener::bind(listen).await?))
    };
    match bound.await {
        Ok((udp, tcp)) => {
            findings.push(Finding::good(format!(
                "Cổng hình và tiếng {listen} (UDP, TCP) còn trống."
            )));
            for ip in advertised {
                findings.push(reach(&udp, &tcp, SocketAddr::new(ip, listen.port())).await);
            }
        }
        Err(error) => findings.push(taken("hình và tiếng", "media.listen", listen, &error)),
    }
    findings
}

/// What the server will tell browsers: as configured, else what the machine has.
fn advertised(config: &Config) -> Vec<IpAddr> {
    if !config.media.advertise.is_empty() {
        return config.media.advertise.clone();
    }
    let listen = config.media.listen.ip();
    if !listen.is_unspecified() {
        return vec![listen];
    }
    let mut found: Vec<IpAddr> = getifaddrs()
        .into_iter()
        .flatten()
        .filter_map(|interface| {
            let address = interface.address?;
            let v4 = address
                .as_sockaddr_in()
                .map(|address| IpAddr::V4(address.ip()));
            v4.or_else(|| {
                address
                    .as_sockaddr_in6()
                    .map(|address| IpAddr::V6(address.ip()))
            })
        })
        .filter(|ip| !ip.is_loopback() && !link_local(*ip))
        .filter(|ip| ip.is_ipv4() || listen.is_ipv6())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

/// Who can reach an address at all.
fn quality(config: &Config, ip: IpAddr) -> Finding {
    let private = match ip {
        IpAddr::V4(ip) => ip.is_private(),
        IpAddr::V6(ip) => ip.is_unique_local(),
    };
    if ip.is_loopback() {
        return Finding::bad(
            format!("Địa chỉ báo cho trình duyệt là {ip}: chỉ chính máy này nghe và thấy."),
            "Ghi địa chỉ mạng của máy vào media.advertise.",
        );
    }
    if ip.is_unspecified() || link_local(ip) {
        return Finding::bad(
            format!("Địa chỉ báo cho trình duyệt là {ip}: không ai tới được."),
            "Ghi địa chỉ mạng của máy vào media.advertise.",
        );
    }
    if private {
        return Finding::doubtful(
            format!("Địa chỉ báo cho trình duyệt {ip} là địa chỉ mạng nội bộ."),
            "Đúng khi mọi điểm cầu ở trong mạng này. Nếu có điểm cầu vào từ mạng khác: thêm địa chỉ bên ngoài vào media.advertise và mở cổng ở tường lửa.",
        );
    }
    let from = if config.media.advertise.is_empty() {
        "lấy từ máy"
    } else {
        "media.advertise"
    };
    Finding::good(format!("Địa chỉ báo cho trình duyệt: {ip} ({from})."))
}

/// Sends what a browser would first send from another socket to the address, and answers it.
async fn reach(udp: &UdpSocket, tcp: &TcpListener, to: SocketAddr) -> Finding {
    let over_udp = matches!(timeout(PATIENCE, ask_and_answer(udp, to)).await, Ok(Ok(())));
    let over_tcp = timeout(PATIENCE, async {
        tokio::try_join!(TcpStream::connect(to), tcp.accept())
    });
    let over_tcp = matches!(over_tcp.await, Ok(Ok(_)));
    match (over_udp, over_tcp) {
        (true, true) => Finding::good(format!("Hình và tiếng tới được {to} bằng UDP và TCP.")),
        (false, true) => Finding::bad(
            format!("UDP không tới được {to}."),
            format!(
                "Mở UDP {} ở tường lửa (nft, ufw, router). Sau NAT: kiểm tra chuyển tiếp cổng UDP; thử lại từ máy khác.",
                to.port()
            ),
        ),
        (true, false) => Finding::doubtful(
            format!("TCP không tới được {to}."),
            format!(
                "Mở TCP {} ở tường lửa: nơi chặn UDP cần cổng này.",
                to.port()
            ),
        ),
        (false, false) => unreachable_from_here(to),
    }
}

async fn ask_and_answer(udp: &UdpSocket, to: SocketAddr) -> io::Result<()> {
    let any: IpAddr = if to.is_ipv4() {
        Ipv4Addr::UNSPECIFIED.into()
    } else {
        Ipv6Addr::UNSPECIFIED.into()
    };
    let browser = UdpSocket::bind((any, 0)).await?;
    browser
        .send_to(&[&REQUEST[..], TRANSACTION].concat(), to)
        .await?;
    let mut buffer = [0; 64];
    loop {
        let (length, from) = udp.recv_from(&mut buffer).await?;
        if buffer[..length].starts_with(&REQUEST) && buffer[..length].ends_with(TRANSACTION) {
            udp.send_to(&[&ANSWER[..], TRANSACTION].concat(), from)
                .await?;
            break;
        }
    }
    loop {
        let (length, _) = browser.recv_from(&mut buffer).await?;
        if buffer[..length].starts_with(&ANSWER) {
            return Ok(());
        }
    }
}

/// The engine answers only those whom it has invited; that its TCP port takes connections and its UDP port is open is what
/// can be seen from outside.
async fn reach_running(to: SocketAddr) -> Finding {
    let over_tcp = matches!(timeout(PATIENCE, TcpStream::connect(to)).await, Ok(Ok(_)));
    match (over_tcp, udp_is_bound(to.port())) {
        (true, true) => Finding::good(format!(
            "Hình và tiếng: {to} nhận TCP, cổng UDP đang mở. UDP từ nơi khác: vào Phòng chờ ở một điểm cầu."
        )),
        (true, false) => Finding::bad(
            format!("Không tiến trình nào nghe UDP {}.", to.port()),
            "Khởi động lại giaoban, xem nhật ký: journalctl -u giaoban -n 50.",
        ),
        (false, _) => unreachable_from_here(to),
    }
}

fn unreachable_from_here(to: SocketAddr) -> Finding {
    Finding::doubtful(
        format!("Từ máy này không tới được {to}."),
        format!(
            "Nếu đây là địa chỉ bên ngoài của router (NAT), router có thể không quay vòng được: thử từ máy khác. Nếu không: mở UDP và TCP {} ở tường lửa, sửa media.advertise.",
            to.port()
        ),
    )
}

fn udp_is_bound(port: u16) -> bool {
    ["/proc/net/udp", "/proc/net/udp6"]
        .iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .any(|table| {
            table.lines().skip(1).any(|line| {
                line.split_ascii_whitespace()
                    .nth(1)
                    .and_then(|local| local.rsplit_once(':'))
                    .and_then(|(_, hex)| u16::from_str_radix(hex, 16).ok())
                    == Some(port)
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::doctor::State;

    #[tokio::test]
    async fn a_free_port_on_this_machine_is_reached_both_ways() {
        let mut config = Config::default();
        config.media.listen = "127.0.0.1:0".parse().unwrap();
        let udp = UdpSocket::bind(config.media.listen).await.unwrap();
        let tcp = TcpListener::bind(udp.local_addr().unwrap()).await.unwrap();
        let found = reach(&udp, &tcp, udp.local_addr().unwrap()).await;
        assert_eq!(found.state, State::Good, "{found:?}");
    }

    #[test]
    fn an_address_that_nobody_else_reaches_is_an_error() {
        let state = |ip: &str| quality(&Config::default(), ip.parse().unwrap()).state;
        assert_eq!(state("127.0.0.1"), State::Bad);
        assert_eq!(state("169.254.1.1"), State::Bad);
        assert_eq!(state("10.1.2.3"), State::Doubtful);
        assert_eq!(state("203.113.1.1"), State::Good);
    }
}
