//! The certificate that handshakes use now.

use crate::config::TlsConfig;
use chrono::{DateTime, Utc};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(2);
/// HTTP/2 would carry neither more sound nor more picture, and WebSocket needs 1.1.
const PROTOCOL: &[u8] = b"http/1.1";

/// Why a certificate can't be used.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    #[error("không đọc được tệp PEM {file} / cannot read the PEM file {file}: {source}")]
    Read {
        file: PathBuf,
        #[source]
        source: pem::Error,
    },
    #[error("tệp {0} không có chứng thư nào / there is no certificate in {0}")]
    Empty(PathBuf),
    #[error(
        "chứng thư và khóa không dùng được với nhau / the certificate and the key do not fit: {0}"
    )]
    Unfit(#[from] rustls::Error),
}

/// What a file looked like: another certificate has another of these.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Looks(Option<(SystemTime, u64)>);

impl Looks {
    fn of(file: &Path) -> Self {
        let seen = |file: &Path| -> io::Result<(SystemTime, u64)> {
            let metadata = fs::metadata(file)?;
            Ok((metadata.modified()?, metadata.len()))
        };
        Self(seen(file).ok())
    }
}

/// The certificate in force. Connections that are there keep the one they began with.
#[derive(Debug)]
pub struct Certificate {
    config: TlsConfig,
    current: RwLock<Arc<CertifiedKey>>,
}

impl Certificate {
    pub fn load(config: &TlsConfig) -> Result<Arc<Self>, CertificateError> {
        Ok(Arc::new(Self {
            current: RwLock::new(Arc::new(read(config)?)),
            config: config.clone(),
        }))
    }

    /// The configuration of handshakes: TLS 1.2 and 1.3, no client certificates.
    pub fn server_config(self: &Arc<Self>) -> Result<rustls::ServerConfig, CertificateError> {
        let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![PROTOCOL.to_vec()];
        Ok(config)
    }

    /// The chain in force, the server's certificate first.
    #[must_use]
    pub fn chain(&self) -> Vec<CertificateDer<'static>> {
        self.current().cert.clone()
    }

    fn current(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn looks(&self) -> [Looks; 2] {
        [&self.config.certificate, &self.config.key].map(|file| Looks::of(file))
    }

    /// Takes up new files as they come, until told to stop. Files that don't fit (one of the two is still to be copied, say)
    /// change nothing but the log.
    pub async fn watch(self: Arc<Self>, stop: CancellationToken) {
        let mut ticks = interval(LOOK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut known = self.looks();
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            let looks = self.looks();
            if looks == known {
                continue;
            }
            known = looks;
            match read(&self.config) {
                Ok(new) => {
                    let until = new.end_entity_cert().ok().and_then(not_after);
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(new);
                    let until = until.map(|until| until.to_rfc3339());
                    tracing::info!(until, "a new certificate is in force");
                }
                Err(error) => {
                    tracing::warn!(%error, "the new certificate is not taken, the old one stays");
                }
            }
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current())
    }
}

fn read(config: &TlsConfig) -> Result<CertifiedKey, CertificateError> {
    let unreadable = |file: &PathBuf| {
        let file = file.clone();
        move |source| CertificateError::Read { file, source }
    };
    let chain = CertificateDer::pem_file_iter(&config.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(unreadable(&config.certificate))?;
    if chain.is_empty() {
        return Err(CertificateError::Empty(config.certificate.clone()));
    }
    let key = PrivateKeyDer::from_pem_file(&config.key).map_err(unreadable(&config.key))?;
    Ok(CertifiedKey::from_der(chain, key, &default_provider())?)
}

/// Until when a certificate is good.
#[must_use]
pub fn not_after(certificate: &CertificateDer<'_>) -> Option<DateTime<Utc>> {
    let (_, parsed) = X509Certificate::from_der(certificate).ok()?;
    DateTime::from_timestamp(parsed.validity().not_after.timestamp(), 0)
}

/// The DNS names and addresses that a certificate is for (RFC 9525: subject alternative names only).
#[must_use]
pub fn subject_names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok((_, parsed)) = X509Certificate::from_der(certificate) else {
        return Vec::new();
    };
    let Ok(Some(names)) = parsed.subject_alternative_name() else {
        return Vec::new();
    };
    names
        .value
        .general_names
        .iter()
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some((*name).to_owned()),
            GeneralName::IPAddress([a, b, c, d]) => Some(format!("{a}.{b}.{c}.{d}")),
            GeneralName::IPAddress(address) => <[u8; 16]>::try_from(*address)
                .ok()
                .map(|address| std::net::Ipv6Addr::from(address).to_string()),
            _ => None,
        })
        .collect()
}

/// Whether a certificate vouches for itself.
#[must_use]
pub fn self_signed(certificate: &CertificateDer<'_>) -> bool {
    X509Certificate::from_der(certificate)
        .is_ok_and(|(_, parsed)| parsed.issuer() == parsed.subject())
}

/// Whether each certificate of a chain was issued by the next.
#[must_use]
pub fn unbroken(chain: &[CertificateDer<'_>]) -> bool {
    let parsed: Vec<_> = chain
        .iter()
        .filter_map(|certificate| X509Certificate::from_der(certificate).ok())
        .map(|(_, certificate)| certificate)
        .collect();
    parsed.len() == chain.len()
        && parsed
            .windows(2)
            .all(|pair| pair[0].issuer() == pair[1].subject())
}
