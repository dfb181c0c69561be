//! The VP8 payload descriptor (RFC 7741 section 4.2).

use super::layers::{Frame, Target};

/// A parsed descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vp8Descriptor {
    /// Its length in the source's payload.
    pub(crate) len: u8,
    /// The first octet: X, N, S and the partition index.
    head: u8,
    /// 15 bits; `None` if the encoder numbers no pictures.
    pub(crate) picture_id: Option<u16>,
    pub(crate) tl0_picture_index: Option<u8>,
    /// The octet of TID, Y and KEYIDX, with the T and K bits that say which of them count.
    layer: Option<(u8, u8)>,
    /// Where it stands among the frame rates; `None` if the encoder tells of none.
    pub(crate) frame: Option<Frame>,
}

const EXTENDED: u8 = 0x80;
const START_OF_PARTITION: u8 = 0x10;
const PARTITION: u8 = 0x07;
const HAS_PICTURE_ID: u8 = 0x80;
const HAS_TL0: u8 = 0x40;
const HAS_TID: u8 = 0x20;
const HAS_KEYIDX: u8 = 0x10;

impl Vp8Descriptor {
    /// `None` if the payload is cut short.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let mut at = 0;
        let mut next = || {
            let octet = payload.get(at).copied();
            at += 1;
            octet
        };
        let head = next()?;
        let mut picture_id = None;
        let mut tl0_picture_index = None;
        let mut layer = None;
        if head & EXTENDED != 0 {
            let flags = next()?;
            if flags & HAS_PICTURE_ID != 0 {
                let high = next()?;
                picture_id = Some(if high & 0x80 != 0 {
                    u16::from_be_bytes([high & 0x7f, next()?])
                } else {
                    u16::from(high)
                });
            }
            if flags & HAS_TL0 != 0 {
                tl0_picture_index = Some(next()?);
            }
            if flags & (HAS_TID | HAS_KEYIDX) != 0 {
                layer = Some((flags & (HAS_TID | HAS_KEYIDX), next()?));
            }
        }
        let len = u8::try_from(at).ok()?;
        let frame = layer
            .filter(|(present, _)| present & HAS_TID != 0)
            .map(|(_, octet)| frame(octet >> 6));
        Some(Self {
            len,
            head,
            picture_id,
            tl0_picture_index,
            layer,
            frame,
        })
    }

    /// Whether the packet with this descriptor begins a key frame: start of partition 0 with the inverse key frame flag
    /// of the frame header (RFC 6386 section 9.1) clear.
    pub(crate) fn starts_keyframe(&self, payload: &[u8]) -> bool {
        self.head & START_OF_PARTITION != 0
            && self.head & PARTITION == 0
            && payload
                .get(usize::from(self.len))
                .is_some_and(|header| header & 1 == 0)
    }

    /// Appends the descriptor with other numbers; the picture id always takes its 15-bit form.
    pub(crate) fn write(&self, picture_id: u16, tl0_picture_index: u8, out: &mut Vec<u8>) {
        let mut flags = HAS_PICTURE_ID;
        if self.tl0_picture_index.is_some() {
            flags |= HAS_TL0;
        }
        if let Some((present, _)) = self.layer {
            flags |= present;
        }
        let [high, low] = (picture_id | 0x8000).to_be_bytes();
        out.extend_from_slice(&[self.head | EXTENDED, flags, high, low]);
        if self.tl0_picture_index.is_some() {
            out.push(tl0_picture_index);
        }
        if let Some((_, octet)) = self.layer {
            out.push(octet);
        }
    }
}

fn frame(temporal: u8) -> Frame {
    Frame {
        spatial: 0,
        // Pictures of higher rates may lean on those before the last base picture: only a key frame brings them back.
        temporal: temporal + 1,
        needed: Target::every()
            .filter(|target| temporal <= target.temporal)
            .collect(),
        ends: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chromium_descriptors_read_and_write_back() {
        // X S | I L T K | 15-bit picture id | TL0PICIDX | TID Y KEYIDX
        let payload = [0x90, 0xf0, 0x81, 0x02, 7, 0x61, 0x10, 0, 0];
        let descriptor = Vp8Descriptor::parse(&payload).unwrap();
        assert_eq!(
            (
                descriptor.len,
                descriptor.picture_id,
                descriptor.tl0_picture_index
            ),
            (6, Some(0x102), Some(7))
        );
        assert!(descriptor.starts_keyframe(&payload));
        let mut out = Vec::new();
        descriptor.write(0x7fff, 255, &mut out);
        assert_eq!(out, [0x90, 0xf0, 0xff, 0xff, 255, 0x61]);
    }

    #[test]
    fn a_short_picture_id_becomes_a_long_one() {
        let descriptor = Vp8Descriptor::parse(&[0x80, 0x80, 0x05, 0x01]).unwrap();
        assert_eq!(descriptor.picture_id, Some(5));
        let mut out = Vec::new();
        descriptor.write(6, 0, &mut out);
        assert_eq!(out, [0x80, 0x80, 0x80, 6]);
    }

    #[test]
    fn interframes_and_later_packets_start_no_keyframe() {
        for payload in [[0x10, 0x01], [0x00, 0x00], [0x11, 0x00]] {
            assert!(
                !Vp8Descriptor::parse(&payload)
                    .unwrap()
                    .starts_keyframe(&payload)
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(payload in proptest::collection::vec(any::<u8>(), 0..16), id in 0_u16..0x8000, tl0: u8) {
            if let Some(descriptor) = Vp8Descriptor::parse(&payload) {
                let mut out = Vec::new();
                descriptor.write(id, tl0, &mut out);
                let again = Vp8Descriptor::parse(&out).unwrap();
                prop_assert_eq!(again.picture_id, Some(id));
                prop_assert_eq!(usize::from(again.len), out.len());
                prop_assert_eq!(again.tl0_picture_index.is_some(), descriptor.tl0_picture_index.is_some());
            }
        }
    }
}
