//! Memory that is used again: nothing is allocated for a packet once there is enough of it.

use crate::packet::Packet;
use bytes::{Bytes, BytesMut};
use std::collections::VecDeque;
use std::sync::Arc;

/// Room for any packet on a path of ours.
const ROOM: usize = 1536;
/// More than arrive of one feed in one round.
const SPARE: usize = 64;

/// Buffers of one worker for what arrives, one for each packet.
#[derive(Debug, Default)]
pub(crate) struct Buffers {
    free: VecDeque<BytesMut>,
    /// The end of the buffer that was filled last. Whoever keeps its packet takes it, to have the buffer back with it.
    last: Option<BytesMut>,
}

impl Buffers {
    /// A copy of `bytes`.
    pub(crate) fn keep(&mut self, bytes: &[u8]) -> Bytes {
        let room = ROOM.max(bytes.len());
        // What was filled last and nobody kept, else what has been free for longest.
        let mut buffer = self.last.take().or_else(|| self.free.pop_front());
        if buffer
            .as_mut()
            .is_some_and(|buffer| !buffer.try_reclaim(room))
        {
            // A part of it is still in use: a voice, which the next one may repeat.
            let has_room = self.free.len() < SPARE;
            self.free.extend(buffer.take().filter(|_| has_room));
        }
        let mut buffer = buffer.unwrap_or_else(|| BytesMut::with_capacity(room));
        buffer.extend_from_slice(bytes);
        let kept = buffer.split().freeze();
        self.last = Some(buffer);
        kept
    }
}

/// The packets of one feed, to be shared. They are let go in the order in which they came, so the oldest is the first that
/// nobody holds any more; then it and its buffer are used again.
#[derive(Debug, Default)]
pub(crate) struct Packets {
    given: VecDeque<(Arc<Packet>, BytesMut)>,
}

impl Packets {
    /// Shares a packet whose payload was the last that `buffers` kept.
    pub(crate) fn share(&mut self, packet: Packet, buffers: &mut Buffers) -> Arc<Packet> {
        let buffer = buffers.last.take().unwrap_or_default();
        if let Some((oldest, its_buffer)) = self.given.front_mut()
            && let Some(free) = Arc::get_mut(oldest)
        {
            *free = packet;
            buffers
                .free
                .push_back(std::mem::replace(its_buffer, buffer));
            let shared = Arc::clone(oldest);
            self.given.rotate_left(1);
            self.let_go();
            return shared;
        }
        let new = Arc::new(packet);
        self.given.push_back((Arc::clone(&new), buffer));
        new
    }

    /// Gives memory back bit by bit that a feed needed when it had viewers, and needs no more.
    fn let_go(&mut self) {
        let surplus = self.given.get(SPARE);
        if surplus.is_some_and(|(packet, _)| Arc::strong_count(packet) == 1) {
            self.given.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_keeps_makes_room_for_the_next() {
        let mut buffers = Buffers::default();
        let first = buffers.keep(b"first").as_ptr();
        assert_eq!(buffers.keep(b"second").as_ptr(), first);
        let kept = buffers.keep(b"third");
        let other = buffers.keep(b"fourth");
        assert_ne!(other.as_ptr(), kept.as_ptr());
        assert_eq!((&kept[..], &other[..]), (&b"third"[..], &b"fourth"[..]));
        assert_eq!(buffers.keep(&[1; 9000]).len(), 9000);
    }
}
