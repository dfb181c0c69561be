//! Offers of the light peer and what it needs of the answers (RFC 8829, WHIP RFC 9725, WHEP).

use super::dtls::{Identity, Role};
use super::rtp::extension;
use anyhow::{Context as _, Result, bail};
use rand::Rng as _;
use rand::distr::Alphanumeric;
use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

/// Payload types that our offers use.
pub mod payload {
    pub const OPUS: u8 = 111;
    pub const VP8: u8 = 96;
    pub const VP8_RTX: u8 = 97;
}

/// The ICE half of one side's description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub ufrag: String,
    pub password: String,
}

impl Credentials {
    #[must_use]
    pub fn random() -> Self {
        let text = |length| {
            rand::rng()
                .sample_iter(Alphanumeric)
                .take(length)
                .map(char::from)
                .collect()
        };
        Self {
            ufrag: text(8),
            password: text(24),
        }
    }
}

/// What a publisher's streams are called on the wire.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    pub audio: u32,
    pub video: u32,
}

fn head(identity: &Identity, local: &Credentials) -> String {
    let session: u32 = rand::rng().random();
    format!(
        "v=0\r\no=- {session} 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n\
         a=msid-semantic: WMS\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=ice-options:trickle\r\n\
         a=fingerprint:sha-256 {}\r\na=setup:actpass\r\n",
        local.ufrag,
        local.password,
        identity.fingerprint()
    )
}

fn audio(sdp: &mut String, direction: &str) {
    let _ = write!(
        sdp,
        "m=audio 9 UDP/TLS/RTP/SAVPF {opus}\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na={direction}\r\n\
         a=rtcp-mux\r\na=rtcp-rsize\r\n\
         a=extmap:{mid} urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=extmap:{level} urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
         a=extmap:{twcc} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=extmap:{time} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n\
         a=rtpmap:{opus} opus/48000/2\r\na=rtcp-fb:{opus} transport-cc\r\n\
         a=fmtp:{opus} minptime=10;useinbandfec=1\r\n",
        opus = payload::OPUS,
        mid = extension::MID,
        level = extension::AUDIO_LEVEL,
        twcc = extension::TRANSPORT_SEQUENCE,
        time = extension::ABSOLUTE_SEND_TIME,
    );
}

fn video(sdp: &mut String, direction: &str, rtx: bool) {
    let formats = if rtx {
        format!("{} {}", payload::VP8, payload::VP8_RTX)
    } else {
        payload::VP8.to_string()
    };
    let _ = write!(
        sdp,
        "m=video 9 UDP/TLS/RTP/SAVPF {formats}\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na={direction}\r\n\
         a=rtcp-mux\r\na=rtcp-rsize\r\n\
         a=extmap:{mid} urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=extmap:{twcc} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=extmap:{time} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n\
         a=rtpmap:{vp8} VP8/90000\r\na=rtcp-fb:{vp8} transport-cc\r\na=rtcp-fb:{vp8} ccm fir\r\n\
         a=rtcp-fb:{vp8} nack\r\na=rtcp-fb:{vp8} nack pli\r\n",
        vp8 = payload::VP8,
        mid = extension::MID,
        twcc = extension::TRANSPORT_SEQUENCE,
        time = extension::ABSOLUTE_SEND_TIME,
    );
    if rtx {
        let _ = write!(
            sdp,
            "a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={vp8}\r\n",
            rtx = payload::VP8_RTX,
            vp8 = payload::VP8,
        );
    }
}

fn source(sdp: &mut String, ssrc: u32, track: &str) {
    let _ = write!(
        sdp,
        "a=msid:stream {track}\r\na=ssrc:{ssrc} cname:load\r\na=ssrc:{ssrc} msid:stream {track}\r\n"
    );
}

/// An offer that sends one audio and one VP8 stream.
#[must_use]
pub fn publisher_offer(identity: &Identity, local: &Credentials, streams: Streams) -> String {
    let mut sdp = head(identity, local);
    audio(&mut sdp, "sendonly");
    source(&mut sdp, streams.audio, "audio");
    video(&mut sdp, "sendonly", false);
    source(&mut sdp, streams.video, "video");
    sdp
}

/// An offer that receives one audio and one VP8 stream, with RTX.
#[must_use]
pub fn watcher_offer(identity: &Identity, local: &Credentials) -> String {
    let mut sdp = head(identity, local);
    audio(&mut sdp, "recvonly");
    video(&mut sdp, "recvonly", true);
    sdp
}

/// What an answer says about reaching the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub credentials: Credentials,
    /// SHA-256, colon-separated hex.
    pub fingerprint: String,
    /// The role left to us.
    pub role: Role,
    /// UDP candidates, the answer's order.
    pub addresses: Vec<SocketAddr>,
}

impl Answer {
    pub fn parse(sdp: &str) -> Result<Self> {
        let value = |name: &str| {
            let prefix = format!("a={name}:");
            sdp.lines()
                .find_map(|line| line.trim_end().strip_prefix(&prefix).map(str::to_owned))
        };
        let role = match value("setup").as_deref() {
            Some("passive") => Role::Client,
            Some("active") => Role::Server,
            other => bail!("an answer with setup {other:?}"),
        };
        let fingerprint = value("fingerprint").context("an answer without a fingerprint")?;
        let fingerprint = fingerprint
            .strip_prefix("sha-256 ")
            .with_context(|| format!("a fingerprint that is not SHA-256: {fingerprint}"))?;
        let rejected = sdp
            .lines()
            .filter(|line| line.starts_with("m="))
            .any(|line| line.split(' ').nth(1) == Some("0"));
        if rejected {
            bail!("the answer rejects a media section:\n{sdp}");
        }
        let addresses: Vec<SocketAddr> = sdp.lines().filter_map(candidate).collect();
        if addresses.is_empty() {
            bail!("an answer without a usable UDP candidate:\n{sdp}");
        }
        Ok(Self {
            credentials: Credentials {
                ufrag: value("ice-ufrag").context("an answer without ice-ufrag")?,
                password: value("ice-pwd").context("an answer without ice-pwd")?,
            },
            fingerprint: fingerprint.trim().to_owned(),
            role,
            addresses,
        })
    }
}

/// The address of an `a=candidate` line of UDP (RFC 8839 section 5.1).
fn candidate(line: &str) -> Option<SocketAddr> {
    let mut words = line.trim_end().strip_prefix("a=candidate:")?.split(' ');
    let transport = words.nth(2)?;
    let address: IpAddr = words.nth(1)?.parse().ok()?;
    let port = words.next()?.parse().ok()?;
    transport
        .eq_ignore_ascii_case("udp")
        .then_some(SocketAddr::new(address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_gives_the_way_to_the_server() {
        let sdp = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=setup:passive\r\n\
                   a=ice-ufrag:abcd\r\na=ice-pwd:secret\r\na=fingerprint:sha-256 AA:BB\r\n\
                   a=candidate:1 1 tcp 1 127.0.0.1 7882 typ host tcptype passive\r\n\
                   a=candidate:2 1 udp 2 127.0.0.1 7882 typ host\r\n";
        let answer = Answer::parse(sdp).unwrap();
        assert_eq!(
            answer.addresses,
            ["127.0.0.1:7882".parse::<SocketAddr>().unwrap()]
        );
        assert_eq!(answer.credentials.ufrag, "abcd");
        assert_eq!(answer.fingerprint, "AA:BB");
        assert_eq!(answer.role, Role::Client);
    }

    #[test]
    fn a_rejected_section_is_an_error() {
        let sdp = "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=setup:passive\r\na=ice-ufrag:a\r\n\
                   a=ice-pwd:b\r\na=fingerprint:sha-256 AA\r\na=candidate:2 1 udp 2 127.0.0.1 1 typ host\r\n";
        assert!(Answer::parse(sdp).is_err());
    }
}
