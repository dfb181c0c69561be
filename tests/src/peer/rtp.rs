//! RTP headers (RFC 3550 section 5.1) with one-byte header extensions (RFC 8285 section 4.2), written and read.

/// The ids that our offers give to header extensions.
pub mod extension {
    pub const MID: u8 = 1;
    pub const AUDIO_LEVEL: u8 = 2;
    pub const TRANSPORT_SEQUENCE: u8 = 3;
    pub const ABSOLUTE_SEND_TIME: u8 = 4;
    pub const RID: u8 = 5;
}

/// A packet's header as the wire has it, and where its payload lies.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    packet: &'a [u8],
    payload_from: usize,
    payload_to: usize,
}

impl<'a> View<'a> {
    /// `None` if this isn't a well-formed RTP packet.
    pub fn parse(packet: &'a [u8]) -> Option<Self> {
        if packet.len() < 12 || packet[0] >> 6 != 2 {
            return None;
        }
        let mut from = 12 + usize::from(packet[0] & 0x0f) * 4;
        if packet[0] & 0x10 != 0 {
            let words = packet.get(from + 2..from + 4)?;
            from += 4 + usize::from(u16::from_be_bytes([words[0], words[1]])) * 4;
        }
        let padding = if packet[0] & 0x20 == 0 {
            0
        } else {
            usize::from(*packet.last()?)
        };
        let payload_to = packet.len().checked_sub(padding)?;
        (from <= payload_to).then_some(Self {
            packet,
            payload_from: from,
            payload_to,
        })
    }

    /// The header of a protected packet: header and extensions are sent in the clear (RFC 3711 section 3.1), the rest
    /// means nothing.
    pub fn protected(packet: &'a [u8]) -> Option<Self> {
        let padded = *packet.first()? & 0x20 != 0;
        if padded { None } else { Self::parse(packet) }
    }

    pub fn marker(&self) -> bool {
        self.packet[1] & 0x80 != 0
    }

    pub fn payload_type(&self) -> u8 {
        self.packet[1] & 0x7f
    }

    pub fn sequence(&self) -> u16 {
        u16::from_be_bytes([self.packet[2], self.packet[3]])
    }

    pub fn timestamp(&self) -> u32 {
        self.word(4)
    }

    pub fn ssrc(&self) -> u32 {
        self.word(8)
    }

    fn word(&self, at: usize) -> u32 {
        u32::from_be_bytes([
            self.packet[at],
            self.packet[at + 1],
            self.packet[at + 2],
            self.packet[at + 3],
        ])
    }

    /// Whether the last bytes are padding. In a protected packet their number can't be read.
    pub fn is_padded(&self) -> bool {
        self.packet[0] & 0x20 != 0
    }

    pub fn payload(&self) -> &'a [u8] {
        &self.packet[self.payload_from..self.payload_to]
    }

    /// The value of a one-byte header extension.
    pub fn extension(&self, id: u8) -> Option<&'a [u8]> {
        if self.packet[0] & 0x10 == 0 {
            return None;
        }
        let start = 12 + usize::from(self.packet[0] & 0x0f) * 4;
        if self.packet.get(start..start + 2)? != [0xbe, 0xde] {
            return None;
        }
        let mut rest = self.packet.get(start + 4..self.payload_from)?;
        while let [first, tail @ ..] = rest {
            if *first == 0 {
                rest = tail;
                continue;
            }
            let length = usize::from(first & 0x0f) + 1;
            let value = tail.get(..length)?;
            if first >> 4 == id {
                return Some(value);
            }
            rest = &tail[length..];
        }
        None
    }
}

/// What a new packet's header says.
#[derive(Clone, Copy, Debug)]
pub struct Header<'a> {
    pub payload_type: u8,
    pub marker: bool,
    pub sequence: u16,
    pub timestamp: u32,
    pub ssrc: u32,
    /// One-byte extensions in order: id 1 to 14, 1 to 16 bytes.
    pub extensions: &'a [(u8, &'a [u8])],
}

impl Header<'_> {
    /// Appends the header to `out`.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(0x80 | if self.extensions.is_empty() { 0 } else { 0x10 });
        out.push(u8::from(self.marker) << 7 | self.payload_type);
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.ssrc.to_be_bytes());
        if self.extensions.is_empty() {
            return;
        }
        let bytes: usize = self.extensions.iter().map(|(_, v)| v.len() + 1).sum();
        let words = bytes.div_ceil(4);
        out.extend_from_slice(&[0xbe, 0xde]);
        out.extend_from_slice(&u16::try_from(words).unwrap_or_default().to_be_bytes());
        for (id, value) in self.extensions {
            let length = u8::try_from(value.len().saturating_sub(1)).unwrap_or_default();
            out.push(id << 4 | length & 0x0f);
            out.extend_from_slice(value);
        }
        out.resize(out.len() + words * 4 - bytes, 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let mut packet = Vec::new();
        Header {
            payload_type: 96,
            marker: true,
            sequence: 65_535,
            timestamp: 0x0102_0304,
            ssrc: 0xdead_beef,
            extensions: &[(1, b"12"), (3, &[0, 9])],
        }
        .write(&mut packet);
        packet.extend_from_slice(b"payload");
        let view = View::parse(&packet).unwrap();
        assert!(view.marker());
        assert_eq!(view.payload_type(), 96);
        assert_eq!(view.sequence(), 65_535);
        assert_eq!(view.timestamp(), 0x0102_0304);
        assert_eq!(view.ssrc(), 0xdead_beef);
        assert_eq!(view.extension(1), Some(&b"12"[..]));
        assert_eq!(view.extension(3), Some(&[0, 9][..]));
        assert_eq!(view.extension(2), None);
        assert_eq!(view.payload(), b"payload");
    }

    #[test]
    fn rubbish_is_refused() {
        assert!(View::parse(&[]).is_none());
        assert!(View::parse(&[0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]).is_none());
        assert!(View::parse(&[0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99]).is_none());
    }
}
