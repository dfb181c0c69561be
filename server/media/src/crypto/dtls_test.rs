//! The handshake over links that lose datagrams.

use super::dtls::{DtlsConfigs, DtlsOutcome, DtlsSession};
use crate::crypto::certificate::{Fingerprint, Identity};
use bytes::BytesMut;
use rtc_dtls::config::{ClientAuthType, ConfigBuilder};
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::TransportProtocol;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ONE_WAY: Duration = Duration::from_millis(50);
/// How long the peer waits before it repeats a flight.
const REPEATS_AFTER: Duration = Duration::from_millis(200);
const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 9);

/// Which of the next datagrams arrive: the same for the same seed.
struct Loss {
    state: u64,
    percent: u64,
}

impl Loss {
    fn arrives(&mut self) -> bool {
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % 100 >= self.percent
    }
}

/// How long both sides took; `None` if one of them gave up or never got there.
fn handshake(seed: u64, percent: u64) -> Option<Duration> {
    let provider = crate::crypto::provider().unwrap();
    let ours = Identity::generate(provider.crypto()).unwrap();
    let theirs = Identity::generate(provider.crypto()).unwrap();
    let configs = Arc::new(DtlsConfigs::new(&ours, &provider).unwrap());
    let fingerprint = Fingerprint::parse(&theirs.fingerprint).unwrap();
    let mut server = DtlsSession::new(configs, Arc::clone(&provider), vec![fingerprint]);
    let config = ConfigBuilder::default()
        .with_crypto_provider(Arc::clone(&provider))
        .with_certificates(vec![theirs.certificate.clone()])
        .with_client_auth(ClientAuthType::RequireAnyClientCert)
        .with_insecure_skip_verify(true)
        .with_flight_interval(REPEATS_AFTER)
        .with_srtp_protection_profiles(vec![SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm])
        .build(true, Some(SERVER))
        .unwrap();
    let mut client = Endpoint::new(SERVER, TransportProtocol::UDP, None);
    let begin = Instant::now();
    client
        .connect(begin, SERVER, Arc::new(config), None)
        .unwrap();
    let mut loss = Loss {
        state: seed,
        percent,
    };
    let mut under_way: Vec<(Instant, bool, BytesMut)> = Vec::new();
    let (mut client_done, mut server_done) = (false, false);
    for step in 0..2_000_u32 {
        let now = begin + Duration::from_millis(5) * step;
        let arrived: Vec<_> = under_way.extract_if(.., |(at, ..)| *at <= now).collect();
        for (_, to_server, datagram) in arrived {
            if to_server {
                match server.handle(now, &datagram) {
                    DtlsOutcome::Established(_) => server_done = true,
                    DtlsOutcome::Failed(_) | DtlsOutcome::PeerClosed => return None,
                    DtlsOutcome::Pending => {}
                }
            } else if let Ok(events) = client.read(now, SERVER, None, datagram) {
                client_done |= events
                    .iter()
                    .any(|event| matches!(event, EndpointEvent::HandshakeComplete));
            }
        }
        if client_done && server_done {
            return Some(now - begin);
        }
        if client.poll_timeout(&SERVER).is_some_and(|at| at <= now) {
            client.handle_timeout(SERVER, now).ok()?;
        }
        if server.poll_timeout().is_some_and(|at| at <= now)
            && let DtlsOutcome::Failed(_) = server.handle_timeout(now)
        {
            return None;
        }
        let from_client = std::iter::from_fn(|| client.poll_transmit())
            .map(|sent| (true, sent.message))
            .collect::<Vec<_>>();
        let from_server = server.take_outgoing().into_iter().map(|sent| (false, sent));
        for (to_server, datagram) in from_client.into_iter().chain(from_server) {
            if loss.arrives() {
                under_way.push((now + ONE_WAY, to_server, datagram));
            }
        }
    }
    None
}

/// How many of two hundred handshakes came to their end, and how long the longest of them took.
fn handshakes(percent: u64) -> (usize, Option<Duration>) {
    let times: Vec<Duration> = (1..=200)
        .filter_map(|seed| handshake(seed, percent))
        .collect();
    (times.len(), times.into_iter().max())
}

#[test]
fn a_handshake_takes_three_round_trips() {
    assert_eq!(handshakes(0), (200, Some(6 * ONE_WAY)));
}

#[test]
fn a_link_that_loses_a_tenth_still_carries_every_handshake() {
    let (complete, longest) = handshakes(10);
    assert_eq!(complete, 200);
    assert!(longest < Some(Duration::from_millis(2_500)), "{longest:?}");
}
