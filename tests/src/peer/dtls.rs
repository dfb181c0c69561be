//! DTLS-SRTP (RFC 5764): a certificate of our own, a handshake without sockets, and the SRTP contexts that come out.

use anyhow::{Context as _, Result, anyhow, bail};
use bytes::BytesMut;
use rtc_dtls::config::{ClientAuthType, ConfigBuilder, HandshakeConfig};
use rtc_dtls::crypto::Certificate;
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::TransportProtocol;
use rtc_srtp::config::{Config as SrtpConfig, LABEL_EXTRACTOR_DTLS_SRTP};
use rtc_srtp::context::Context as SrtpContext;
use rtc_srtp::crypto::{RTCCryptoProvider, default_provider};
use rtc_srtp::option::{srtcp_replay_protection, srtp_replay_protection};
use rtc_srtp::protection_profile::ProtectionProfile;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The endpoint keys associations by address; each of ours has exactly one, so any constant does.
const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9);

/// What a datagram of DTLS led to.
pub enum Progress {
    Going,
    Established(Box<Keys>),
    /// The other side has said goodbye.
    Closed,
}

/// A certificate that many peers of one process share; making one for each would measure the load generator.
#[derive(Clone)]
pub struct Identity {
    provider: Arc<dyn RTCCryptoProvider>,
    certificate: Certificate,
    fingerprint: String,
}

impl Identity {
    pub fn generate() -> Result<Self> {
        let provider = default_provider().map_err(|error| anyhow!("{error}"))?;
        let certificate =
            Certificate::generate_self_signed(vec!["peer".to_owned()], provider.crypto())
                .context("self-signed certificate")?;
        let der = certificate
            .certificate
            .first()
            .context("a certificate without a body")?;
        let fingerprint = fingerprint(der);
        Ok(Self {
            provider,
            certificate,
            fingerprint,
        })
    }

    /// As in `a=fingerprint:sha-256 …`.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    #[must_use]
    pub fn provider(&self) -> &dyn RTCCryptoProvider {
        self.provider.as_ref()
    }
}

fn fingerprint(der: &[u8]) -> String {
    let mut text = String::with_capacity(95);
    for (place, byte) in Sha256::digest(der).iter().enumerate() {
        if place > 0 {
            text.push(':');
        }
        let _ = write!(text, "{byte:02X}");
    }
    text
}

/// Which side speaks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Client,
    Server,
}

/// The two directions of a finished handshake.
pub struct Keys {
    pub outbound: SrtpContext,
    pub inbound: SrtpContext,
    pub profile: SrtpProtectionProfile,
}

/// One handshake.
pub struct Dtls {
    endpoint: Endpoint,
    config: Arc<HandshakeConfig>,
    role: Role,
    provider: Arc<dyn RTCCryptoProvider>,
    started: bool,
}

impl Dtls {
    /// The peer must show a certificate with `remote_fingerprint` (SHA-256).
    pub fn new(identity: &Identity, role: Role, remote_fingerprint: &str) -> Result<Self> {
        let expected = remote_fingerprint.to_ascii_uppercase();
        let builder = ConfigBuilder::default()
            .with_crypto_provider(identity.provider.clone())
            .with_certificates(vec![identity.certificate.clone()])
            // Chromium's order; the server is expected to prefer GCM all the same.
            .with_srtp_protection_profiles(vec![
                SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
                SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
            ])
            .with_client_auth(ClientAuthType::RequireAnyClientCert)
            .with_insecure_skip_verify(true)
            .with_flight_interval(Duration::from_millis(200))
            .with_verify_peer_certificate(Some(Arc::new(move |chain, _| match chain.first() {
                Some(der) if fingerprint(der) == expected => Ok(()),
                _ => Err(rtc_shared::error::Error::Other(
                    "the certificate is not the one of the answer".to_owned(),
                )),
            })));
        let config = Arc::new(
            builder
                .build(role == Role::Client, Some(PEER))
                .context("DTLS configuration")?,
        );
        let server = (role == Role::Server).then(|| config.clone());
        Ok(Self {
            endpoint: Endpoint::new(PEER, TransportProtocol::UDP, server),
            config,
            role,
            provider: identity.provider.clone(),
            started: false,
        })
    }

    /// Sends the first flight if that is ours to do.
    pub fn start(&mut self, now: Instant) -> Result<()> {
        if !self.started && self.role == Role::Client {
            self.endpoint
                .connect(now, PEER, self.config.clone(), None)
                .context("DTLS start")?;
        }
        self.started = true;
        Ok(())
    }

    /// Whether a datagram is DTLS (RFC 7983).
    #[must_use]
    pub fn is_dtls(datagram: &[u8]) -> bool {
        datagram
            .first()
            .is_some_and(|first| (20..=63).contains(first))
    }

    /// Feeds a datagram; gives the keys when this one completed the handshake.
    pub fn read(&mut self, now: Instant, datagram: &[u8]) -> Result<Progress> {
        let events = self
            .endpoint
            .read(now, PEER, None, BytesMut::from(datagram))
            .context("DTLS")?;
        for event in events {
            match event {
                EndpointEvent::HandshakeComplete => {
                    return self.keys().map(Box::new).map(Progress::Established);
                }
                EndpointEvent::PeerClosed => return Ok(Progress::Closed),
                _ => {}
            }
        }
        Ok(Progress::Going)
    }

    pub fn timeout(&self) -> Option<Instant> {
        self.endpoint.poll_timeout(&PEER)
    }

    pub fn handle_timeout(&mut self, now: Instant) -> Result<()> {
        self.endpoint
            .handle_timeout(PEER, now)
            .context("DTLS retransmission")
    }

    pub fn transmit(&mut self) -> Option<BytesMut> {
        self.endpoint.poll_transmit().map(|sent| sent.message)
    }

    /// Says goodbye; the datagram is in [`Self::transmit`].
    pub fn close(&mut self, now: Instant) {
        let _ = self.endpoint.close(now);
    }

    fn keys(&self) -> Result<Keys> {
        let state = self
            .endpoint
            .get_connection_state(PEER)
            .context("no DTLS association")?;
        let profile = state.srtp_protection_profile();
        let srtp_profile = match profile {
            SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80 => {
                ProtectionProfile::Aes128CmHmacSha1_80
            }
            SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm => ProtectionProfile::AeadAes128Gcm,
            other => bail!("no usable SRTP profile: {other:?}"),
        };
        let mut config = SrtpConfig {
            profile: srtp_profile,
            ..SrtpConfig::default()
        };
        let material = state
            .export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], config.keying_material_len())
            .map_err(|error| anyhow!("SRTP keys: {error:?}"))?;
        config
            .set_session_keys_from_keying_material(material.as_ref(), self.role == Role::Client)
            .context("SRTP keys")?;
        let crypto = self.provider.crypto();
        let keys = &config.keys;
        let outbound = SrtpContext::new(
            &keys.local_master_key,
            &keys.local_master_salt,
            srtp_profile,
            None,
            None,
            crypto,
        )
        .context("outbound SRTP")?;
        let inbound = SrtpContext::new(
            &keys.remote_master_key,
            &keys.remote_master_salt,
            srtp_profile,
            Some(srtp_replay_protection(512)),
            Some(srtcp_replay_protection(128)),
            crypto,
        )
        .context("inbound SRTP")?;
        Ok(Keys {
            outbound,
            inbound,
            profile,
        })
    }
}
