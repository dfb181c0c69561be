//! Writes the answer (RFC 8829 section 5.3) as a lite ICE agent (RFC 8839) and passive DTLS endpoint.

use super::offer::{Codec, OfferedCodec, SectionKind, uri};
use super::session::{ReceiveTrack, Role, SendSlot, Session};
use crate::api::SlotKind;
use crate::wire::rtp::ExtensionIds;
use std::fmt::{self, Write as _};
use std::net::SocketAddr;

/// Our side of the transport.
#[derive(Clone, Debug)]
pub(crate) struct LocalTransport {
    pub(crate) ice_ufrag: String,
    pub(crate) ice_pwd: String,
    /// Value of `a=fingerprint`.
    pub(crate) fingerprint: String,
    /// Where UDP and TCP are reached, best first.
    pub(crate) addresses: Vec<SocketAddr>,
    /// Names this session in `o=`; grows with every answer to the same peer.
    pub(crate) session_id: u64,
    pub(crate) version: u64,
}

pub(crate) fn write_answer(session: &Session, local: &LocalTransport) -> String {
    let mut sdp = String::with_capacity(1024 * session.roles.len());
    // Writing to a String cannot fail.
    let _ = write_all(&mut sdp, session, local);
    sdp
}

fn write_all(out: &mut String, session: &Session, local: &LocalTransport) -> fmt::Result {
    write!(
        out,
        "v=0\r\no=- {} {} IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
        local.session_id, local.version
    )?;
    out.push_str("a=group:BUNDLE");
    for role in &session.roles {
        if let Some(mid) = mid(role) {
            write!(out, " {mid}")?;
        }
    }
    out.push_str("\r\na=ice-lite\r\na=msid-semantic: WMS *\r\n");
    if session.offer.extmap_allow_mixed {
        out.push_str("a=extmap-allow-mixed\r\n");
    }
    let mut candidates = Some(&local.addresses);
    for (section, role) in session.offer.sections.iter().zip(&session.roles) {
        let media = match section.kind {
            SectionKind::Audio => "audio",
            SectionKind::Video => "video",
            SectionKind::Other => &section.media,
        };
        let (mid, codecs, extensions) = match role {
            Role::Receive(track) => (&track.mid, &track.codecs, track.extensions),
            Role::Send(slot) => (&slot.mid, &slot.codecs, slot.extensions),
            Role::Inactive { mid, codecs } => (mid, codecs, ExtensionIds::default()),
            Role::Refused => {
                let format = if section.kind == SectionKind::Other {
                    "webrtc-datachannel"
                } else {
                    "0"
                };
                write!(
                    out,
                    "m={media} 0 {} {format}\r\nc=IN IP4 0.0.0.0\r\na=mid:{}\r\na=inactive\r\n",
                    section.protocol, section.mid
                )?;
                continue;
            }
        };
        write!(out, "m={media} 9 {}", section.protocol)?;
        for codec in codecs {
            for payload_type in with_red(codec).into_iter().flatten() {
                write!(out, " {payload_type}")?;
            }
            if let Some(rtx) = codec.rtx {
                write!(out, " {rtx}")?;
            }
        }
        write!(out, "\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\n")?;
        write!(
            out,
            "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\n",
            local.ice_ufrag, local.ice_pwd
        )?;
        write!(
            out,
            "a=fingerprint:{}\r\na=setup:passive\r\na=rtcp-mux\r\na=rtcp-rsize\r\n",
            local.fingerprint
        )?;
        write_extensions(out, extensions)?;
        write_codecs(out, codecs, section.kind)?;
        match role {
            Role::Receive(track) => write_receiving(out, track)?,
            Role::Send(slot) => write_sending(out, slot)?,
            Role::Inactive { .. } | Role::Refused => out.push_str("a=inactive\r\n"),
        }
        // One transport carries all sections, so its candidates are told once.
        if let Some(addresses) = candidates.take() {
            write_candidates(out, addresses)?;
        }
    }
    Ok(())
}

fn mid(role: &Role) -> Option<&str> {
    match role {
        Role::Receive(track) => Some(&track.mid),
        Role::Send(slot) => Some(&slot.mid),
        Role::Inactive { mid, .. } => Some(mid),
        Role::Refused => None,
    }
}

fn write_extensions(out: &mut String, ids: ExtensionIds) -> fmt::Result {
    for (id, uri) in [
        (ids.mid, uri::MID),
        (ids.rid, uri::RID),
        (ids.repaired_rid, uri::REPAIRED_RID),
        (ids.transport_cc, uri::TRANSPORT_CC),
        (ids.audio_level, uri::AUDIO_LEVEL),
        (ids.dependency, uri::DEPENDENCY_DESCRIPTOR),
    ] {
        if id != 0 {
            write!(out, "a=extmap:{id} {uri}\r\n")?;
        }
    }
    Ok(())
}

fn write_codecs(out: &mut String, codecs: &[OfferedCodec], kind: SectionKind) -> fmt::Result {
    for codec in codecs {
        let payload_type = codec.payload_type;
        write!(out, "a=rtpmap:{payload_type} {}\r\n", codec.rtpmap)?;
        write_parameters(out, codec)?;
        if let Some(red) = codec.red {
            write!(
                out,
                "a=rtpmap:{red} red/48000/2\r\na=fmtp:{red} {payload_type}/{payload_type}\r\n",
                red = red.payload_type
            )?;
        }
        write!(out, "a=rtcp-fb:{payload_type} transport-cc\r\n")?;
        if kind == SectionKind::Video {
            write!(
                out,
                "a=rtcp-fb:{payload_type} ccm fir\r\na=rtcp-fb:{payload_type} nack\r\na=rtcp-fb:{payload_type} nack pli\r\n"
            )?;
        }
        if let Some(rtx) = codec.rtx {
            write!(
                out,
                "a=rtpmap:{rtx} rtx/90000\r\na=fmtp:{rtx} apt={payload_type}\r\n"
            )?;
        }
    }
    Ok(())
}

/// A codec's payload types in the order in which the client prefers them.
fn with_red(codec: &OfferedCodec) -> [Option<u8>; 2] {
    let plain = Some(codec.payload_type);
    match codec.red {
        Some(red) if red.preferred => [Some(red.payload_type), plain],
        red => [plain, red.map(|red| red.payload_type)],
    }
}

/// The parameters as they were offered; for Opus (RFC 7587 section 6.1) with correction of single losses and with silence
/// left out, whichever way it flows.
fn write_parameters(out: &mut String, codec: &OfferedCodec) -> fmt::Result {
    let payload_type = codec.payload_type;
    let offered = codec.fmtp.as_deref().unwrap_or_default();
    if codec.codec != Codec::Opus {
        return match offered {
            "" => Ok(()),
            _ => write!(out, "a=fmtp:{payload_type} {offered}\r\n"),
        };
    }
    write!(out, "a=fmtp:{payload_type} ")?;
    for parameter in offered.split(';').map(str::trim) {
        let key = parameter.split('=').next().unwrap_or_default();
        if !matches!(key, "" | "useinbandfec" | "usedtx") {
            write!(out, "{parameter};")?;
        }
    }
    out.push_str("useinbandfec=1;usedtx=1\r\n");
    Ok(())
}

fn write_receiving(out: &mut String, track: &ReceiveTrack) -> fmt::Result {
    out.push_str("a=recvonly\r\n");
    if track.rids_as_listed.is_empty() {
        return Ok(());
    }
    for rid in &track.rids_as_listed {
        write!(out, "a=rid:{rid} recv\r\n")?;
    }
    write!(
        out,
        "a=simulcast:recv {}\r\n",
        track.rids_as_listed.join(";")
    )
}

/// The voices and the main picture are one stream, for lip-sync; every other picture is its own.
pub(crate) fn stream_name(slot: SlotKind) -> String {
    match slot {
        SlotKind::Audio(_) | SlotKind::Main => "stage".to_owned(),
        SlotKind::Content => "content".to_owned(),
        SlotKind::Thumbnail(index) => format!("thumbnail{index}"),
    }
}

fn write_sending(out: &mut String, slot: &SendSlot) -> fmt::Result {
    let stream = stream_name(slot.kind);
    let track = match slot.kind {
        SlotKind::Audio(index) => format!("audio{index}"),
        SlotKind::Main => "main".to_owned(),
        SlotKind::Content => "content".to_owned(),
        SlotKind::Thumbnail(index) => format!("thumbnail{index}"),
    };
    write!(out, "a=sendonly\r\na=msid:{stream} {track}\r\n")?;
    if let Some(rtx) = slot.ssrcs.rtx {
        write!(out, "a=ssrc-group:FID {} {rtx}\r\n", slot.ssrcs.media)?;
    }
    for ssrc in [Some(slot.ssrcs.media), slot.ssrcs.rtx]
        .into_iter()
        .flatten()
    {
        write!(
            out,
            "a=ssrc:{ssrc} cname:{stream}\r\na=ssrc:{ssrc} msid:{stream} {track}\r\n"
        )?;
    }
    Ok(())
}

fn write_candidates(out: &mut String, addresses: &[SocketAddr]) -> fmt::Result {
    for (index, address) in addresses.iter().enumerate() {
        // RFC 8445 section 5.1.2: host type preference 126, then our order, then component 1. TCP comes below all of UDP.
        let local_preference = 65_535 - u32::try_from(index).unwrap_or(u32::MAX).min(1000);
        let udp = (126 << 24) | (local_preference << 8) | 255;
        let tcp = (90 << 24) | (local_preference << 8) | 255;
        let (ip, port) = (address.ip(), address.port());
        write!(
            out,
            "a=candidate:u{index} 1 udp {udp} {ip} {port} typ host\r\n"
        )?;
        write!(
            out,
            "a=candidate:t{index} 1 tcp {tcp} {ip} {port} typ host tcptype passive\r\n"
        )?;
    }
    out.push_str("a=end-of-candidates\r\n");
    Ok(())
}

#[cfg(test)]
#[path = "answer_test.rs"]
mod tests;
