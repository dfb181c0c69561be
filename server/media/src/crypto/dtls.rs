//! The DTLS handshake of one peer, server side, and the SRTP keys that come of it (RFC 5764).

use super::certificate::{Fingerprint, Identity};
use super::hello::HelloReader;
use super::srtp::{SrtpKeys, SrtpProfile};
use bytes::BytesMut;
use rtc_dtls::config::{ClientAuthType, ConfigBuilder, HandshakeConfig};
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_dtls::state::State;
use rtc_shared::TransportProtocol;
use rtc_srtp::crypto::RTCCryptoProvider;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// One configuration for each SRTP profile, shared by all handshakes, best first.
pub(crate) struct DtlsConfigs {
    by_profile: Vec<(SrtpProfile, Arc<HandshakeConfig>)>,
}

impl DtlsConfigs {
    pub(crate) fn new(
        identity: &Identity,
        provider: &Arc<dyn RTCCryptoProvider>,
    ) -> Result<Self, String> {
        let mut by_profile = Vec::new();
        for profile in SrtpProfile::BEST_FIRST {
            let config = ConfigBuilder::default()
                .with_crypto_provider(Arc::clone(provider))
                .with_certificates(vec![identity.certificate.clone()])
                .with_client_auth(ClientAuthType::RequireAnyClientCert)
                // Peers are known by the fingerprint in their offer, which `handle` checks, not by an authority.
                .with_insecure_skip_verify(true)
                .with_srtp_protection_profiles(vec![profile.dtls()])
                .build(false, None)
                .map_err(|error| error.to_string())?;
            by_profile.push((profile, Arc::new(config)));
        }
        Ok(Self { by_profile })
    }

    fn of(&self, wanted: SrtpProfile) -> Option<&Arc<HandshakeConfig>> {
        self.by_profile
            .iter()
            .find_map(|(profile, config)| (*profile == wanted).then_some(config))
    }

    fn best_of(&self, offered: &[u16]) -> Option<&(SrtpProfile, Arc<HandshakeConfig>)> {
        self.by_profile.iter().find(|(profile, _)| {
            offered
                .iter()
                .any(|id| SrtpProtectionProfile::from(*id) == profile.dtls())
        })
    }
}

/// What a datagram led to.
#[derive(Debug)]
pub(crate) enum DtlsOutcome {
    Pending,
    Established(Box<SrtpKeys>),
    /// The peer's certificate is not the one its offer named, or the handshake broke.
    Failed(String),
    PeerClosed,
}

enum Phase {
    /// Waiting for the whole ClientHello; the datagrams so far.
    Hello(HelloReader, Vec<BytesMut>),
    Running(SrtpProfile, Box<Endpoint>),
    /// The handshake is long over. What is left of it can decipher and say goodbye, and takes a fraction of the memory.
    Parked(SrtpProfile, Box<[u8]>),
    Over,
}

/// The DTLS association of one peer. It lives on through ICE restarts, so it knows no addresses.
pub(crate) struct DtlsSession {
    configs: Arc<DtlsConfigs>,
    provider: Arc<dyn RTCCryptoProvider>,
    fingerprints: Vec<Fingerprint>,
    phase: Phase,
    outgoing: Vec<BytesMut>,
    /// Our latest flight, until the handshake is over.
    flight: Vec<BytesMut>,
    flight_sent_at: Option<Instant>,
}

/// The DTLS crate keys associations by address; ours has one, and its peer may move.
const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9);
const MAX_HELLO_DATAGRAMS: usize = 8;
/// Two datagrams of one flight of the peer are not further apart than this.
const ONE_FLIGHT: Duration = Duration::from_millis(40);

impl DtlsSession {
    pub(crate) fn new(
        configs: Arc<DtlsConfigs>,
        provider: Arc<dyn RTCCryptoProvider>,
        fingerprints: Vec<Fingerprint>,
    ) -> Self {
        Self {
            configs,
            provider,
            fingerprints,
            phase: Phase::Hello(HelloReader::default(), Vec::new()),
            outgoing: Vec::new(),
            flight: Vec::new(),
            flight_sent_at: None,
        }
    }

    pub(crate) fn handle(&mut self, now: Instant, datagram: &[u8]) -> DtlsOutcome {
        if let Phase::Hello(reader, earlier) = &mut self.phase {
            if earlier.len() >= MAX_HELLO_DATAGRAMS {
                return self.fail("the ClientHello has too many parts");
            }
            earlier.push(BytesMut::from(datagram));
            let Some(offered) = reader.push(datagram) else {
                return DtlsOutcome::Pending;
            };
            let earlier = std::mem::take(earlier);
            let Some((profile, config)) = self.configs.best_of(&offered) else {
                return self.fail("no common SRTP profile");
            };
            let endpoint = Endpoint::new(PEER, TransportProtocol::UDP, Some(Arc::clone(config)));
            self.phase = Phase::Running(*profile, Box::new(endpoint));
            for datagram in earlier {
                match self.read(now, datagram) {
                    DtlsOutcome::Pending => {}
                    outcome => return outcome,
                }
            }
            return DtlsOutcome::Pending;
        }
        if let Some(mut endpoint) = self.revived(now) {
            let events = endpoint.read(now, PEER, None, BytesMut::from(datagram));
            if events.is_ok_and(|events| {
                events
                    .iter()
                    .any(|event| matches!(event, EndpointEvent::PeerClosed))
            }) {
                take_transmits(&mut endpoint, &mut self.outgoing);
                self.phase = Phase::Over;
                return DtlsOutcome::PeerClosed;
            }
            return DtlsOutcome::Pending;
        }
        self.read(now, BytesMut::from(datagram))
    }

    /// Lets go of the handshake once the peer has proved that it has seen its end: it has sent packets under its keys.
    pub(crate) fn park(&mut self) {
        let Phase::Running(profile, endpoint) = &self.phase else {
            return;
        };
        let state = endpoint
            .get_connection_state(PEER)
            .and_then(|state| state.marshal_binary().ok());
        if let Some(state) = state {
            self.phase = Phase::Parked(*profile, state.into_boxed_slice());
            self.fingerprints = Vec::new();
            self.outgoing = Vec::new();
        }
    }

    /// The association as it was before it was parked; `None` if it was not.
    fn revived(&self, now: Instant) -> Option<Endpoint> {
        let Phase::Parked(profile, parked) = &self.phase else {
            return None;
        };
        let config = self.configs.of(*profile)?;
        let mut state = State::new(Arc::clone(&self.provider), false);
        state.unmarshal_binary(parked).ok()?;
        let mut endpoint = Endpoint::new(PEER, TransportProtocol::UDP, None);
        endpoint
            .connect(now, PEER, Arc::clone(config), Some(state))
            .ok()?;
        Some(endpoint)
    }

    fn read(&mut self, now: Instant, datagram: BytesMut) -> DtlsOutcome {
        let Phase::Running(profile, endpoint) = &mut self.phase else {
            return DtlsOutcome::Pending;
        };
        let profile = *profile;
        let result = endpoint.read(now, PEER, None, datagram);
        let idle = endpoint.poll_timeout(&PEER).is_none();
        let answered = self.take_flight(now);
        let events = match result {
            Ok(events) => events,
            // A single bad record is dropped, as RFC 6347 section 4.1.2.7 asks; a broken handshake shows by its alert.
            Err(error) => {
                tracing::debug!(%error, "DTLS record refused");
                return DtlsOutcome::Pending;
            }
        };
        for event in events {
            match event {
                EndpointEvent::HandshakeComplete => return self.established(profile),
                EndpointEvent::PeerClosed => {
                    self.phase = Phase::Over;
                    return DtlsOutcome::PeerClosed;
                }
                _ => {}
            }
        }
        if idle && !answered {
            self.retransmit_flight(now);
        }
        DtlsOutcome::Pending
    }

    /// Takes what the handshake wants sent. Returns whether there was anything.
    fn take_flight(&mut self, now: Instant) -> bool {
        let Phase::Running(_, endpoint) = &mut self.phase else {
            return false;
        };
        let earlier = self.outgoing.len();
        take_transmits(endpoint, &mut self.outgoing);
        let flight = &self.outgoing[earlier..];
        if flight.is_empty() {
            return false;
        }
        self.flight = flight.to_vec();
        self.flight_sent_at = Some(now);
        true
    }

    /// A peer that repeats itself has not got our answer. The DTLS crate stops its own timer when a repeat comes in, so the
    /// answer would be lost for good. What did arrive of it is dropped as a replay (RFC 6347 section 4.1.2.6).
    fn retransmit_flight(&mut self, now: Instant) {
        if self.flight_sent_at.is_some_and(|at| now >= at + ONE_FLIGHT) {
            self.outgoing.extend_from_slice(&self.flight);
            self.flight_sent_at = Some(now);
        }
    }

    fn established(&mut self, profile: SrtpProfile) -> DtlsOutcome {
        // From here on the DTLS crate repeats our last flight itself.
        self.flight = Vec::new();
        self.flight_sent_at = None;
        let Phase::Running(_, endpoint) = &self.phase else {
            return DtlsOutcome::Pending;
        };
        let Some(state) = endpoint.get_connection_state(PEER) else {
            return self.fail("the handshake left no state");
        };
        let known = state.peer_certificates.first().is_some_and(|certificate| {
            self.fingerprints
                .iter()
                .any(|fingerprint| fingerprint.matches(certificate))
        });
        if !known {
            return self.fail("the certificate is not the one that was offered");
        }
        match state.export_keying_material(
            "EXTRACTOR-dtls_srtp",
            &[],
            profile.keying_material_len(),
        ) {
            Ok(material) => match SrtpKeys::from_server_material(profile, material.as_ref()) {
                Some(keys) => DtlsOutcome::Established(Box::new(keys)),
                None => self.fail("too little keying material"),
            },
            Err(error) => self.fail(&error.to_string()),
        }
    }

    fn fail(&mut self, reason: &str) -> DtlsOutcome {
        self.phase = Phase::Over;
        DtlsOutcome::Failed(reason.to_owned())
    }

    /// Datagrams to send now.
    pub(crate) fn take_outgoing(&mut self) -> Vec<BytesMut> {
        std::mem::take(&mut self.outgoing)
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        match &self.phase {
            Phase::Running(_, endpoint) => endpoint.poll_timeout(&PEER),
            _ => None,
        }
    }

    /// Repeats a lost flight where its time has come.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> DtlsOutcome {
        let Phase::Running(_, endpoint) = &mut self.phase else {
            return DtlsOutcome::Pending;
        };
        let result = endpoint.handle_timeout(PEER, now);
        self.take_flight(now);
        match result {
            Ok(()) => DtlsOutcome::Pending,
            Err(error) => self.fail(&error.to_string()),
        }
    }

    /// Says goodbye (close_notify), so that the peer need not wait for its consent to expire.
    pub(crate) fn close(&mut self, now: Instant) {
        if let Some(mut endpoint) = self.revived(now) {
            endpoint.stop(now, PEER);
            take_transmits(&mut endpoint, &mut self.outgoing);
        }
        if let Phase::Running(_, endpoint) = &mut self.phase {
            endpoint.stop(now, PEER);
            take_transmits(endpoint, &mut self.outgoing);
        }
        self.phase = Phase::Over;
    }
}

fn take_transmits(endpoint: &mut Endpoint, outgoing: &mut Vec<BytesMut>) {
    while let Some(transmit) = endpoint.poll_transmit() {
        outgoing.push(transmit.message);
    }
}
