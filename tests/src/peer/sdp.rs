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

/// One media section of an offer. The order of the sections is the protocol; a section's mid is its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// A microphone with this SSRC.
    SendAudio(u32),
    /// A camera or a shared screen: one encoding, or the layers of a simulcast, lowest first.
    SendVideo(Vec<u32>),
    ReceiveAudio,
    ReceiveVideo,
}

/// Names of simulcast layers, lowest first, as our web client has them.
pub const LAYERS: [&str; 3] = ["l", "m", "h"];

fn head(sdp: &mut String, identity: &Identity, local: &Credentials, sections: usize) {
    let session: u32 = rand::rng().random();
    let _ = write!(
        sdp,
        "v=0\r\no=- {session} 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE"
    );
    for mid in 0..sections {
        let _ = write!(sdp, " {mid}");
    }
    let _ = write!(
        sdp,
        "\r\na=msid-semantic: WMS\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=ice-options:trickle\r\n\
         a=fingerprint:sha-256 {}\r\na=setup:actpass\r\n",
        local.ufrag,
        local.password,
        identity.fingerprint()
    );
}

fn audio(sdp: &mut String, mid: usize, direction: &str) {
    let _ = write!(
        sdp,
        "m=audio 9 UDP/TLS/RTP/SAVPF {opus}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na={direction}\r\n\
         a=rtcp-mux\r\na=rtcp-rsize\r\n\
         a=extmap:{mid_id} urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=extmap:{level} urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n\
         a=extmap:{twcc} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=extmap:{time} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n\
         a=rtpmap:{opus} opus/48000/2\r\na=rtcp-fb:{opus} transport-cc\r\n\
         a=fmtp:{opus} minptime=10;useinbandfec=1\r\n",
        opus = payload::OPUS,
        mid_id = extension::MID,
        level = extension::AUDIO_LEVEL,
        twcc = extension::TRANSPORT_SEQUENCE,
        time = extension::ABSOLUTE_SEND_TIME,
    );
}

fn video(sdp: &mut String, mid: usize, direction: &str, rtx: bool) {
    let formats = if rtx {
        format!("{} {}", payload::VP8, payload::VP8_RTX)
    } else {
        payload::VP8.to_string()
    };
    let _ = write!(
        sdp,
        "m=video 9 UDP/TLS/RTP/SAVPF {formats}\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na={direction}\r\n\
         a=rtcp-mux\r\na=rtcp-rsize\r\n\
         a=extmap:{mid_id} urn:ietf:params:rtp-hdrext:sdes:mid\r\n\
         a=extmap:{twcc} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n\
         a=extmap:{time} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n\
         a=rtpmap:{vp8} VP8/90000\r\na=rtcp-fb:{vp8} transport-cc\r\na=rtcp-fb:{vp8} ccm fir\r\n\
         a=rtcp-fb:{vp8} nack\r\na=rtcp-fb:{vp8} nack pli\r\n",
        vp8 = payload::VP8,
        mid_id = extension::MID,
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

fn source(sdp: &mut String, ssrc: u32, track: usize) {
    let _ = write!(
        sdp,
        "a=msid:stream track{track}\r\na=ssrc:{ssrc} cname:load\r\na=ssrc:{ssrc} msid:stream track{track}\r\n"
    );
}

/// Layers are known by their names alone, as browsers offer them.
fn simulcast(sdp: &mut String, layers: usize) {
    let names = &LAYERS[..layers.min(LAYERS.len())];
    let _ = write!(
        sdp,
        "a=extmap:{} urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n",
        extension::RID
    );
    for name in names {
        let _ = write!(sdp, "a=rid:{name} send\r\n");
    }
    let _ = write!(sdp, "a=simulcast:send {}\r\n", names.join(";"));
}

/// An offer of these sections.
#[must_use]
pub fn offer(identity: &Identity, local: &Credentials, sections: &[Section]) -> String {
    let mut sdp = String::with_capacity(1_024 * (1 + sections.len()));
    head(&mut sdp, identity, local, sections.len());
    for (mid, section) in sections.iter().enumerate() {
        match section {
            Section::SendAudio(ssrc) => {
                audio(&mut sdp, mid, "sendonly");
                source(&mut sdp, *ssrc, mid);
            }
            Section::SendVideo(layers) => {
                video(&mut sdp, mid, "sendonly", false);
                match layers.as_slice() {
                    [ssrc] => source(&mut sdp, *ssrc, mid),
                    layers => simulcast(&mut sdp, layers.len()),
                }
            }
            Section::ReceiveAudio => audio(&mut sdp, mid, "recvonly"),
            Section::ReceiveVideo => video(&mut sdp, mid, "recvonly", true),
        }
    }
    sdp
}

/// What a server announced to send in one section.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Announced {
    pub ssrc: Option<u32>,
    /// Of the retransmissions.
    pub rtx: Option<u32>,
}

impl Announced {
    fn parse(section: &[&str]) -> Self {
        let values = |name: &'static str| {
            section
                .iter()
                .filter_map(move |line| line.trim_end().strip_prefix(name))
        };
        let group = values("a=ssrc-group:FID ").find_map(|group| {
            let (media, rtx) = group.split_once(' ')?;
            Some((media.parse().ok()?, rtx.parse().ok()?))
        });
        let first = values("a=ssrc:").find_map(|line| line.split(' ').next()?.parse().ok());
        Self {
            ssrc: group.map(|(media, _)| media).or(first),
            rtx: group.map(|(_, rtx)| rtx),
        }
    }
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
    /// For each section, in order.
    pub announced: Vec<Announced>,
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
        let lines: Vec<&str> = sdp.lines().collect();
        let announced = lines
            .split(|line| line.starts_with("m="))
            .skip(1)
            .map(Announced::parse)
            .collect();
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
            announced,
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
                   a=candidate:2 1 udp 2 127.0.0.1 7882 typ host\r\n\
                   m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=ssrc-group:FID 5 6\r\n\
                   a=ssrc:6 cname:x\r\na=ssrc:5 cname:x\r\n";
        let answer = Answer::parse(sdp).unwrap();
        assert_eq!(
            answer.addresses,
            ["127.0.0.1:7882".parse::<SocketAddr>().unwrap()]
        );
        assert_eq!(answer.credentials.ufrag, "abcd");
        assert_eq!(answer.fingerprint, "AA:BB");
        assert_eq!(answer.role, Role::Client);
        let picture = Announced {
            ssrc: Some(5),
            rtx: Some(6),
        };
        assert_eq!(answer.announced, [Announced::default(), picture]);
    }

    #[test]
    fn a_rejected_section_is_an_error() {
        let sdp = "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\na=setup:passive\r\na=ice-ufrag:a\r\n\
                   a=ice-pwd:b\r\na=fingerprint:sha-256 AA\r\na=candidate:2 1 udp 2 127.0.0.1 1 typ host\r\n";
        assert!(Answer::parse(sdp).is_err());
    }
}
