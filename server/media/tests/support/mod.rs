//! A small client of the engine: ICE checks, DTLS, SRTP over a real socket, and nothing of the engine's own code.

#![expect(
    clippy::unwrap_used,
    reason = "a client for tests: what goes wrong should fail the test"
)]

use bytes::{Bytes, BytesMut};
use giaoban_media::{ConnectRequest, MediaEngine, MediaEvent, MediaEvents, PeerKind};
use giaoban_signaling::ids::{BriefingId, PeerId, SeatId};
use rtc_dtls::config::ConfigBuilder;
use rtc_dtls::crypto::Certificate;
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::TransportProtocol;
use rtc_srtp::config::Config;
use rtc_srtp::context::Context;
use rtc_srtp::crypto::RTCCryptoProvider;
use rtc_srtp::protection_profile::ProtectionProfile;
use rtc_stun::attributes::{ATTR_USE_CANDIDATE, ATTR_USERNAME};
use rtc_stun::fingerprint::FINGERPRINT;
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter as _, TransactionId};
use rtc_stun::textattrs::TextAttribute;
use sha2::{Digest as _, Sha256};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

pub(crate) const BRIEFING: BriefingId = BriefingId(Uuid::from_u128(1));

pub(crate) fn seat(number: u128) -> SeatId {
    SeatId(Uuid::from_u128(number))
}

pub(crate) fn peer(number: u128) -> PeerId {
    PeerId(Uuid::from_u128(number))
}

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

enum Socket {
    Udp(UdpSocket, SocketAddr),
    Tcp(TcpStream, Vec<u8>),
}

impl Socket {
    fn send(&mut self, datagram: &[u8]) {
        match self {
            Self::Udp(socket, to) => {
                socket.send_to(datagram, *to).unwrap();
            }
            Self::Tcp(stream, _) => {
                let mut frame = u16::try_from(datagram.len())
                    .unwrap()
                    .to_be_bytes()
                    .to_vec();
                frame.extend_from_slice(datagram);
                stream.write_all(&frame).unwrap();
            }
        }
    }

    /// The next datagram, if one comes within a moment.
    fn receive(&mut self) -> Option<Vec<u8>> {
        let mut chunk = [0; 2048];
        match self {
            Self::Udp(socket, _) => {
                let len = socket.recv(&mut chunk).ok()?;
                Some(chunk[..len].to_vec())
            }
            Self::Tcp(stream, read) => loop {
                if read.len() >= 2 {
                    let len = usize::from(u16::from_be_bytes([read[0], read[1]]));
                    if read.len() >= 2 + len {
                        let frame = read[2..2 + len].to_vec();
                        read.drain(..2 + len);
                        return Some(frame);
                    }
                }
                let len = stream.read(&mut chunk).ok().filter(|len| *len > 0)?;
                read.extend_from_slice(&chunk[..len]);
            },
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Udp,
    Tcp,
}

pub(crate) struct Client {
    provider: Arc<dyn RTCCryptoProvider>,
    pub(crate) peer: PeerId,
    fingerprint: String,
    ufrag: u32,
    remote: (String, String),
    server: SocketAddr,
    socket: Socket,
    dtls: Endpoint,
    srtp: Option<(Context, Context)>,
    /// Clear RTP packets that have arrived.
    pub(crate) received: Vec<Bytes>,
    pub(crate) closed: bool,
    checked: Instant,
    answered: u32,
}

/// What the section of an offer looks like.
pub(crate) const MICROPHONE: &str = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:mic\r\na=sendonly\r\na=rtpmap:111 opus/48000/2\r\na=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=ssrc:77 cname:c\r\n";
pub(crate) const EARS: &str = "m=audio 9 UDP/TLS/RTP/SAVPF 109\r\nc=IN IP4 0.0.0.0\r\na=mid:a0\r\na=recvonly\r\na=rtpmap:109 opus/48000/2\r\na=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n";

/// The same ears for redundant audio.
pub(crate) const EARS_FOR_REDUNDANCY: &str = "m=audio 9 UDP/TLS/RTP/SAVPF 63 109\r\nc=IN IP4 0.0.0.0\r\na=mid:a0\r\na=recvonly\r\na=rtpmap:109 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 109/109\r\n";

impl Client {
    /// Offers `sections` and completes ICE and DTLS, unless the engine refuses. `honest`: the offer names the certificate
    /// that the handshake then shows.
    pub(crate) async fn connect(
        engine: &MediaEngine,
        number: u128,
        seats: (Option<u128>, Option<u128>),
        sections: &str,
        transport: Transport,
        honest: bool,
    ) -> Self {
        let provider = rtc_dtls::crypto_provider::default_provider().unwrap();
        let certificate =
            Certificate::generate_self_signed(vec!["client".to_owned()], provider.crypto())
                .unwrap();
        let digest = Sha256::digest(if honest {
            certificate.certificate[0].as_ref()
        } else {
            b"another"
        });
        let digest: Vec<String> = digest.iter().map(|octet| format!("{octet:02X}")).collect();
        let config = ConfigBuilder::default()
            .with_crypto_provider(Arc::clone(&provider))
            .with_certificates(vec![certificate])
            .with_insecure_skip_verify(true)
            .with_srtp_protection_profiles(vec![
                SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
                SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
            ])
            .build(true, Some(engine.local_addr()))
            .unwrap();
        let server = engine.local_addr();
        let mut dtls = Endpoint::new(server, TransportProtocol::UDP, None);
        dtls.connect(Instant::now(), server, Arc::new(config), None)
            .unwrap();
        let mut client = Self {
            provider,
            peer: peer(number),
            fingerprint: digest.join(":"),
            ufrag: 0,
            remote: (String::new(), String::new()),
            server,
            socket: open(server, transport),
            dtls,
            srtp: None,
            received: Vec::new(),
            closed: false,
            checked: Instant::now(),
            answered: 0,
        };
        client.negotiate(engine, seats, sections).await;
        client.check();
        client
    }

    /// Sends an offer with a new fragment and reads the answer. Returns whether it was taken for a restart.
    pub(crate) async fn negotiate(
        &mut self,
        engine: &MediaEngine,
        seats: (Option<u128>, Option<u128>),
        sections: &str,
    ) -> bool {
        self.ufrag += 1;
        let offer = format!(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:user{}\r\na=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 {}\r\na=setup:actpass\r\n{sections}",
            self.ufrag, self.fingerprint
        );
        let answer = engine
            .connect(ConnectRequest {
                peer: self.peer,
                briefing: BRIEFING,
                publishes: seats.0.map(seat),
                views: seats.1.map(seat),
                kind: PeerKind::Participant,
                offer,
                link_kbps: None,
            })
            .await
            .unwrap();
        let value = |key: &str| {
            let line = answer
                .sdp
                .lines()
                .find_map(|line| line.strip_prefix(key))
                .unwrap();
            line.to_owned()
        };
        assert!(answer.sdp.contains("a=ice-lite"));
        assert_eq!(value("a=setup:"), "passive");
        self.remote = (value("a=ice-ufrag:"), value("a=ice-pwd:"));
        answer.restarted
    }

    /// Moves to another socket, as after a change of network.
    pub(crate) fn move_to(&mut self, transport: Transport) {
        self.socket = open(self.server, transport);
    }

    /// Checks until one is answered.
    pub(crate) fn check(&mut self) {
        let started = Instant::now();
        let before = self.answered;
        while self.answered == before {
            assert!(started.elapsed() < PATIENCE, "no answer to the check");
            self.send_check();
            while let Some(datagram) = self.socket.receive() {
                self.take(&datagram);
            }
        }
    }

    /// One nominating check.
    fn send_check(&mut self) {
        let mut request = Message::new();
        request.set_type(BINDING_REQUEST);
        request.transaction_id = TransactionId::new();
        request.write_header();
        let username = format!("{}:user{}", self.remote.0, self.ufrag);
        TextAttribute {
            attr: ATTR_USERNAME,
            text: username,
        }
        .add_to(&mut request)
        .unwrap();
        request.add(ATTR_USE_CANDIDATE, &[]);
        MessageIntegrity::new_short_term_integrity_with_provider(
            self.remote.1.clone(),
            self.provider.crypto(),
        )
        .add_to(&mut request)
        .unwrap();
        FINGERPRINT.add_to(&mut request).unwrap();
        self.socket.send(&request.raw);
        self.checked = Instant::now();
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.srtp.is_some()
    }

    /// Drives the handshake to its end.
    pub(crate) fn handshake(&mut self) {
        let started = Instant::now();
        while !self.is_connected() && !self.closed && started.elapsed() < PATIENCE {
            self.pump();
        }
    }

    /// Sends what DTLS has to send and takes what arrives within a moment.
    pub(crate) fn pump(&mut self) {
        // Consent lasts as long as checks go on (RFC 7675).
        if self.checked.elapsed() > Duration::from_millis(500) {
            self.send_check();
        }
        let _ = self.dtls.handle_timeout(self.server, Instant::now());
        while let Some(transmit) = self.dtls.poll_transmit() {
            self.socket.send(&transmit.message);
        }
        while let Some(datagram) = self.socket.receive() {
            self.take(&datagram);
            while let Some(transmit) = self.dtls.poll_transmit() {
                self.socket.send(&transmit.message);
            }
        }
    }

    fn take(&mut self, datagram: &[u8]) {
        match datagram[0] {
            0..=3 => {
                let mut response = Message::new();
                response.unmarshal_binary(datagram).unwrap();
                assert_eq!(response.typ, BINDING_SUCCESS);
                self.answered += 1;
            }
            20..=63 => {
                let events =
                    self.dtls
                        .read(Instant::now(), self.server, None, BytesMut::from(datagram));
                for event in events.into_iter().flatten() {
                    match event {
                        EndpointEvent::HandshakeComplete => self.agree_on_keys(),
                        EndpointEvent::PeerClosed => self.closed = true,
                        _ => {}
                    }
                }
            }
            128.. if !(192..224).contains(&datagram[1]) => {
                let (_, opening) = self.srtp.as_mut().unwrap();
                self.received
                    .push(opening.decrypt_rtp(datagram).unwrap().freeze());
            }
            _ => {}
        }
    }

    fn agree_on_keys(&mut self) {
        let state = self.dtls.get_connection_state(self.server).unwrap();
        assert_eq!(
            state.srtp_protection_profile(),
            SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
            "the better profile is taken though it was offered last"
        );
        let profile = ProtectionProfile::AeadAes128Gcm;
        let mut config = Config {
            profile,
            ..Config::default()
        };
        let material = state
            .export_keying_material("EXTRACTOR-dtls_srtp", &[], config.keying_material_len())
            .unwrap();
        config
            .set_session_keys_from_keying_material(material.as_ref(), true)
            .unwrap();
        let keys = &config.keys;
        let context = |key: &[u8], salt: &[u8]| {
            Context::new(key, salt, profile, None, None, self.provider.crypto()).unwrap()
        };
        self.srtp = Some((
            context(&keys.local_master_key, &keys.local_master_salt),
            context(&keys.remote_master_key, &keys.remote_master_salt),
        ));
    }

    /// Ends the association from this side (close_notify).
    pub(crate) fn say_goodbye(&mut self) {
        self.dtls.stop(Instant::now(), self.server);
        while let Some(transmit) = self.dtls.poll_transmit() {
            self.socket.send(&transmit.message);
        }
    }

    /// Speaks: a packet of the microphone at -20 dBov.
    pub(crate) fn speak(&mut self, sequence: u16) {
        let payload = [&sequence.to_be_bytes()[..], b"voice"].concat();
        self.say(sequence, &payload);
    }

    /// The same with a payload of one's own.
    pub(crate) fn say(&mut self, sequence: u16, payload: &[u8]) {
        let mut packet = vec![0x90, 111];
        packet.extend(sequence.to_be_bytes());
        packet.extend((u32::from(sequence) * 960).to_be_bytes());
        packet.extend(77_u32.to_be_bytes());
        packet.extend([0xbe, 0xde, 0, 1, 0x10, 0x80 + 20, 0, 0]);
        packet.extend_from_slice(payload);
        let (sealing, _) = self.srtp.as_mut().unwrap();
        let sealed = sealing.encrypt_rtp(&packet).unwrap();
        self.socket.send(&sealed);
    }
}

fn open(server: SocketAddr, transport: Transport) -> Socket {
    let moment = Some(Duration::from_millis(10));
    match transport {
        Transport::Udp => {
            let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
            socket.set_read_timeout(moment).unwrap();
            Socket::Udp(socket, server)
        }
        Transport::Tcp => {
            let stream = TcpStream::connect(server).unwrap();
            stream.set_read_timeout(moment).unwrap();
            Socket::Tcp(stream, Vec::new())
        }
    }
}

/// The next event that `wanted` makes something of.
pub(crate) async fn event<T>(
    events: &mut MediaEvents,
    mut wanted: impl FnMut(MediaEvent) -> Option<T>,
) -> T {
    tokio::time::timeout(PATIENCE, async {
        loop {
            if let Some(found) = wanted(events.recv().await.unwrap()) {
                return found;
            }
        }
    })
    .await
    .unwrap()
}
