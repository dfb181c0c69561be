//! The last packets of one feed, from which lost ones are sent again. One for each feed, shared by all its viewers.

use crate::packet::Packet;
use std::sync::Arc;

/// About a second of a high layer, several of a low one.
const CAPACITY: usize = 512;

#[derive(Debug, Default)]
pub(crate) struct PacketCache {
    /// A ring by sequence number; empty until the first packet, so that audio feeds cost nothing.
    ring: Vec<Option<Arc<Packet>>>,
}

impl PacketCache {
    pub(crate) fn insert(&mut self, packet: &Arc<Packet>) {
        if self.ring.is_empty() {
            self.ring.resize(CAPACITY, None);
        }
        let index = index(packet.sequence);
        self.ring[index] = Some(Arc::clone(packet));
    }

    pub(crate) fn get(&self, sequence: u64) -> Option<&Arc<Packet>> {
        self.ring
            .get(index(sequence))?
            .as_ref()
            .filter(|packet| packet.sequence == sequence)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "smaller than the capacity")]
const fn index(sequence: u64) -> usize {
    (sequence % CAPACITY as u64) as usize
}
