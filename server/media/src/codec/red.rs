//! Redundant audio (RFC 2198): each packet repeats the voice of the one or two before it, so that a single loss is
//! mended without asking.

use bytes::Bytes;

const MORE_BLOCKS: u8 = 0x80;
const LONG_HEADER: usize = 4;
/// What 14 bits of timestamp offset and 10 bits of length can say.
const MAX_OFFSET: u32 = 1 << 14;
const MAX_LENGTH: usize = 1 << 10;

/// The voice before, sent along with the next one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Previous {
    payload: Bytes,
    /// By how many ticks it is older.
    offset: u16,
}

impl Previous {
    /// `None` if it is too long, or too long ago, for a block.
    pub(crate) fn new(payload: &Bytes, ticks: u32) -> Option<Self> {
        let fits = (1..MAX_OFFSET).contains(&ticks) && (1..MAX_LENGTH).contains(&payload.len());
        let offset = u16::try_from(ticks).ok()?;
        fits.then(|| Self {
            payload: payload.clone(),
            offset,
        })
    }
}

/// A voice packet: its payload, and what it carries for the case that earlier ones were lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    /// The payload is Opus; the voice before may be put in front of it.
    Plain(Option<Previous>),
    /// The payload is a chain of blocks as the source made it.
    Redundant(Blocks),
}

/// Where the blocks of a redundant payload lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Blocks {
    /// Octets before the primary voice.
    primary: u16,
    /// By how many ticks the oldest block is older than the primary voice.
    reach: u16,
}

impl Blocks {
    /// `None` if the chain is cut short.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let (mut headers, mut blocks, mut reach) = (0_usize, 0_usize, 0_u16);
        loop {
            let head = *payload.get(headers)?;
            if head & MORE_BLOCKS == 0 {
                break;
            }
            let [_, high, middle, low] = *payload[headers..].first_chunk::<LONG_HEADER>()?;
            reach = reach.max(u16::from_be_bytes([high, middle]) >> 2);
            blocks += usize::from(u16::from_be_bytes([middle, low]) & 0x3ff);
            headers += LONG_HEADER;
        }
        let primary = headers + 1 + blocks;
        (primary <= payload.len()).then_some(())?;
        Some(Self {
            primary: u16::try_from(primary).ok()?,
            reach,
        })
    }

    pub(crate) fn primary(self) -> usize {
        usize::from(self.primary)
    }

    pub(crate) const fn has_redundancy(self) -> bool {
        self.reach > 0
    }
}

impl Voice {
    pub(crate) fn has_redundancy(&self) -> bool {
        match self {
            Self::Plain(previous) => previous.is_some(),
            Self::Redundant(blocks) => blocks.has_redundancy(),
        }
    }

    /// By how many ticks the oldest voice it carries is older than its own.
    pub(crate) fn reach(&self) -> u32 {
        match self {
            Self::Plain(previous) => previous
                .as_ref()
                .map_or(0, |previous| u32::from(previous.offset)),
            Self::Redundant(blocks) => u32::from(blocks.reach),
        }
    }

    /// The packet's own voice, without what it repeats.
    pub(crate) fn primary<'a>(&self, payload: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Plain(_) => payload,
            Self::Redundant(blocks) => payload.get(blocks.primary()..).unwrap_or_default(),
        }
    }

    /// Appends the payload with all it carries, for a receiver that knows Opus as `opus`.
    pub(crate) fn write_redundant(&self, payload: &[u8], opus: u8, out: &mut Vec<u8>) {
        match self {
            Self::Plain(previous) => {
                if let Some(Previous { payload, offset }) = previous {
                    // `new` has made sure that both fit.
                    let [high, middle] = (offset << 2).to_be_bytes();
                    #[expect(clippy::cast_possible_truncation, reason = "at most 10 bits")]
                    let [length_high, low] = (payload.len() as u16).to_be_bytes();
                    out.extend_from_slice(&[opus | MORE_BLOCKS, high, middle | length_high, low]);
                }
                out.push(opus);
                if let Some(previous) = previous {
                    out.extend_from_slice(&previous.payload);
                }
                out.extend_from_slice(payload);
            }
            Self::Redundant(_) => {
                let mut at = out.len();
                out.extend_from_slice(payload);
                while let Some(head) = out.get_mut(at) {
                    let more = *head & MORE_BLOCKS;
                    *head = more | opus;
                    if more == 0 {
                        break;
                    }
                    at += LONG_HEADER;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_voice_put_before_another_reads_back_as_two_blocks() {
        let previous = Previous::new(&Bytes::from_static(b"before"), 960);
        let voice = Voice::Plain(previous);
        let mut out = Vec::new();
        voice.write_redundant(b"now", 111, &mut out);
        // F and 111 | 960 in 14 bits, 6 in 10 bits | PT
        assert_eq!(out[..5], [0xef, 0x0f, 0x00, 6, 111]);
        let blocks = Blocks::parse(&out).unwrap();
        assert!(blocks.has_redundancy());
        assert_eq!(Voice::Redundant(blocks).primary(&out), b"now");
        assert_eq!(Voice::Redundant(blocks).reach(), 960);
    }

    #[test]
    fn blocks_take_the_receivers_payload_type() {
        let payload = [0xef, 0x0f, 0x00, 1, 111, b'a', b'b'];
        let voice = Voice::Redundant(Blocks::parse(&payload).unwrap());
        let mut out = vec![9];
        voice.write_redundant(&payload, 109, &mut out);
        assert_eq!(out, [9, 0xed, 0x0f, 0x00, 1, 109, b'a', b'b']);
        assert_eq!(voice.primary(&payload), b"b");
    }

    #[test]
    fn a_block_longer_than_the_packet_is_malformed() {
        assert_eq!(Blocks::parse(&[0xef, 0x0f, 0x00, 9, 111, b'a']), None);
        assert_eq!(Blocks::parse(&[0xef, 0x0f]), None);
        assert_eq!(Blocks::parse(&[]), None);
    }

    #[test]
    fn what_no_block_can_say_is_left_out() {
        let voice = Bytes::from_static(b"voice");
        assert_eq!(Previous::new(&voice, 1 << 14), None);
        assert_eq!(Previous::new(&voice, 0), None);
        assert_eq!(Previous::new(&Bytes::from(vec![0; 1024]), 960), None);
        assert_eq!(Previous::new(&Bytes::new(), 960), None);
    }

    proptest! {
        #[test]
        fn no_payload_breaks_it(payload in proptest::collection::vec(any::<u8>(), 0..64), opus in 0_u8..128) {
            if let Some(blocks) = Blocks::parse(&payload) {
                let voice = Voice::Redundant(blocks);
                let mut out = Vec::new();
                voice.write_redundant(&payload, opus, &mut out);
                prop_assert_eq!(out.len(), payload.len());
                prop_assert_eq!(Blocks::parse(&out), Some(blocks));
                prop_assert_eq!(voice.primary(&out), voice.primary(&payload));
            }
        }

        #[test]
        fn what_is_written_reads_back(before in proptest::collection::vec(any::<u8>(), 1..1024), now in proptest::collection::vec(any::<u8>(), 0..64), ticks in 1_u32..(1 << 14)) {
            let voice = Voice::Plain(Previous::new(&Bytes::from(before.clone()), ticks));
            let mut out = Vec::new();
            voice.write_redundant(&now, 96, &mut out);
            let blocks = Blocks::parse(&out).unwrap();
            let again = Voice::Redundant(blocks);
            prop_assert_eq!(again.reach(), ticks);
            prop_assert_eq!(again.primary(&out), &now[..]);
            prop_assert_eq!(&out[5..5 + before.len()], &before[..]);
        }
    }
}
