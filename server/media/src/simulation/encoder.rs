//! A camera that numbers its packets as it likes, in every codec.

use crate::codec::dependency_descriptor::tests::descriptor;
use crate::sdp::Codec;
use crate::wire::rtp::RtpView;
use std::collections::HashMap;

pub(super) const MID: u8 = 4;
pub(super) const RID: u8 = 10;
pub(super) const REPAIRED_RID: u8 = 11;
pub(super) const DEPENDENCY: u8 = 12;

/// The resolutions of a scalable stream.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scalability {
    None,
    /// Three, each of which leans on those below.
    Full,
    /// Three, which lean on those below in key frames only.
    KeyOnly,
}

pub(super) struct Encoder {
    pub(super) codec: Codec,
    pub(super) scalability: Scalability,
    pub(super) ssrc: u32,
    rid: &'static str,
    sequence: u16,
    repeat_sequence: u16,
    timestamp: u32,
    /// Of a picture; for AV1 of each of its resolutions.
    number: u16,
    tl0: u8,
    /// Pictures since the key frame.
    since_key: u32,
    sent: HashMap<u16, Vec<u8>>,
}

pub(super) const fn payload_types(codec: Codec) -> (u8, u8) {
    match codec {
        Codec::Opus => (111, 0),
        Codec::Vp8 => (96, 97),
        Codec::H264 => (102, 103),
        Codec::Vp9 => (98, 99),
        Codec::Av1 => (45, 46),
    }
}

impl Encoder {
    pub(super) fn new(codec: Codec, ssrc: u32, rid: &'static str, start: (u16, u32, u16)) -> Self {
        Self {
            codec,
            scalability: Scalability::None,
            ssrc,
            rid,
            sequence: start.0,
            repeat_sequence: 7,
            timestamp: start.1,
            number: start.2,
            tl0: 250,
            since_key: 0,
            sent: HashMap::new(),
        }
    }

    pub(super) fn scalable(mut self, scalability: Scalability) -> Self {
        self.scalability = scalability;
        self
    }

    fn resolutions(&self) -> u8 {
        if self.scalability == Scalability::None {
            1
        } else {
            3
        }
    }

    fn packet(
        &mut self,
        marker: bool,
        dependency: &[u8],
        payload: &[u8],
        padding: bool,
    ) -> Vec<u8> {
        let mut packet = vec![
            if padding { 0xb0 } else { 0x90 },
            payload_types(self.codec).0 | u8::from(marker) << 7,
        ];
        packet.extend(self.sequence.to_be_bytes());
        packet.extend(self.timestamp.to_be_bytes());
        packet.extend(self.ssrc.to_be_bytes());
        let mut elements: Vec<(u8, &[u8])> = vec![(MID, b"0")];
        elements.push((RID, self.rid.as_bytes()));
        elements.push((DEPENDENCY, dependency));
        extend(&mut packet, &elements);
        packet.extend(payload);
        self.sent.insert(self.sequence, packet.clone());
        self.sequence = self.sequence.wrapping_add(1);
        packet
    }

    /// A picture: two packets of each resolution. Of four pictures one is of the base frame rate, one of the next, two of
    /// the highest.
    pub(super) fn picture(&mut self, key: bool) -> Vec<Vec<u8>> {
        self.since_key = if key { 0 } else { self.since_key + 1 };
        let temporal = match self.since_key % 4 {
            _ if self.scalability == Scalability::None => 0,
            0 => 0,
            2 => 1,
            _ => 2,
        };
        self.timestamp = self.timestamp.wrapping_add(3000);
        if self.codec != Codec::Av1 {
            self.number = (self.number + 1) & 0x7fff;
        }
        if temporal == 0 {
            self.tl0 = self.tl0.wrapping_add(1);
        }
        let mut packets = Vec::new();
        for spatial in 0..self.resolutions() {
            if self.codec == Codec::Av1 {
                self.number = self.number.wrapping_add(1);
            }
            for part in [0, 1] {
                let marker = part == 1 && spatial + 1 == self.resolutions();
                let (dependency, payload) = self.payload(key, spatial, temporal, part);
                packets.push(self.packet(marker, &dependency, &payload, false));
            }
        }
        packets
    }

    fn payload(&self, key: bool, spatial: u8, temporal: u8, part: u8) -> (Vec<u8>, Vec<u8>) {
        let first = part == 0;
        let [high, low] = (self.number | 0x8000).to_be_bytes();
        let payload = match self.codec {
            Codec::Opus => unreachable!("a camera"),
            Codec::Vp8 => {
                let start = if first { 0x90 } else { 0x80 };
                vec![start, 0xe0, high, low, self.tl0, 0, u8::from(!key), part]
            }
            // A key frame is an aggregate of parameter sets and a fragment of its slice, others are two fragments.
            Codec::H264 if key && first => vec![0x78, 0, 2, 0x67, 1, 0, 2, 0x68, 1],
            Codec::H264 => vec![0x7c, if first { 0x81 } else { 0x41 }, part],
            Codec::Vp9 => {
                let leans = key || self.scalability != Scalability::KeyOnly;
                let head = 0xa0
                    | u8::from(!key) << 6
                    | u8::from(first) << 3
                    | u8::from(!first) << 2
                    | u8::from(!leans || spatial + 1 == self.resolutions());
                let layers = temporal << 5 | spatial << 1 | u8::from(leans && spatial > 0);
                vec![head, high, low, layers, self.tl0, part]
            }
            Codec::Av1 => vec![
                if key && first && spatial == 0 {
                    0x18
                } else {
                    0x10
                },
                part,
            ],
        };
        let dependency = if self.codec == Codec::Av1 {
            let structure = (key && first && spatial == 0).then_some(u32::from(self.resolutions()));
            let flags = if first { 0b10 } else { 0b01 };
            let template = u32::from(spatial * 3 + temporal);
            let key_only = self.scalability == Scalability::KeyOnly;
            descriptor(
                flags,
                template,
                self.number.into(),
                structure,
                key_only,
                key,
            )
            .to_vec()
        } else {
            Vec::new()
        };
        (dependency, payload)
    }

    pub(super) fn padding(&mut self) -> Vec<u8> {
        self.packet(false, &[], &[0, 0, 0, 4], true)
    }

    /// Sends a packet again on the retransmission stream.
    pub(super) fn repeat(&mut self, sequence: u16) -> Vec<u8> {
        let original = &self.sent[&sequence];
        let view = RtpView::parse(original, false).unwrap();
        let mut packet = vec![0x90, payload_types(self.codec).1 | original[1] & 0x80];
        packet.extend(self.repeat_sequence.to_be_bytes());
        packet.extend(view.timestamp.to_be_bytes());
        packet.extend((self.ssrc + 1).to_be_bytes());
        let dependency = view.extension(DEPENDENCY).unwrap_or_default();
        let elements = [
            (MID, &b"0"[..]),
            (REPAIRED_RID, self.rid.as_bytes()),
            (DEPENDENCY, dependency),
        ];
        extend(&mut packet, &elements);
        packet.extend(sequence.to_be_bytes());
        packet.extend(&original[view.header_len..original.len() - view.padding_len]);
        self.repeat_sequence = self.repeat_sequence.wrapping_add(1);
        packet
    }
}

/// Appends header extensions in the two-byte form; empty ones are left out.
pub(super) fn extend(packet: &mut Vec<u8>, elements: &[(u8, &[u8])]) {
    let mut body = Vec::new();
    for (id, value) in elements.iter().filter(|(_, value)| !value.is_empty()) {
        body.extend([*id, u8::try_from(value.len()).unwrap()]);
        body.extend(*value);
    }
    body.resize(body.len().next_multiple_of(4), 0);
    packet.extend([0x10, 0, 0, u8::try_from(body.len() / 4).unwrap()]);
    packet.extend(body);
}
