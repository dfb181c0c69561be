//! Whether giaoban runs with this configuration now.

use crate::config::{Config, HttpConfig};
use crate::tls::{Certificate, Pinned};
use rustls::pki_types::ServerName;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

const PATIENCE: Duration = Duration::from_secs(2);
const QUESTION: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const MOST_BYTES: u64 = 16 * 1024;

/// `/healthz` answers as ours does, over the certificate that is configured.
pub(super) async fn answers(config: &Config) -> bool {
    matches!(timeout(PATIENCE, ask(&config.http)).await, Ok(Ok(true)))
}

async fn ask(config: &HttpConfig) -> io::Result<bool> {
    let stream = TcpStream::connect(own(config.listen)).await?;
    let Some(tls) = &config.tls else {
        return healthy(stream).await;
    };
    let certificate = Certificate::load(tls).map_err(io::Error::other)?;
    let client = Pinned::client(certificate.chain()).map_err(io::Error::other)?;
    let name = ServerName::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST).into());
    healthy(TlsConnector::from(client).connect(name, stream).await?).await
}

async fn healthy(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> io::Result<bool> {
    stream.write_all(QUESTION).await?;
    let mut answer = String::new();
    // A server that ends without closing the TLS session in order has said all that matters here.
    let _ = stream.take(MOST_BYTES).read_to_string(&mut answer).await;
    Ok(answer.starts_with("HTTP/1.1 200") && answer.contains("\r\n\r\n") && answer.contains("ok"))
}

/// How this machine itself reaches a listening address.
pub(super) fn own(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
