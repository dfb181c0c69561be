//! Reads a client's offer into what the engine needs of it (RFC 8829, RFC 8853).

use crate::api::MediaError;
use crate::codec::h264::Profile;
use crate::crypto::certificate::Fingerprint;
use crate::wire::rtp::ExtensionIds;
use rtc_sdp::description::media::MediaDescription;
use rtc_sdp::description::session::SessionDescription;
use std::io::Cursor;

/// Codecs the engine forwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Codec {
    Opus,
    Vp8,
    H264,
    Vp9,
    Av1,
}

impl Codec {
    pub(crate) const fn clock_rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::Vp8 | Self::H264 | Self::Vp9 | Self::Av1 => 90_000,
        }
    }
}

/// One payload type of an offer that we can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfferedCodec {
    pub(crate) codec: Codec,
    pub(crate) payload_type: u8,
    /// The payload type of its retransmissions (RFC 4588).
    pub(crate) rtx: Option<u8>,
    /// Its redundant form (RFC 2198), for Opus.
    pub(crate) red: Option<Red>,
    /// The right side of its rtpmap, as offered.
    pub(crate) rtpmap: String,
    pub(crate) fmtp: Option<String>,
    /// Of H.264.
    pub(crate) profile: Profile,
}

/// How a client offers redundant audio.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Red {
    pub(crate) payload_type: u8,
    /// It is listed before the plain form: what the client wants to send.
    pub(crate) preferred: bool,
}

impl OfferedCodec {
    pub(crate) fn is_red(&self, payload_type: u8) -> bool {
        self.red.is_some_and(|red| red.payload_type == payload_type)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionKind {
    Audio,
    Video,
    /// Data channels and whatever else we answer with port 0.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Direction {
    pub(crate) sends: bool,
    pub(crate) receives: bool,
}

/// One `m=` section.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) kind: SectionKind,
    /// The words after `m=`, for sections that are refused.
    pub(crate) media: String,
    pub(crate) protocol: String,
    pub(crate) mid: String,
    pub(crate) direction: Direction,
    /// Preferred first.
    pub(crate) codecs: Vec<OfferedCodec>,
    pub(crate) extensions: ExtensionIds,
    /// Simulcast layers the client can send, lowest first.
    pub(crate) rids: Vec<String>,
    /// The order in which the client listed them.
    pub(crate) rids_as_listed: Vec<String>,
    /// Announced streams and the streams that repeat them, where the client names any.
    pub(crate) ssrcs: Vec<(u32, Option<u32>)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Offer {
    pub(crate) ice_ufrag: String,
    pub(crate) fingerprints: Vec<Fingerprint>,
    pub(crate) extmap_allow_mixed: bool,
    pub(crate) sections: Vec<Section>,
}

impl Offer {
    pub(crate) fn parse(sdp: &str) -> Result<Self, MediaError> {
        // Much of an offer goes back in the answer, where a stray carriage return would begin a line of its own.
        if sdp.lines().any(|line| line.contains(char::is_control)) {
            return Err(MediaError::UnacceptableOffer("it has control characters"));
        }
        let description = SessionDescription::unmarshal(&mut Cursor::new(sdp.as_bytes()))
            .map_err(|error| MediaError::InvalidOffer(error.to_string()))?;
        let anywhere = |key: &str| -> Option<&str> {
            description
                .media_descriptions
                .iter()
                .find_map(|media| attribute(media, key))
                .or_else(|| description.attribute(key).map(String::as_str))
        };
        let ice_ufrag = anywhere("ice-ufrag")
            .ok_or(MediaError::UnacceptableOffer("it has no ice-ufrag"))?
            .to_owned();
        if anywhere("setup").is_some_and(|setup| setup == "passive") {
            return Err(MediaError::UnacceptableOffer(
                "its DTLS role must be active or actpass",
            ));
        }
        let session_level = description
            .attributes
            .iter()
            .map(|attribute| (&attribute.key, &attribute.value));
        let media_level = description.media_descriptions.iter().flat_map(|media| {
            media
                .attributes
                .iter()
                .map(|attribute| (&attribute.key, &attribute.value))
        });
        let mut fingerprints: Vec<Fingerprint> = Vec::new();
        for (key, value) in session_level.chain(media_level) {
            if key == "fingerprint"
                && let Some(fingerprint) = value.as_deref().and_then(Fingerprint::parse)
                && !fingerprints.contains(&fingerprint)
            {
                fingerprints.push(fingerprint);
            }
        }
        if fingerprints.is_empty() {
            return Err(MediaError::UnacceptableOffer(
                "it has no certificate fingerprint of SHA-256 or better",
            ));
        }
        if description.media_descriptions.is_empty() {
            return Err(MediaError::UnacceptableOffer("it has no media sections"));
        }
        if description.media_descriptions.len() > MAX_SECTIONS {
            return Err(MediaError::UnacceptableOffer(
                "it has too many media sections",
            ));
        }
        let sections: Vec<Section> = description
            .media_descriptions
            .iter()
            .enumerate()
            .map(|(index, media)| section(index, media))
            .collect();
        for (index, section) in sections.iter().enumerate() {
            let taken = |other: &Section| other.mid == section.mid;
            if !is_token(&section.mid) || sections[..index].iter().any(taken) {
                return Err(MediaError::UnacceptableOffer(
                    "its media sections are not told apart by their mid",
                ));
            }
        }
        let extmap_allow_mixed = description.has_attribute("extmap-allow-mixed");
        Ok(Self {
            ice_ufrag,
            fingerprints,
            extmap_allow_mixed,
            sections,
        })
    }
}

const MAX_SECTIONS: usize = 64;

/// A word that can stand in a list of words (RFC 8866 section 9, `token`).
fn is_token(word: &str) -> bool {
    let is_special = |octet| b"!#$%&'*+-.^_`{|}~".contains(&octet);
    let mut octets = word.bytes();
    !word.is_empty() && octets.all(|octet| octet.is_ascii_alphanumeric() || is_special(octet))
}

fn attribute<'a>(media: &'a MediaDescription, key: &str) -> Option<&'a str> {
    media.attribute(key).flatten()
}

fn values<'a>(media: &'a MediaDescription, key: &'a str) -> impl Iterator<Item = &'a str> {
    media
        .attributes
        .iter()
        .filter(move |attribute| attribute.key == key)
        .filter_map(|attribute| attribute.value.as_deref())
}

fn section(index: usize, media: &MediaDescription) -> Section {
    let kind = match media.media_name.media.as_str() {
        "audio" => SectionKind::Audio,
        "video" => SectionKind::Video,
        _ => SectionKind::Other,
    };
    let direction = ["sendonly", "recvonly", "inactive"]
        .into_iter()
        .find(|direction| media.has_attribute(direction));
    let (rids, rids_as_listed) = rids(media);
    Section {
        kind,
        media: media.media_name.media.clone(),
        protocol: media.media_name.protos.join("/"),
        mid: attribute(media, "mid").map_or_else(|| index.to_string(), str::to_owned),
        direction: Direction {
            sends: matches!(direction, None | Some("sendonly")),
            receives: matches!(direction, None | Some("recvonly")),
        },
        codecs: codecs(media),
        extensions: extensions(media),
        rids,
        rids_as_listed,
        ssrcs: ssrcs(media),
    }
}

fn codecs(media: &MediaDescription) -> Vec<OfferedCodec> {
    let formats: Vec<u8> = media
        .media_name
        .formats
        .iter()
        .filter_map(|format| format.parse().ok())
        .collect();
    let parameter = |key, payload_type: u8| {
        values(media, key).find_map(|value| {
            let (number, rest) = value.split_once(' ')?;
            (number.parse() == Ok(payload_type)).then(|| rest.trim().to_owned())
        })
    };
    let mut found = Vec::new();
    for &payload_type in &formats {
        let Some(rtpmap) = parameter("rtpmap", payload_type) else {
            continue;
        };
        let fmtp = parameter("fmtp", payload_type);
        let codec = match rtpmap
            .split('/')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase()
            .as_str()
        {
            "opus" => Codec::Opus,
            "vp8" => Codec::Vp8,
            // The profiles of 8 bits, which every decoder has; the number is left out where it is 0.
            "vp9" if has_parameter(fmtp.as_deref(), "profile-id", "0") => Codec::Vp9,
            "av1" if has_parameter(fmtp.as_deref(), "profile", "0") => Codec::Av1,
            // Mode 0 packets cannot carry pictures of ours and its offers always have a mode 1 beside it. An encoder
            // that names no mode at all sends fragments (mode 1) in practice.
            "h264"
                if !fmtp
                    .as_deref()
                    .unwrap_or_default()
                    .contains("packetization-mode=0") =>
            {
                Codec::H264
            }
            _ => continue,
        };
        let apt = format!("apt={payload_type}");
        let rtx = formats.iter().copied().find(|&other| {
            parameter("rtpmap", other)
                .is_some_and(|map| map.to_ascii_lowercase().starts_with("rtx/"))
                && parameter("fmtp", other)
                    .is_some_and(|fmtp| fmtp.split(';').any(|part| part.trim() == apt))
        });
        let position = |wanted| formats.iter().position(|format| *format == wanted);
        let red = formats
            .iter()
            .copied()
            .find(|&other| {
                codec == Codec::Opus
                    && parameter("rtpmap", other)
                        .is_some_and(|map| map.eq_ignore_ascii_case("red/48000/2"))
                    && parameter("fmtp", other).is_some_and(|fmtp| {
                        fmtp.split('/')
                            .all(|block| block.trim().parse() == Ok(payload_type))
                    })
            })
            .map(|red| Red {
                payload_type: red,
                preferred: position(red) < position(payload_type),
            });
        found.push(OfferedCodec {
            codec,
            payload_type,
            rtx,
            red,
            profile: Profile::of(fmtp.as_deref()),
            rtpmap,
            fmtp,
        });
    }
    found
}

/// Whether a parameter is left out or has this value.
fn has_parameter(fmtp: Option<&str>, key: &str, value: &str) -> bool {
    fmtp.unwrap_or_default()
        .split(';')
        .filter_map(|parameter| parameter.trim().split_once('='))
        .all(|(name, given)| name != key || given == value)
}

fn extensions(media: &MediaDescription) -> ExtensionIds {
    let mut ids = ExtensionIds::default();
    for value in values(media, "extmap") {
        let Some((id, uri)) = value.split_once(' ') else {
            continue;
        };
        // The number may carry a direction ("3/sendonly"). Ids above 14 need the two-byte form, which we don't write.
        let Some(id) = id
            .split('/')
            .next()
            .and_then(|id| id.parse::<u8>().ok())
            .filter(|id| (1..=14).contains(id))
        else {
            continue;
        };
        match uri.split(' ').next().unwrap_or_default() {
            uri::MID => ids.mid = id,
            uri::RID => ids.rid = id,
            uri::REPAIRED_RID => ids.repaired_rid = id,
            uri::TRANSPORT_CC => ids.transport_cc = id,
            uri::AUDIO_LEVEL => ids.audio_level = id,
            uri::DEPENDENCY_DESCRIPTOR => ids.dependency = id,
            _ => {}
        }
    }
    ids
}

/// Header extensions by URI.
pub(super) mod uri {
    pub(in crate::sdp) const MID: &str = "urn:ietf:params:rtp-hdrext:sdes:mid";
    pub(in crate::sdp) const RID: &str = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
    pub(in crate::sdp) const REPAIRED_RID: &str =
        "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
    pub(in crate::sdp) const TRANSPORT_CC: &str =
        "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
    pub(in crate::sdp) const DEPENDENCY_DESCRIPTOR: &str =
        "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";
    pub(in crate::sdp) const AUDIO_LEVEL: &str = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
}

/// The layers the client can send, lowest first, and as it listed them.
fn rids(media: &MediaDescription) -> (Vec<String>, Vec<String>) {
    let Some(simulcast) = attribute(media, "simulcast") else {
        return (Vec::new(), Vec::new());
    };
    let mut words = simulcast.split_whitespace();
    let Some(list) = words
        .by_ref()
        .find(|word| *word == "send")
        .and_then(|_| words.next())
    else {
        return (Vec::new(), Vec::new());
    };
    // Alternatives of one stream are separated by commas, a leading ~ means it starts paused (RFC 8853 section 5.1).
    let listed: Vec<String> = list
        .split(';')
        .filter_map(|stream| stream.split(',').next())
        .map(|rid| rid.trim_start_matches('~').to_owned())
        .filter(|rid| is_token(rid))
        .take(3)
        .collect();
    let mut lowest_first = listed.clone();
    for names in [["l", "m", "h"], ["q", "h", "f"]] {
        if listed.iter().all(|rid| names.contains(&rid.as_str())) {
            lowest_first.sort_by_key(|rid| names.iter().position(|name| name == rid));
            break;
        }
    }
    (lowest_first, listed)
}

fn ssrcs(media: &MediaDescription) -> Vec<(u32, Option<u32>)> {
    let pairs: Vec<(u32, u32)> = values(media, "ssrc-group")
        .filter_map(|group| {
            let mut words = group
                .strip_prefix("FID ")?
                .split_whitespace()
                .map(str::parse);
            Some((words.next()?.ok()?, words.next()?.ok()?))
        })
        .collect();
    let mut found: Vec<(u32, Option<u32>)> = Vec::new();
    for ssrc in
        values(media, "ssrc").filter_map(|value| value.split(' ').next()?.parse::<u32>().ok())
    {
        let repeats = pairs.iter().any(|(_, rtx)| *rtx == ssrc);
        if !repeats && !found.iter().any(|(known, _)| *known == ssrc) {
            found.push((
                ssrc,
                pairs
                    .iter()
                    .find(|(primary, _)| *primary == ssrc)
                    .map(|(_, rtx)| *rtx),
            ));
        }
    }
    found
}
