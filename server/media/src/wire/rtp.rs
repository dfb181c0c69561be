//! RTP headers (RFC 3550 section 5.1) with header extensions (RFC 8285), read and written without allocating.

use crate::codec::dependency_descriptor::Descriptor;
use crate::codec::layers::Target;

/// Identifiers of the header extensions one peer negotiated; 0 where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExtensionIds {
    pub(crate) mid: u8,
    pub(crate) rid: u8,
    pub(crate) repaired_rid: u8,
    pub(crate) transport_cc: u8,
    pub(crate) audio_level: u8,
    pub(crate) dependency: u8,
}

/// A dependency descriptor that goes on under another number, to a viewer of these layers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dependency<'a> {
    pub(crate) descriptor: &'a Descriptor,
    pub(crate) frame_number: u16,
    pub(crate) layers: Target,
}

/// A parsed header; the slices borrow the packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RtpView<'a> {
    pub(crate) marker: bool,
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    /// Bytes before the payload.
    pub(crate) header_len: usize,
    /// Padding octets behind the payload, where `parse` could see them (never on an encrypted packet's clear header).
    pub(crate) padding_len: usize,
    extensions: Extensions<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extensions<'a> {
    None,
    OneByte(&'a [u8]),
    TwoByte(&'a [u8]),
}

impl<'a> RtpView<'a> {
    /// `None` if the header is malformed. With `encrypted` the padding, which lies in the ciphertext, is not looked at.
    pub(crate) fn parse(packet: &'a [u8], encrypted: bool) -> Option<Self> {
        let fixed = packet.first_chunk::<12>()?;
        if fixed[0] >> 6 != 2 {
            return None;
        }
        let mut header_len = 12 + usize::from(fixed[0] & 0x0f) * 4;
        let mut extensions = Extensions::None;
        if fixed[0] & 0x10 != 0 {
            let head = packet.get(header_len..header_len + 4)?;
            let words = usize::from(u16::from_be_bytes([head[2], head[3]]));
            let body = packet.get(header_len + 4..header_len + 4 + words * 4)?;
            extensions = match (head[0], head[1]) {
                (0xbe, 0xde) => Extensions::OneByte(body),
                (0x10, low) if low & 0xf0 == 0 => Extensions::TwoByte(body),
                _ => Extensions::None,
            };
            header_len += 4 + words * 4;
        }
        if packet.len() < header_len {
            return None;
        }
        let padding_len = if fixed[0] & 0x20 != 0 && !encrypted {
            usize::from(*packet.last()?)
        } else {
            0
        };
        if header_len + padding_len > packet.len() {
            return None;
        }
        Some(Self {
            marker: fixed[1] & 0x80 != 0,
            payload_type: fixed[1] & 0x7f,
            sequence: u16::from_be_bytes([fixed[2], fixed[3]]),
            timestamp: u32::from_be_bytes([fixed[4], fixed[5], fixed[6], fixed[7]]),
            ssrc: u32::from_be_bytes([fixed[8], fixed[9], fixed[10], fixed[11]]),
            header_len,
            padding_len,
            extensions,
        })
    }

    /// The value of an extension; `None` if the packet has none with that id, or the id is 0.
    pub(crate) fn extension(&self, id: u8) -> Option<&'a [u8]> {
        if id == 0 {
            return None;
        }
        match self.extensions {
            Extensions::None => None,
            Extensions::OneByte(mut rest) => loop {
                let (&head, tail) = rest.split_first()?;
                match head >> 4 {
                    // Padding between elements; id 15 ends the block (RFC 8285 section 4.2).
                    0 => rest = tail,
                    15 => return None,
                    found => {
                        let len = usize::from(head & 0x0f) + 1;
                        let value = tail.get(..len)?;
                        if found == id {
                            return Some(value);
                        }
                        rest = &tail[len..];
                    }
                }
            },
            Extensions::TwoByte(mut rest) => loop {
                let (&found, tail) = rest.split_first()?;
                if found == 0 {
                    rest = tail;
                    continue;
                }
                let (&len, tail) = tail.split_first()?;
                let value = tail.get(..usize::from(len))?;
                if found == id {
                    return Some(value);
                }
                rest = &tail[usize::from(len)..];
            },
        }
    }
}

/// What a forwarded packet's header says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutgoingHeader<'a> {
    pub(crate) marker: bool,
    pub(crate) payload_type: u8,
    pub(crate) sequence: u16,
    pub(crate) timestamp: u32,
    pub(crate) ssrc: u32,
    pub(crate) mid: &'a [u8],
    pub(crate) transport_cc: Option<u16>,
    pub(crate) audio_level: Option<u8>,
    pub(crate) dependency: Option<Dependency<'a>>,
}

/// The one-byte form (RFC 8285 section 4.2) takes no longer values.
const ONE_BYTE_MAX: usize = 16;

impl OutgoingHeader<'_> {
    /// Appends the header to `out`, with the extensions that `ids` has: in the one-byte form, or in the two-byte form
    /// where a dependency descriptor brings a long structure.
    pub(crate) fn write(&self, ids: ExtensionIds, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&[0x80, (u8::from(self.marker) << 7) | self.payload_type]);
        out.extend_from_slice(&self.sequence.to_be_bytes());
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&self.ssrc.to_be_bytes());

        out.extend_from_slice(&[0xbe, 0xde, 0, 0]);
        let body = out.len();
        if let Some(sequence) = self.transport_cc.filter(|_| ids.transport_cc != 0) {
            out.push((ids.transport_cc << 4) | 1);
            out.extend_from_slice(&sequence.to_be_bytes());
        }
        if let Some(level) = self.audio_level.filter(|_| ids.audio_level != 0) {
            out.extend_from_slice(&[ids.audio_level << 4, level]);
        }
        if ids.mid != 0 && !self.mid.is_empty() && self.mid.len() <= 16 {
            #[expect(clippy::cast_possible_truncation, reason = "checked to be at most 16")]
            out.push((ids.mid << 4) | (self.mid.len() - 1) as u8);
            out.extend_from_slice(self.mid);
        }
        if let Some(dependency) = self.dependency.filter(|_| ids.dependency != 0) {
            let at = out.len();
            out.extend_from_slice(&[0, 0]);
            let Dependency {
                descriptor,
                frame_number,
                layers,
            } = dependency;
            descriptor.write(frame_number, layers, out);
            let len = out.len() - at - 2;
            if len > usize::from(u8::MAX) {
                out.truncate(at);
            } else if len <= ONE_BYTE_MAX {
                #[expect(clippy::cast_possible_truncation, reason = "at most 16")]
                let head = (ids.dependency << 4) | (len - 1) as u8;
                out.remove(at);
                out[at] = head;
            } else {
                #[expect(clippy::cast_possible_truncation, reason = "at most 255")]
                out[at..at + 2].copy_from_slice(&[ids.dependency, len as u8]);
                lengthen(out, body, at);
            }
        }
        if out.len() == body {
            out.truncate(body - 4);
            return;
        }
        while !(out.len() - body).is_multiple_of(4) {
            out.push(0);
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "three short extensions and one of at most 255 octets are less than 256 words"
        )]
        let words = ((out.len() - body) / 4) as u8;
        out[body - 1] = words;
        out[start] |= 0x10;
    }
}

/// Gives the elements between `body` and `end`, written in the one-byte form, the two-byte form.
fn lengthen(out: &mut Vec<u8>, body: usize, end: usize) {
    out[body - 4..body - 2].copy_from_slice(&[0x10, 0]);
    let (mut at, mut end) = (body, end);
    while at < end {
        let (id, len) = (out[at] >> 4, (out[at] & 0x0f) + 1);
        out[at] = id;
        out.insert(at + 1, len);
        at += 2 + usize::from(len);
        end += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const IDS: ExtensionIds = ExtensionIds {
        mid: 4,
        rid: 10,
        repaired_rid: 11,
        transport_cc: 3,
        audio_level: 1,
        dependency: 12,
    };

    #[test]
    fn a_written_header_reads_back() {
        let mut packet = Vec::new();
        OutgoingHeader {
            marker: true,
            payload_type: 96,
            sequence: 65535,
            timestamp: 0xdead_beef,
            ssrc: 7,
            mid: b"12",
            transport_cc: Some(513),
            audio_level: Some(0x80 + 30),
            dependency: None,
        }
        .write(IDS, &mut packet);
        let header_len = packet.len();
        packet.extend_from_slice(b"payload");
        let view = RtpView::parse(&packet, false).unwrap();
        assert!(view.marker);
        assert_eq!(
            (view.payload_type, view.sequence, view.timestamp, view.ssrc),
            (96, 65535, 0xdead_beef, 7)
        );
        assert_eq!(view.header_len, header_len);
        assert_eq!(view.extension(4), Some(&b"12"[..]));
        assert_eq!(view.extension(3), Some(&[2, 1][..]));
        assert_eq!(view.extension(1), Some(&[0x80 + 30][..]));
        assert_eq!(view.extension(10), None);
    }

    #[test]
    fn a_peer_without_extensions_gets_a_bare_header() {
        let mut packet = Vec::new();
        OutgoingHeader {
            marker: false,
            payload_type: 111,
            sequence: 1,
            timestamp: 2,
            ssrc: 3,
            mid: b"0",
            transport_cc: Some(1),
            audio_level: None,
            dependency: None,
        }
        .write(ExtensionIds::default(), &mut packet);
        assert_eq!(packet.len(), 12);
        assert_eq!(packet[0], 0x80);
    }

    #[test]
    fn padding_longer_than_the_packet_is_malformed() {
        let mut packet = vec![0xa0, 96, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 200];
        assert_eq!(RtpView::parse(&packet, false), None);
        packet[12] = 1;
        assert_eq!(RtpView::parse(&packet, false).unwrap().padding_len, 1);
    }

    proptest! {
        #[test]
        fn no_input_breaks_the_parser(packet in proptest::collection::vec(any::<u8>(), 0..200), id in 0_u8..16) {
            if let Some(view) = RtpView::parse(&packet, false) {
                prop_assert!(view.header_len + view.padding_len <= packet.len());
                let _ = view.extension(id);
            }
        }
    }
}
