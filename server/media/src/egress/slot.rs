//! One receive slot of a viewer: what is bound to it, what is to follow, and the numbers it leaves under.

use super::rewrite::{Clock, Numbers, Offsets, Rewriter};
use crate::api::SlotKind;
use crate::codec::layers::{Selector, Target};
use crate::packet::{Feed, Packet};
use crate::sdp::{Codec, SendSlot};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Requests for a packet sent before this many switches cannot be answered.
const EPOCHS: usize = 4;
/// A viewer that asks for key frames of a slot at rest repeats itself every few seconds; one that lost a picture needs
/// it answered at once, but no more often than a publisher can make key frames.
const KEYFRAME_ANSWER: Duration = Duration::from_millis(500);

/// A stretch of the outgoing stream between two switches.
#[derive(Clone, Copy, Debug)]
struct Epoch {
    first: u64,
    feed: Feed,
    offsets: Offsets,
    payload_type: (u8, Option<u8>),
}

/// What became of a packet offered to a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offered {
    /// Send it so. `replaced`: the slot switched with it, and no longer takes packets of that feed.
    Send {
        outgoing: Outgoing,
        switched: bool,
        replaced: Option<Feed>,
    },
    /// It is not for this slot now.
    Ignored,
}

/// How a packet leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outgoing {
    pub(crate) numbers: Numbers,
    pub(crate) payload_type: u8,
    /// It ends the picture for this viewer.
    pub(crate) marker: bool,
    /// The layers that this viewer gets.
    pub(crate) layers: Target,
    /// Nothing but its number is for this viewer.
    pub(crate) empty: bool,
}

#[derive(Debug)]
pub(crate) struct Slot {
    pub(crate) offered: SendSlot,
    pub(crate) cname: String,
    rewriter: Rewriter,
    bound: Option<Feed>,
    /// Of the stream shown.
    generation: u8,
    pending: Option<Feed>,
    layers: Selector,
    /// Shows nothing new until the next switch: the link has no room for what is bound.
    held: bool,
    /// The pending feed's key frame is on its way through the pacer.
    arriving: bool,
    epochs: VecDeque<Epoch>,
    repeat_sequence: u64,
    /// Whether voices carry the ones before them, where the viewer takes that.
    pub(crate) redundant: bool,
    pub(crate) packets: u32,
    pub(crate) octets: u32,
    keyframe_asked: Option<Instant>,
}

impl Slot {
    pub(crate) fn new(offered: SendSlot, cname: String, now: Instant, random: [u32; 3]) -> Self {
        let clock = if matches!(offered.kind, SlotKind::Audio(_)) {
            Clock::AUDIO
        } else {
            Clock::VIDEO
        };
        Self {
            offered,
            cname,
            rewriter: Rewriter::new(clock, now, [random[0], random[1]]),
            bound: None,
            generation: 0,
            pending: None,
            layers: Selector::default(),
            held: false,
            arriving: false,
            epochs: VecDeque::with_capacity(EPOCHS),
            repeat_sequence: u64::from(random[2] & 0x7fff),
            redundant: true,
            packets: 0,
            octets: 0,
            keyframe_asked: None,
        }
    }

    /// Reads a little of all that `offer` and `write` will need; see `Connection::look_ahead`.
    pub(crate) fn look_ahead(&self) -> u64 {
        let epoch = self.epochs.back().map_or(0, |epoch| epoch.first);
        let mid = self.offered.mid.bytes().next().map_or(0, u64::from);
        let bound = self.bound.map_or(0, |feed| u64::from(feed.layer));
        epoch ^ mid ^ bound ^ u64::from(self.packets) ^ self.rewriter.last_sequence()
    }

    pub(crate) const fn bound(&self) -> Option<Feed> {
        self.bound
    }

    /// The feed this slot shows, or will show at its next key frame.
    pub(crate) const fn target(&self) -> Option<Feed> {
        match self.pending {
            Some(feed) => Some(feed),
            None => self.bound,
        }
    }

    /// Whether it waits for a key frame of a feed.
    pub(crate) const fn pending(&self) -> Option<Feed> {
        self.pending
    }

    pub(crate) fn takes(&self, codec: Codec) -> bool {
        self.offered.takes(codec)
    }

    /// Shows `feed` from its next key frame on, and what is bound until then. Returns the feed that was pending before
    /// and is not wanted any more.
    pub(crate) fn aim(&mut self, feed: Feed) -> Option<Feed> {
        let dropped = self.pending.take().filter(|pending| *pending != feed);
        if self.bound != Some(feed) || self.held {
            self.pending = Some(feed);
        }
        self.arriving &= dropped.is_none();
        dropped
    }

    /// Sends nothing more of what is bound, and goes on with the next key frame of the feed that is to be shown.
    pub(crate) fn hold(&mut self) {
        self.pending = self.pending.or(self.bound);
        self.held = self.pending.is_some();
        self.arriving = false;
    }

    /// Whether a packet is to be sent, now or when its turn comes.
    pub(crate) fn wants(&mut self, packet: &Packet) -> bool {
        if self.pending == Some(packet.feed) {
            self.arriving |= packet.starts_keyframe;
            if self.arriving {
                return true;
            }
        }
        self.bound == Some(packet.feed) && !self.held && !self.arriving
    }

    /// Shows nothing any more. Returns the feeds that are not wanted any more.
    pub(crate) fn clear(&mut self) -> [Option<Feed>; 2] {
        (self.held, self.arriving) = (false, false);
        [self.bound.take(), self.pending.take()]
    }

    pub(crate) fn offer(&mut self, packet: &Packet) -> Offered {
        // A publisher that goes on with another stream is like another publisher.
        let resumes = self.bound == Some(packet.feed) && self.generation != packet.generation;
        if (resumes || self.pending == Some(packet.feed)) && packet.starts_keyframe {
            return self.switch_to(packet);
        }
        if resumes || self.bound != Some(packet.feed) || self.held {
            return Offered::Ignored;
        }
        let Some(payload_type) = self.epochs.back().map(|epoch| epoch.payload_type.0) else {
            return Offered::Ignored;
        };
        let empty = !self.selects(packet);
        if empty && self.rewriter.omit(packet) {
            return Offered::Ignored;
        }
        self.send(packet, payload_type, empty)
            .map_or(Offered::Ignored, |outgoing| Offered::Send {
                outgoing,
                switched: false,
                replaced: None,
            })
    }

    fn switch_to(&mut self, packet: &Packet) -> Offered {
        let Some(payload_type) = self.offered.payload_types(packet) else {
            return Offered::Ignored;
        };
        if let (Some(epoch), Some(offsets)) = (self.epochs.back_mut(), self.rewriter.offsets()) {
            epoch.offsets = *offsets;
        }
        let replaced = self.bound.replace(packet.feed);
        self.generation = packet.generation;
        self.pending = self.pending.filter(|pending| *pending != packet.feed);
        (self.held, self.arriving) = (false, false);
        let offsets = self.rewriter.switch_to(packet);
        if self.epochs.len() == EPOCHS {
            self.epochs.pop_front();
        }
        self.epochs.push_back(Epoch {
            first: self.rewriter.last_sequence() + 1,
            feed: packet.feed,
            offsets,
            payload_type,
        });
        self.layers.restart();
        self.selects(packet);
        self.send(packet, payload_type.0, false)
            .map_or(Offered::Ignored, |outgoing| Offered::Send {
                outgoing,
                switched: true,
                replaced,
            })
    }

    /// Whether the packet is of the layers that the viewer gets.
    fn selects(&mut self, packet: &Packet) -> bool {
        let in_order = self.rewriter.is_newest(packet) || packet.starts_keyframe;
        packet.layers().is_none_or(|frame| {
            self.layers
                .take(*frame, packet.timestamp, packet.starts_keyframe, in_order)
        })
    }

    fn send(&mut self, packet: &Packet, payload_type: u8, empty: bool) -> Option<Outgoing> {
        let layers = self.layers.current();
        let ends = packet
            .layers()
            .is_some_and(|frame| frame.ends && frame.spatial == layers.spatial);
        Some(Outgoing {
            numbers: self.rewriter.rewrite(packet)?,
            payload_type,
            marker: (packet.marker || ends) && !empty,
            layers,
            empty,
        })
    }

    /// Sends a scalable stream up to these layers, from the next picture on with which that can be decoded.
    pub(crate) const fn want_layers(&mut self, target: Target) {
        self.layers.want(target);
    }

    /// Whether the layers that are wanted only come with a key frame.
    pub(crate) fn layers_need_keyframe(&self) -> bool {
        self.layers.needs_keyframe()
    }

    /// The feed, the source's sequence number, and how to repeat what left under a 16-bit number; `None` if it is too
    /// long ago or the viewer takes no repeats.
    pub(crate) fn repeat(&self, sequence: u16) -> Option<Repeat> {
        let last = self.rewriter.last_sequence();
        #[expect(clippy::cast_possible_truncation, reason = "the low half")]
        let back = (last as u16).wrapping_sub(sequence);
        let outgoing = last.checked_sub(u64::from(back))?;
        let epoch = self
            .epochs
            .iter()
            .rev()
            .find(|epoch| epoch.first <= outgoing)?;
        let last = self.epochs.back().map(|last| last.first);
        let offsets = match self.rewriter.offsets() {
            Some(offsets) if last == Some(epoch.first) => *offsets,
            _ => epoch.offsets,
        };
        Some(Repeat {
            feed: epoch.feed,
            source_sequence: offsets.source_sequence(outgoing)?,
            offsets,
            layers: self.layers.current(),
            payload_type: epoch.payload_type.1?,
        })
    }

    pub(crate) fn next_repeat_sequence(&mut self) -> u64 {
        self.repeat_sequence += 1;
        self.repeat_sequence
    }

    /// Whether a key frame that the viewer asks for should be asked of the source.
    pub(crate) fn keyframe_request(&mut self, now: Instant) -> Option<Feed> {
        let feed = self.target()?;
        if self
            .keyframe_asked
            .is_some_and(|asked| now.saturating_duration_since(asked) < KEYFRAME_ANSWER)
        {
            return None;
        }
        self.keyframe_asked = Some(now);
        Some(feed)
    }

    /// The payload type under which voices leave that carry the ones before them.
    pub(crate) fn red(&self) -> Option<u8> {
        self.offered.red().filter(|_| self.redundant)
    }

    pub(crate) fn timestamp_at(&self, now: Instant) -> u32 {
        self.rewriter.timestamp_at(now)
    }
}

/// How to send a packet again.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Repeat {
    pub(crate) feed: Feed,
    pub(crate) source_sequence: u64,
    pub(crate) offsets: Offsets,
    layers: Target,
    /// Of the retransmission stream.
    payload_type: u8,
}

impl Repeat {
    pub(crate) fn outgoing(&self, packet: &Packet) -> Option<Outgoing> {
        let ends = packet.layers().is_some_and(|frame| frame.ends)
            && self.offsets.omits_next(packet.sequence);
        Some(Outgoing {
            numbers: self.offsets.apply(packet)?,
            payload_type: self.payload_type,
            marker: packet.marker || ends,
            layers: self.layers,
            empty: false,
        })
    }
}
