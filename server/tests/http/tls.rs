//! HTTPS by the server itself.

use giaoban_server::config::{Config, TlsConfig};
use giaoban_server::serve::{Mode, Server};
use giaoban_server::tls::Pinned;
use rcgen::CertifiedKey;
use reqwest::{Client, StatusCode, header, redirect};
use rustls::pki_types::{CertificateDer, ServerName};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

const PATIENCE: Duration = Duration::from_secs(20);

struct Site {
    server: Server,
    redirect: SocketAddr,
    folder: TempDir,
}

/// Writes a new certificate and key; gives the certificate.
fn renew(folder: &Path) -> CertificateDer<'static> {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["giaoban.test".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), signing_key.serialize_pem()).unwrap();
    cert.der().clone()
}

async fn start() -> (Site, CertificateDer<'static>) {
    let folder = tempfile::tempdir().unwrap();
    let certificate = renew(folder.path());
    let redirect = {
        let probe = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        probe.local_addr().unwrap()
    };
    let mut config = Config::default();
    config.data.dir = folder.path().to_owned();
    config.http.listen = "127.0.0.1:0".parse().unwrap();
    config.media.listen = "127.0.0.1:0".parse().unwrap();
    config.http.tls = Some(TlsConfig {
        certificate: folder.path().join("cert.pem"),
        key: folder.path().join("key.pem"),
        redirect_listen: Some(redirect),
    });
    let server = Server::start(config, Mode::default()).await.unwrap();
    let site = Site {
        server,
        redirect,
        folder,
    };
    (site, certificate)
}

/// A connection, if the server has this certificate.
async fn connect(
    site: &Site,
    certificate: &CertificateDer<'static>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let client = Pinned::client(vec![certificate.clone()]).unwrap();
    let stream = TcpStream::connect(site.server.address()).await?;
    let name = ServerName::try_from("giaoban.test").unwrap();
    TlsConnector::from(client).connect(name, stream).await
}

/// One request on a connection that stays; gives the head of the answer.
async fn alive(stream: &mut TlsStream<TcpStream>) -> String {
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: giaoban.test\r\n\r\n")
        .await
        .unwrap();
    let mut answer = String::new();
    while !answer.ends_with("\r\n\r\nok") {
        let mut buffer = [0; 2048];
        let length = stream.read(&mut buffer).await.unwrap();
        assert_ne!(length, 0, "the connection ended: {answer}");
        answer.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
    }
    answer
}

#[tokio::test]
async fn a_new_certificate_is_taken_up_and_open_connections_stay() {
    let (site, first) = start().await;
    let mut open = connect(&site, &first).await.unwrap();
    let answer = alive(&mut open).await.to_lowercase();
    assert!(answer.contains("strict-transport-security"), "{answer}");

    // Half a pair: the old one stays.
    std::fs::write(site.folder.path().join("cert.pem"), "not yet").unwrap();
    connect(&site, &first).await.unwrap();

    let second = renew(site.folder.path());
    let renewed = async {
        while connect(&site, &second).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, renewed).await.unwrap();
    assert!(
        connect(&site, &first).await.is_err(),
        "the old certificate is still given"
    );
    alive(&mut open).await;
    drop(open);
    site.server.stop().await;
}

#[tokio::test]
async fn a_silent_client_keeps_nobody_waiting() {
    let (site, certificate) = start().await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(site.server.address()).await.unwrap());
    }
    let mut stream = tokio::time::timeout(Duration::from_secs(5), connect(&site, &certificate))
        .await
        .unwrap()
        .unwrap();
    alive(&mut stream).await;
}

#[tokio::test]
async fn plain_http_is_sent_to_https() {
    let (site, _) = start().await;
    let client = Client::builder()
        .redirect(redirect::Policy::none())
        .build()
        .unwrap();
    let answer = client
        .get(format!("http://{}/phien/1?x=2", site.redirect))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::PERMANENT_REDIRECT);
    let wanted = format!(
        "https://127.0.0.1:{}/phien/1?x=2",
        site.server.address().port()
    );
    assert_eq!(answer.headers()[header::LOCATION], wanted.as_str());
}

#[tokio::test]
async fn a_key_of_another_certificate_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    renew(folder.path());
    let key = std::fs::read(folder.path().join("key.pem")).unwrap();
    renew(folder.path());
    std::fs::write(folder.path().join("key.pem"), key).unwrap();
    let mut config = Config::default();
    config.data.dir = folder.path().to_owned();
    config.http.listen = "127.0.0.1:0".parse().unwrap();
    config.media.listen = "127.0.0.1:0".parse().unwrap();
    config.http.tls = Some(TlsConfig {
        certificate: folder.path().join("cert.pem"),
        key: folder.path().join("key.pem"),
        redirect_listen: None,
    });
    let refused = Server::start(config, Mode::default()).await.err().unwrap();
    assert!(
        refused.to_string().contains("không dùng được với nhau"),
        "{refused}"
    );
}
