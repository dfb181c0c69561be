//! Sends acts on: to a syslog, to a file, to standard output. The store is the truth; what could not be sent is sent later, as
//! long as the server runs.

use super::syslog::{framed, message};
use super::{AuditLog, to_json};
use crate::config::AuditConfig;
use giaoban_store::{AuditQuery, AuditRow, StoreError};
use std::io;
use std::net::Ipv6Addr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpStream, UdpSocket, UnixDatagram};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Other processes write too (the command line): looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// A log server that does not answer holds nothing up longer.
const PATIENCE: Duration = Duration::from_secs(5);
const AT_ONCE: u32 = 500;

/// A target that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "audit.syslog = {0}: phải là udp://MÁY:CỔNG, tcp://MÁY:CỔNG hoặc unix:///đường/dẫn / must be udp://HOST:PORT, tcp://HOST:PORT or unix:///path"
)]
pub struct TargetError(String);

#[derive(Debug)]
enum Target {
    Udp(String),
    /// The connection is kept; none before the first act and after a failure.
    Tcp(String, Option<TcpStream>),
    Unix(PathBuf),
    File(PathBuf),
    Stdout,
}

/// Where acts go, and up to which each place has them.
#[derive(Debug)]
pub struct Targets(Vec<(Target, u64)>);

impl Targets {
    /// As configured.
    pub fn of(config: &AuditConfig) -> Result<Self, TargetError> {
        let mut targets = Vec::new();
        if let Some(url) = &config.syslog {
            let wrong = || TargetError(url.clone());
            targets.push(match url.split_once("://").ok_or_else(wrong)? {
                ("udp", at) if at.contains(':') => Target::Udp(at.to_owned()),
                ("tcp", at) if at.contains(':') => Target::Tcp(at.to_owned(), None),
                ("unix", path) if path.starts_with('/') => Target::Unix(path.into()),
                _ => return Err(wrong()),
            });
        }
        match config.json.as_deref() {
            None => {}
            Some("stdout") => targets.push(Target::Stdout),
            Some(path) => targets.push(Target::File(path.into())),
        }
        Ok(Self(
            targets.into_iter().map(|target| (target, 0)).collect(),
        ))
    }
}

impl Target {
    async fn send(&mut self, host: &str, row: &AuditRow) -> io::Result<()> {
        match self {
            Self::Udp(at) => {
                let socket = UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).await;
                let socket = match socket {
                    Ok(socket) => socket,
                    // A machine without IPv6.
                    Err(_) => UdpSocket::bind("0.0.0.0:0").await?,
                };
                send_to(&socket, at, message(host, row).as_bytes()).await
            }
            Self::Tcp(at, kept) => {
                let mut stream = match kept.take().filter(is_open) {
                    Some(stream) => stream,
                    None => TcpStream::connect(at.as_str()).await?,
                };
                stream
                    .write_all(framed(&message(host, row)).as_bytes())
                    .await?;
                *kept = Some(stream);
                Ok(())
            }
            Self::Unix(path) => {
                let socket = UnixDatagram::unbound()?;
                socket.send_to(message(host, row).as_bytes(), path).await?;
                Ok(())
            }
            Self::File(path) => {
                let mut file = OpenOptions::new()
                    .create(true)
                    .append(true)
                    .open(path)
                    .await?;
                file.write_all(format!("{}\n", to_json(row)).as_bytes())
                    .await?;
                file.flush().await
            }
            Self::Stdout => {
                let mut out = tokio::io::stdout();
                out.write_all(format!("{}\n", to_json(row)).as_bytes())
                    .await?;
                out.flush().await
            }
        }
    }
}

/// A log server says nothing: what can be read is the end. An act written after it would be lost without an error.
fn is_open(stream: &TcpStream) -> bool {
    let read = stream.try_read(&mut [0]);
    read.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
}

/// To the first address of the name that this socket's family reaches.
async fn send_to(socket: &UdpSocket, at: &str, bytes: &[u8]) -> io::Result<()> {
    let six = socket.local_addr()?.is_ipv6();
    let mut last = io::Error::from(io::ErrorKind::NotFound);
    for address in tokio::net::lookup_host(at).await? {
        let address = match (six, address) {
            (true, std::net::SocketAddr::V4(four)) => {
                (four.ip().to_ipv6_mapped(), four.port()).into()
            }
            (_, address) => address,
        };
        match socket.send_to(bytes, address).await {
            Ok(_) => return Ok(()),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// Sends what is written from now on, until the server stops.
pub async fn ship(log: AuditLog, mut targets: Targets, stop: CancellationToken) {
    if targets.0.is_empty() {
        return;
    }
    let host = tokio::fs::read_to_string("/proc/sys/kernel/hostname")
        .await
        .unwrap_or_default();
    let newest = loop {
        match log.store.audit().latest(&AuditQuery::default(), 1).await {
            Ok(rows) => break rows.first().map_or(0, |row| row.seq),
            Err(error) => tracing::warn!(%error, "the audit log cannot be read"),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    };
    for (_, sent) in &mut targets.0 {
        *sent = newest;
    }
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = log.written.notified() => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        for (place, sent) in &mut targets.0 {
            if let Err(error) = send_new(&log, &host, place, sent).await {
                tracing::warn!(%error, ?place, "administrative acts cannot be sent on; they will be sent later");
            }
        }
    }
}

/// Why acts wait.
#[derive(Debug, thiserror::Error)]
enum ShipError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Send(#[from] io::Error),
    #[error("no answer in time")]
    Slow(#[from] tokio::time::error::Elapsed),
}

async fn send_new(
    log: &AuditLog,
    host: &str,
    target: &mut Target,
    sent: &mut u64,
) -> Result<(), ShipError> {
    loop {
        let rows = log.store.audit().from(*sent + 1, AT_ONCE).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            timeout(PATIENCE, target.send(host, &row)).await??;
            *sent = row.seq;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::syslog::tests::row;
    use super::*;
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;

    fn target(url: &str) -> Target {
        let config = AuditConfig {
            syslog: Some(url.to_owned()),
            json: None,
        };
        Targets::of(&config).unwrap().0.remove(0).0
    }

    #[test]
    fn a_wrong_target_is_refused() {
        for url in [
            "10.0.0.1:514",
            "udp://10.0.0.1",
            "http://log:514",
            "unix://dev/log",
        ] {
            let config = AuditConfig {
                syslog: Some(url.to_owned()),
                json: None,
            };
            assert!(Targets::of(&config).is_err(), "{url}");
        }
    }

    #[tokio::test]
    async fn acts_arrive_over_udp() {
        let server = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let url = format!("udp://{}", server.local_addr().unwrap());
        target(&url).send("may", &row("signed_in")).await.unwrap();
        let mut bytes = [0; 2_000];
        let length = server.recv(&mut bytes).await.unwrap();
        assert_eq!(
            std::str::from_utf8(&bytes[..length]).unwrap(),
            message("may", &row("signed_in"))
        );
    }

    #[tokio::test]
    async fn acts_arrive_over_tcp_in_frames_on_one_connection() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut to = target(&format!("tcp://{}", server.local_addr().unwrap()));
        let one = framed(&message("may", &row("signed_in")));
        let two = framed(&message("may", &row("signed_out")));
        let sending = async {
            to.send("may", &row("signed_in")).await.unwrap();
            to.send("may", &row("signed_out")).await.unwrap();
            drop(to);
        };
        let ((), (mut stream, _)) = tokio::join!(sending, async { server.accept().await.unwrap() });
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, one + &two);
    }

    #[tokio::test]
    async fn a_log_server_that_closed_the_connection_gets_the_next_act_on_another() {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut to = target(&format!("tcp://{}", server.local_addr().unwrap()));
        let message = framed(&message("may", &row("signed_in")));
        for _ in 0..2 {
            to.send("may", &row("signed_in")).await.unwrap();
            let (mut stream, _) = server.accept().await.unwrap();
            let mut bytes = vec![0; message.len()];
            stream.read_exact(&mut bytes).await.unwrap();
            assert_eq!(bytes, message.as_bytes());
            drop(stream);
            let Target::Tcp(_, Some(kept)) = &to else {
                panic!("it is kept");
            };
            kept.readable().await.unwrap();
        }
    }

    #[tokio::test]
    async fn acts_arrive_over_a_unix_socket_and_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let server = UnixDatagram::bind(&path).unwrap();
        target(&format!("unix://{}", path.display()))
            .send("may", &row("signed_in"))
            .await
            .unwrap();
        let mut bytes = [0; 2_000];
        let length = server.recv(&mut bytes).await.unwrap();
        assert!(bytes[..length].starts_with(b"<109>1 "));

        let file = folder.path().join("audit.jsonl");
        let mut to = Target::File(file.clone());
        to.send("may", &row("signed_in")).await.unwrap();
        to.send("may", &row("signed_out")).await.unwrap();
        let text = std::fs::read_to_string(file).unwrap();
        let actions: Vec<String> = text
            .lines()
            .map(|line| {
                let told: serde_json::Value = serde_json::from_str(line).unwrap();
                told["action"].as_str().unwrap().to_owned()
            })
            .collect();
        assert_eq!(actions, ["signed_in", "signed_out"]);
    }
}
