//! What a viewer receives on one slot, and what must hold of it.

use super::encoder::{DEPENDENCY, MID, payload_types};
use crate::codec::dependency_descriptor::{Descriptor, Structure};
use crate::codec::vp9::Vp9Descriptor;
use crate::sdp::Codec;
use crate::wire::rtp::RtpView;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One packet as a decoder's front end sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Got {
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    /// Of the picture, where the codec numbers them.
    pub(super) number: Option<u16>,
    pub(super) spatial: u8,
    pub(super) temporal: u8,
    /// Padding only: a number to be passed over.
    pub(super) empty: bool,
}

pub(super) struct Receiver {
    codec: Codec,
    structure: Option<Arc<Structure>>,
    /// By extended sequence number.
    pub(super) packets: BTreeMap<u64, Got>,
}

impl Receiver {
    pub(super) const fn new(codec: Codec) -> Self {
        Self {
            codec,
            structure: None,
            packets: BTreeMap::new(),
        }
    }

    pub(super) fn receive(&mut self, packet: &[u8]) {
        let view = RtpView::parse(packet, false).unwrap();
        assert_eq!(
            view.extension(MID),
            Some(&b"0"[..]),
            "every packet names its section"
        );
        let payload = &packet[view.header_len..packet.len() - view.padding_len];
        let (sequence, payload) = if view.payload_type == payload_types(self.codec).1 {
            (u16::from_be_bytes([payload[0], payload[1]]), &payload[2..])
        } else {
            assert_eq!(view.payload_type, payload_types(self.codec).0);
            (view.sequence, payload)
        };
        let highest = self
            .packets
            .last_key_value()
            .map_or(u64::from(sequence) + (1 << 16), |(highest, _)| *highest);
        let distance = sequence
            .wrapping_sub((highest & 0xffff) as u16)
            .cast_signed();
        let extended = highest.checked_add_signed(i64::from(distance)).unwrap();
        let got = self.read(&view, payload);
        assert_eq!(
            self.packets.insert(extended, got),
            None,
            "a packet came twice"
        );
    }

    fn read(&mut self, view: &RtpView, payload: &[u8]) -> Got {
        let mut got = Got {
            timestamp: view.timestamp,
            marker: view.marker,
            number: None,
            spatial: 0,
            temporal: 0,
            empty: payload.is_empty(),
        };
        if got.empty {
            return got;
        }
        match self.codec {
            Codec::Opus | Codec::H264 => {}
            Codec::Vp8 => {
                got.number = Some(u16::from_be_bytes([payload[2], payload[3]]) & 0x7fff);
            }
            Codec::Vp9 => {
                let descriptor = Vp9Descriptor::parse(payload).unwrap();
                let frame = descriptor.frame(2);
                (got.spatial, got.temporal) = (frame.spatial, frame.temporal);
                got.number = descriptor.picture_id;
            }
            Codec::Av1 => {
                let raw = Bytes::copy_from_slice(view.extension(DEPENDENCY).unwrap());
                let descriptor = Descriptor::read(&raw, &mut self.structure).unwrap();
                (got.spatial, got.temporal) = (descriptor.frame.spatial, descriptor.frame.temporal);
                got.number = Some(descriptor.frame_number);
            }
        }
        got
    }

    pub(super) fn missing(&self) -> Vec<u16> {
        let (Some((first, _)), Some((last, _))) = (
            self.packets.first_key_value(),
            self.packets.last_key_value(),
        ) else {
            return Vec::new();
        };
        (*first..=*last)
            .filter(|sequence| !self.packets.contains_key(sequence))
            .map(|sequence| (sequence & 0xffff) as u16)
            .collect()
    }

    /// All there, in order of time, every picture ended by a marker and only there, pictures numbered upwards: one by one
    /// unless frame rates are left out or resolutions have numbers of their own.
    pub(super) fn assert_continuous(&self) {
        assert_eq!(self.missing(), [0_u16; 0]);
        let packets: Vec<_> = self
            .packets
            .values()
            .filter(|packet| !packet.empty)
            .collect();
        for pair in packets.windows(2) {
            let [before, after] = [pair[0], pair[1]];
            let step = after.timestamp.wrapping_sub(before.timestamp);
            assert!(step < 1 << 20, "time runs backwards: {step}");
            assert_eq!(
                before.marker,
                step > 0,
                "a picture ends where the next begins: {before:?} {after:?}"
            );
            if let (Some(a), Some(b)) = (before.number, after.number) {
                let (mask, most) = match self.codec {
                    Codec::Av1 => (0xffff, 12),
                    Codec::Vp9 => (0x7fff, 4),
                    _ => (0x7fff, 1),
                };
                let numbers = b.wrapping_sub(a) & mask;
                assert!(numbers <= most, "numbered {a}, then {b}");
                assert!(step == 0 || numbers > 0, "two pictures are numbered {a}");
            }
        }
    }

    /// The resolutions and frame rates of the pictures from the `skip`th on.
    pub(super) fn layers(&self, skip: usize) -> Vec<(u8, u8)> {
        let mut timestamps: Vec<u32> = Vec::new();
        let mut layers = Vec::new();
        for packet in self.packets.values().filter(|packet| !packet.empty) {
            if timestamps.last() != Some(&packet.timestamp) {
                timestamps.push(packet.timestamp);
            }
            let layer = (packet.spatial, packet.temporal);
            if timestamps.len() > skip && !layers.contains(&layer) {
                layers.push(layer);
            }
        }
        layers.sort_unstable();
        layers
    }
}
