//! Which section of an offer is what: the agreement that an answer writes down and a connection lives by.

use super::offer::{Codec, Direction, Offer, OfferedCodec, Section, SectionKind};
use crate::api::{MediaError, PeerKind, SlotKind, SourceKind};
use crate::packet::{Format, Packet};
use crate::wire::rtp::ExtensionIds;

/// The SSRCs of one receive slot, ours to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ssrcs {
    pub(crate) media: u32,
    /// Of the retransmissions; audio has none.
    pub(crate) rtx: Option<u32>,
}

/// A section in which the client sends.
#[derive(Clone, Debug)]
pub(crate) struct ReceiveTrack {
    pub(crate) kind: SourceKind,
    pub(crate) mid: String,
    pub(crate) codecs: Vec<OfferedCodec>,
    pub(crate) extensions: ExtensionIds,
    /// Simulcast layers, lowest first; empty for a single encoding.
    pub(crate) rids: Vec<String>,
    pub(crate) rids_as_listed: Vec<String>,
    pub(crate) ssrcs: Vec<(u32, Option<u32>)>,
}

/// A section in which the client receives.
#[derive(Clone, Debug)]
pub(crate) struct SendSlot {
    pub(crate) kind: SlotKind,
    pub(crate) mid: String,
    pub(crate) codecs: Vec<OfferedCodec>,
    pub(crate) extensions: ExtensionIds,
    pub(crate) ssrcs: Ssrcs,
}

impl SendSlot {
    pub(crate) fn takes(&self, codec: Codec) -> bool {
        self.codecs.iter().any(|offered| offered.codec == codec)
    }

    /// The payload type and the retransmission payload type under which this client knows a packet's codec: H.264 by its
    /// profile, or else by any, for decoders take more than offers list.
    pub(crate) fn payload_types(&self, packet: &Packet) -> Option<(u8, Option<u8>)> {
        let mut same = self
            .codecs
            .iter()
            .filter(|offered| offered.codec == packet.codec());
        let any = same.clone().next();
        let exact = same.find(|offered| match packet.format {
            Format::H264(profile) => offered.profile == profile,
            _ => true,
        });
        exact
            .or(any)
            .map(|offered| (offered.payload_type, offered.rtx))
    }

    /// The payload type under which this client takes redundant audio.
    pub(crate) fn red(&self) -> Option<u8> {
        self.codecs.first()?.red.map(|red| red.payload_type)
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Role {
    Receive(ReceiveTrack),
    Send(SendSlot),
    /// Nothing flows, but the section stays and can be answered.
    Inactive {
        mid: String,
        codecs: Vec<OfferedCodec>,
    },
    Refused,
}

/// All sections of an offer with their roles, in order.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    pub(crate) offer: Offer,
    pub(crate) roles: Vec<Role>,
}

impl Session {
    /// Gives each section its role. `publishes` and `views` say what the peer may do; `ssrc` makes numbers for slots.
    pub(crate) fn new(
        offer: Offer,
        kind: PeerKind,
        publishes: bool,
        mut ssrc: impl FnMut() -> Option<u32>,
    ) -> Result<Self, MediaError> {
        let mut counts = Counts::default();
        let mut roles = Vec::with_capacity(offer.sections.len());
        for section in &offer.sections {
            let usable = match section.kind {
                SectionKind::Audio => section
                    .codecs
                    .iter()
                    .any(|codec| codec.codec == Codec::Opus),
                SectionKind::Video => section
                    .codecs
                    .iter()
                    .any(|codec| codec.codec != Codec::Opus),
                SectionKind::Other => false,
            };
            if !usable {
                roles.push(Role::Refused);
                continue;
            }
            let inactive = || Role::Inactive {
                mid: section.mid.clone(),
                codecs: section.codecs.clone(),
            };
            let role = match direction(section.direction, kind) {
                Flow::ToUs => match counts.source(section.kind) {
                    Some(source) if publishes => Role::Receive(ReceiveTrack {
                        kind: source,
                        mid: section.mid.clone(),
                        codecs: section.codecs.clone(),
                        extensions: with_dependency_if_first(section),
                        rids: section.rids.clone(),
                        rids_as_listed: section.rids_as_listed.clone(),
                        ssrcs: section.ssrcs.clone(),
                    }),
                    _ => inactive(),
                },
                Flow::ToClient => match counts.slot(section.kind) {
                    Some(slot) => {
                        let has_rtx = section.codecs.iter().any(|codec| codec.rtx.is_some());
                        let stopping = MediaError::Stopping;
                        let media = ssrc().ok_or(stopping)?;
                        let rtx = if has_rtx { ssrc() } else { None };
                        Role::Send(SendSlot {
                            kind: slot,
                            mid: section.mid.clone(),
                            codecs: section.codecs.clone(),
                            extensions: with_dependency_if_any(section),
                            ssrcs: Ssrcs { media, rtx },
                        })
                    }
                    None => inactive(),
                },
                Flow::Nowhere => inactive(),
            };
            roles.push(role);
        }
        if !roles
            .iter()
            .any(|role| matches!(role, Role::Receive(_) | Role::Send(_)))
        {
            return Err(MediaError::UnacceptableOffer(
                "it has no audio with Opus and no video with VP8, H.264, VP9 or AV1",
            ));
        }
        Ok(Self { offer, roles })
    }

    /// Puts the video codecs that all these viewers decode before those that some do not, so that whoever can send several
    /// is seen by everybody. Among them the client's order stays.
    pub(crate) fn prefer_common(&mut self, viewers: &[&Self]) {
        for role in &mut self.roles {
            if let Role::Receive(track) = role
                && track.kind != SourceKind::Mic
            {
                track.codecs.sort_by_key(|offered| {
                    let decodes = |viewer: &Self| viewer.decodes(offered.codec);
                    !viewers.iter().copied().all(decodes)
                });
                let needed = track
                    .codecs
                    .first()
                    .is_some_and(|first| first.codec == Codec::Av1);
                if !needed {
                    track.extensions.dependency = 0;
                }
            }
        }
    }

    /// Whether it publishes pictures in something else than what every browser decodes.
    pub(crate) fn sends_uncommon(&self) -> bool {
        self.tracks()
            .filter(|track| track.kind != SourceKind::Mic)
            .any(|track| {
                track
                    .codecs
                    .first()
                    .is_some_and(|first| first.codec != Codec::Vp8)
            })
    }

    /// Whether all pictures that it receives may be of this codec.
    fn decodes(&self, codec: Codec) -> bool {
        self.slots()
            .filter(|slot| !matches!(slot.kind, SlotKind::Audio(_)))
            .all(|slot| slot.takes(codec))
    }

    pub(crate) fn tracks(&self) -> impl Iterator<Item = &ReceiveTrack> {
        self.roles.iter().filter_map(|role| {
            if let Role::Receive(track) = role {
                Some(track)
            } else {
                None
            }
        })
    }

    pub(crate) fn slots(&self) -> impl Iterator<Item = &SendSlot> {
        self.roles.iter().filter_map(|role| {
            if let Role::Send(slot) = role {
                Some(slot)
            } else {
                None
            }
        })
    }

    /// Whether another offer describes the same sections in the same order, as an ICE restart does.
    pub(crate) fn continues(&self, other: &Offer) -> bool {
        self.offer.fingerprints == other.fingerprints
            && self.offer.sections.len() == other.sections.len()
            && self
                .offer
                .sections
                .iter()
                .zip(&other.sections)
                .all(|(ours, theirs)| {
                    ours.mid == theirs.mid
                        && ours.kind == theirs.kind
                        && ours.direction == theirs.direction
                })
    }
}

/// Only AV1 needs the dependency descriptor, and what is not agreed on costs nothing: a publisher sends it if it will send
/// AV1, a viewer may get it if it takes AV1.
fn with_dependency(section: &Section, needed: bool) -> ExtensionIds {
    let mut ids = section.extensions;
    if !needed {
        ids.dependency = 0;
    }
    ids
}

fn with_dependency_if_first(section: &Section) -> ExtensionIds {
    let first = section.codecs.first();
    with_dependency(
        section,
        first.is_some_and(|codec| codec.codec == Codec::Av1),
    )
}

fn with_dependency_if_any(section: &Section) -> ExtensionIds {
    let mut codecs = section.codecs.iter();
    with_dependency(section, codecs.any(|codec| codec.codec == Codec::Av1))
}

enum Flow {
    ToUs,
    ToClient,
    Nowhere,
}

/// WHIP clients may offer sendrecv and WHEP clients too, though their media goes one way.
fn direction(direction: Direction, kind: PeerKind) -> Flow {
    match kind {
        PeerKind::Whip | PeerKind::Participant if direction.sends => Flow::ToUs,
        PeerKind::Whep | PeerKind::Participant if direction.receives => Flow::ToClient,
        _ => Flow::Nowhere,
    }
}

#[derive(Default)]
struct Counts {
    audio_in: u8,
    video_in: u8,
    audio_out: u8,
    video_out: u8,
}

const AUDIO_SLOTS: u8 = 3;
const THUMBNAILS: u8 = 24;

impl Counts {
    fn source(&mut self, kind: SectionKind) -> Option<SourceKind> {
        let count = match kind {
            SectionKind::Audio => &mut self.audio_in,
            SectionKind::Video => &mut self.video_in,
            SectionKind::Other => return None,
        };
        let index = *count;
        *count = count.saturating_add(1);
        match (kind, index) {
            (SectionKind::Audio, 0) => Some(SourceKind::Mic),
            (SectionKind::Video, 0) => Some(SourceKind::Camera),
            (SectionKind::Video, 1) => Some(SourceKind::Content),
            _ => None,
        }
    }

    fn slot(&mut self, kind: SectionKind) -> Option<SlotKind> {
        let count = match kind {
            SectionKind::Audio => &mut self.audio_out,
            SectionKind::Video => &mut self.video_out,
            SectionKind::Other => return None,
        };
        let index = *count;
        *count = count.saturating_add(1);
        match (kind, index) {
            (SectionKind::Audio, 0..AUDIO_SLOTS) => Some(SlotKind::Audio(index)),
            (SectionKind::Video, 0) => Some(SlotKind::Main),
            (SectionKind::Video, 1) => Some(SlotKind::Content),
            (SectionKind::Video, 2..) if index - 2 < THUMBNAILS => {
                Some(SlotKind::Thumbnail(index - 2))
            }
            _ => None,
        }
    }
}
