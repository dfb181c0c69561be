//! A mark at the end of every payload of the load publisher. The server must not touch payloads, so the mark tells a
//! watcher which packet this was and when it left, whatever the server rewrote in front of it.

use std::time::{SystemTime, UNIX_EPOCH};

const MAGIC: u32 = 0x6769_616f;
/// Bytes that a mark takes.
pub const LENGTH: usize = 24;

/// Which packet, and when it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The publisher's own SSRC: which source, and of its pictures which layer.
    pub stream: u32,
    /// Counts the packets of one stream from 0, resent ones under their first number.
    pub number: u64,
    /// Nanoseconds since 1970 on this machine's clock.
    pub sent_at: u64,
}

impl Stamp {
    /// Writes the mark over the last bytes of `payload`, which must be at least [`LENGTH`] long.
    pub fn write(self, payload: &mut [u8]) {
        let Some(start) = payload.len().checked_sub(LENGTH) else {
            return;
        };
        payload[start..start + 4].copy_from_slice(&MAGIC.to_be_bytes());
        payload[start + 4..start + 8].copy_from_slice(&self.stream.to_be_bytes());
        payload[start + 8..start + 16].copy_from_slice(&self.number.to_be_bytes());
        payload[start + 16..].copy_from_slice(&self.sent_at.to_be_bytes());
    }

    /// The mark at the end of `payload`, if there is one.
    pub fn read(payload: &[u8]) -> Option<Self> {
        let mark = payload.last_chunk::<LENGTH>()?;
        let (magic, rest) = mark.split_first_chunk()?;
        let (stream, rest) = rest.split_first_chunk()?;
        let (number, rest) = rest.split_first_chunk()?;
        let sent_at = rest.first_chunk()?;
        (u32::from_be_bytes(*magic) == MAGIC).then(|| Self {
            stream: u32::from_be_bytes(*stream),
            number: u64::from_be_bytes(*number),
            sent_at: u64::from_be_bytes(*sent_at),
        })
    }
}

/// Nanoseconds since 1970, the clock of the kernel's receive time stamps too.
pub fn wall_nanoseconds() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| {
            u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_survives_and_other_payloads_have_none() {
        let stamp = Stamp {
            stream: 0xdead_beef,
            number: 7,
            sent_at: wall_nanoseconds(),
        };
        let mut payload = vec![1_u8; 100];
        stamp.write(&mut payload);
        assert_eq!(Stamp::read(&payload), Some(stamp));
        assert_eq!(Stamp::read(&[0; 100]), None);
        assert_eq!(Stamp::read(&[]), None);
    }
}
