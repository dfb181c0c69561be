//! Synthetic VP8: payload descriptors as Chromium writes them (RFC 7741 section 4.2) and frame headers that a parser
//! accepts (RFC 6386 section 9.1); the rest of a frame is filler.

/// Bytes of the descriptor in front of every payload: the required byte, X, 15-bit picture id, TL0PICIDX, TID/KEYIDX.
pub const DESCRIPTOR: usize = 6;

/// The running numbers of one encoding.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counters {
    picture: u16,
    tl0: u8,
    key: u8,
}

/// One frame's place in the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    pub key: bool,
    /// 15 bits.
    pub picture: u16,
    tl0: u8,
    key_index: u8,
}

impl Counters {
    /// Starts the next frame. One temporal layer: every frame is of layer 0.
    pub fn next(&mut self, key: bool) -> Frame {
        self.picture = (self.picture + 1) & 0x7fff;
        self.tl0 = self.tl0.wrapping_add(1);
        if key {
            self.key = (self.key + 1) & 0x1f;
        }
        Frame {
            key,
            picture: self.picture,
            tl0: self.tl0,
            key_index: self.key,
        }
    }
}

impl Frame {
    /// Fills `payload` (at least 32 bytes): the descriptor and, in a frame's first packet, its header.
    pub fn write(self, payload: &mut [u8], first: bool, width: u16, height: u16) {
        let picture = (0x8000 | self.picture).to_be_bytes();
        payload[0] = 0x80 | u8::from(first) << 4;
        payload[1] = 0xe0;
        payload[2] = picture[0];
        payload[3] = picture[1];
        payload[4] = self.tl0;
        payload[5] = self.key_index;
        if !first {
            return;
        }
        // Frame tag: P, version 0, show_frame, 19 bits of the first partition's size.
        let size: u32 = 64;
        let tag = (size << 5 | 0x10 | u32::from(!self.key)).to_le_bytes();
        payload[6..9].copy_from_slice(&tag[..3]);
        if self.key {
            payload[9..12].copy_from_slice(&[0x9d, 0x01, 0x2a]);
            payload[12..14].copy_from_slice(&width.to_le_bytes());
            payload[14..16].copy_from_slice(&height.to_le_bytes());
        }
    }
}

/// What a receiver learns from a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// First packet of a frame.
    pub start: bool,
    /// First packet of a key frame.
    pub key: bool,
    pub picture: Option<u16>,
    pub tl0: Option<u8>,
}

impl Descriptor {
    /// `None` if the payload is too short for what it announces.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let first = *payload.first()?;
        let start = first & 0x1f == 0x10;
        let mut at = 1;
        let (mut picture, mut tl0) = (None, None);
        if first & 0x80 != 0 {
            let extension = *payload.get(at)?;
            at += 1;
            if extension & 0x80 != 0 {
                let high = *payload.get(at)?;
                if high & 0x80 == 0 {
                    picture = Some(u16::from(high));
                    at += 1;
                } else {
                    let low = *payload.get(at + 1)?;
                    picture = Some(u16::from_be_bytes([high & 0x7f, low]));
                    at += 2;
                }
            }
            if extension & 0x40 != 0 {
                tl0 = Some(*payload.get(at)?);
                at += 1;
            }
            if extension & 0x30 != 0 {
                at += 1;
            }
        }
        let tag = *payload.get(at)?;
        Some(Self {
            start,
            key: start && tag & 1 == 0,
            picture,
            tl0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_numbered_and_key_frames_recognised() {
        let mut counters = Counters {
            picture: 0x7fff,
            ..Counters::default()
        };
        let mut payload = [0_u8; 64];
        let frame = counters.next(true);
        frame.write(&mut payload, true, 1280, 720);
        let read = Descriptor::parse(&payload).unwrap();
        assert_eq!(
            (read.start, read.key, read.picture, read.tl0),
            (true, true, Some(0), Some(1))
        );
        frame.write(&mut payload, false, 1280, 720);
        let read = Descriptor::parse(&payload).unwrap();
        assert_eq!((read.start, read.key), (false, false));
        let next = counters.next(false);
        next.write(&mut payload, true, 1280, 720);
        let read = Descriptor::parse(&payload).unwrap();
        assert_eq!((read.key, read.picture), (false, Some(1)));
    }
}
