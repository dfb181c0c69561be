//! The VP9 payload descriptor (RFC 9628 section 4.2).

use super::layers::{Frame, Target};

const HAS_PICTURE_ID: u8 = 0x80;
const INTER_PICTURE: u8 = 0x40;
const HAS_LAYERS: u8 = 0x20;
const FLEXIBLE: u8 = 0x10;
const BEGINS_FRAME: u8 = 0x08;
const ENDS_FRAME: u8 = 0x04;
const HAS_STRUCTURE: u8 = 0x02;
const NO_INTER_LAYER_REFERENCE: u8 = 0x01;

/// A parsed descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Vp9Descriptor {
    /// Its length in the source's payload.
    len: u8,
    head: u8,
    /// 15 bits; `None` if the encoder numbers no pictures.
    pub(crate) picture_id: Option<u16>,
    /// Octets of the picture id in the source's payload.
    id_len: u8,
    /// Counts base pictures; only in the non-flexible mode.
    pub(crate) tl0_picture_index: Option<u8>,
    /// TID, U, SID and D.
    layers: u8,
    /// The highest resolution, where the packet tells the structure.
    pub(crate) top: Option<u8>,
}

struct Octets<'a> {
    payload: &'a [u8],
    at: usize,
}

impl Octets<'_> {
    fn next(&mut self) -> Option<u8> {
        let octet = self.payload.get(self.at).copied();
        self.at += 1;
        octet
    }
}

impl Vp9Descriptor {
    /// `None` if the payload is cut short.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let mut octets = Octets { payload, at: 0 };
        let head = octets.next()?;
        let mut picture_id = None;
        if head & HAS_PICTURE_ID != 0 {
            let high = octets.next()?;
            picture_id = Some(if high & 0x80 != 0 {
                u16::from_be_bytes([high & 0x7f, octets.next()?])
            } else {
                u16::from(high)
            });
        }
        let id_len = u8::try_from(octets.at - 1).ok()?;
        let (mut layers, mut tl0_picture_index) = (0, None);
        if head & HAS_LAYERS != 0 {
            layers = octets.next()?;
            if head & FLEXIBLE == 0 {
                tl0_picture_index = Some(octets.next()?);
            }
        }
        if head & FLEXIBLE != 0 && head & INTER_PICTURE != 0 {
            // At most three differences; the lowest bit says that another follows.
            for _ in 0..3 {
                if octets.next()? & 1 == 0 {
                    break;
                }
            }
        }
        let mut top = None;
        if head & HAS_STRUCTURE != 0 {
            top = Some(skip_structure(&mut octets)?);
        }
        // Written with the long form of the picture id it must still be one that reads.
        u8::try_from(octets.at + 2 - usize::from(id_len)).ok()?;
        Some(Self {
            len: u8::try_from(octets.at).ok()?,
            head,
            picture_id,
            id_len,
            tl0_picture_index,
            layers,
            top,
        })
    }

    pub(crate) const fn spatial(&self) -> u8 {
        (self.layers >> 1) & 0x07
    }

    const fn temporal(&self) -> u8 {
        self.layers >> 5
    }

    /// Whether the packet begins a key frame: the base layer of a picture that leans on none before.
    pub(crate) const fn starts_keyframe(&self) -> bool {
        self.head & BEGINS_FRAME != 0 && self.head & INTER_PICTURE == 0 && self.spatial() == 0
    }

    /// `top`: the highest resolution that the stream has now; choices above it mean it.
    pub(crate) fn frame(&self, top: u8) -> Frame {
        let (spatial, temporal) = (self.spatial(), self.temporal());
        let stands_alone = self.head & NO_INTER_LAYER_REFERENCE != 0;
        Frame {
            spatial,
            temporal,
            needed: Target::every()
                .filter(|target| {
                    let wanted = target.spatial.min(top.max(spatial));
                    temporal.min(Target::ALL.temporal) <= target.temporal
                        && (spatial == wanted || spatial < wanted && !stands_alone)
                })
                .collect(),
            ends: self.head & ENDS_FRAME != 0,
        }
    }

    /// Appends the whole payload with other numbers; the picture id always takes its 15-bit form.
    pub(crate) fn write(
        &self,
        payload: &[u8],
        picture_id: u16,
        tl0_picture_index: u8,
        out: &mut Vec<u8>,
    ) {
        let [high, low] = (picture_id | 0x8000).to_be_bytes();
        out.extend_from_slice(&[self.head | HAS_PICTURE_ID, high, low]);
        let rest = payload
            .get(1 + usize::from(self.id_len)..)
            .unwrap_or_default();
        let index = out.len() + 1;
        out.extend_from_slice(rest);
        if self.tl0_picture_index.is_some()
            && let Some(octet) = out.get_mut(index)
        {
            *octet = tl0_picture_index;
        }
    }
}

/// The scalability structure, which goes on to the viewers as it is. Returns the highest resolution.
fn skip_structure(octets: &mut Octets) -> Option<u8> {
    let head = octets.next()?;
    if head & 0x10 != 0 {
        // Width and height of each resolution.
        octets.at += 4 * (usize::from(head >> 5) + 1);
    }
    if head & 0x08 != 0 {
        for _ in 0..octets.next()? {
            let picture = octets.next()?;
            octets.at += usize::from((picture >> 2) & 0x03);
        }
    }
    (octets.at <= octets.payload.len()).then_some(head >> 5)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_picture_of_chromium_reads_and_writes_back() {
        // I L B E V | 15-bit picture id | TID 0 U SID 0 | TL0PICIDX | three resolutions | payload
        let mut payload = vec![0xae, 0x81, 0x02, 0x10, 7, 0x50];
        payload.extend([0, 160, 0, 90, 1, 64, 0, 180, 2, 128, 1, 104, 0x99]);
        let descriptor = Vp9Descriptor::parse(&payload).unwrap();
        assert_eq!(usize::from(descriptor.len), payload.len() - 1);
        assert_eq!(
            (descriptor.picture_id, descriptor.tl0_picture_index),
            (Some(0x102), Some(7))
        );
        assert!(descriptor.starts_keyframe());
        let mut out = vec![1];
        descriptor.write(&payload, 0x7fff, 255, &mut out);
        assert_eq!(out[..6], [1, 0xae, 0xff, 0xff, 0x10, 255]);
        assert_eq!(out[6..], payload[5..]);
    }

    #[test]
    fn a_short_picture_id_becomes_a_long_one() {
        let payload = [0xf8, 0x05, 0x02, 0x03, 0x04, 0xaa];
        let descriptor = Vp9Descriptor::parse(&payload).unwrap();
        assert_eq!(
            descriptor.len, 5,
            "two differences of pictures follow the layers"
        );
        let mut out = Vec::new();
        descriptor.write(&payload, 6, 0, &mut out);
        assert_eq!(out, [0xf8, 0x80, 6, 0x02, 0x03, 0x04, 0xaa]);
    }

    #[test]
    fn resolutions_that_stand_alone_are_not_needed_by_higher_ones() {
        let frame = |payload: &[u8]| Vp9Descriptor::parse(payload).unwrap().frame(2);
        let at = |spatial, temporal| Target { spatial, temporal };
        // I P L, resolution 1, frame rate 2, without and with Z.
        let leaned_on = frame(&[0xe0, 5, 0x42, 0, 0]);
        assert_eq!((leaned_on.spatial, leaned_on.temporal), (1, 2));
        assert!(leaned_on.needed.has(at(2, 2)));
        assert!(!leaned_on.needed.has(at(0, 2)));
        assert!(!leaned_on.needed.has(at(1, 1)));
        let alone = frame(&[0xe1, 5, 0x42, 0, 0]);
        assert!(alone.needed.has(at(1, 2)));
        assert!(!alone.needed.has(at(2, 2)));
        let top = Vp9Descriptor::parse(&[0xe1, 5, 0x44, 0, 0])
            .unwrap()
            .frame(2);
        assert!(top.needed.has(Target::ALL), "there is nothing above it");
    }

    #[test]
    fn a_descriptor_that_would_grow_too_long_is_refused() {
        // A structure of pictures alone, one octet each, up to the last length that fits.
        let structure = |pictures: u8| {
            let mut payload = vec![0x02, 0x08, pictures];
            payload.resize(3 + usize::from(pictures), 0);
            payload
        };
        let longest = structure(250);
        let mut out = Vec::new();
        Vp9Descriptor::parse(&longest)
            .unwrap()
            .write(&longest, 1, 1, &mut out);
        assert!(Vp9Descriptor::parse(&out).is_some());
        assert_eq!(Vp9Descriptor::parse(&structure(251)), None);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(payload in proptest::collection::vec(any::<u8>(), 0..48), id in 0_u16..0x8000, tl0: u8) {
            if let Some(descriptor) = Vp9Descriptor::parse(&payload) {
                let mut out = Vec::new();
                descriptor.write(&payload, id, tl0, &mut out);
                let again = Vp9Descriptor::parse(&out).unwrap();
                prop_assert_eq!(again.picture_id, Some(id));
                prop_assert_eq!(again.tl0_picture_index, descriptor.tl0_picture_index.map(|_| tl0));
                prop_assert_eq!(again.frame(2), descriptor.frame(2));
                prop_assert_eq!(&out[usize::from(again.len)..], &payload[usize::from(descriptor.len)..]);
            }
        }
    }
}
