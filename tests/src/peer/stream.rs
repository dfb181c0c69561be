//! One stream that a light publisher sends: its numbers, its stamps, and what it can send again.

use super::rtcp;
use super::rtp::Header;
use super::stamp::{Stamp, wall_nanoseconds};
use std::collections::VecDeque;

const CACHE: usize = 512;

/// What one stream has sent.
#[derive(Debug)]
pub(super) struct Stream {
    pub(super) ssrc: u32,
    pub(super) payload_type: u8,
    pub(super) sequence: u16,
    pub(super) timestamp: u32,
    /// Packets so far: the number in the next one's stamp.
    pub(super) packets: u64,
    pub(super) octets: u64,
    pub(super) cache: VecDeque<(u16, Vec<u8>)>,
}

impl Stream {
    pub(super) fn new(ssrc: u32, payload_type: u8) -> Self {
        Self {
            ssrc,
            payload_type,
            sequence: rand::random(),
            timestamp: rand::random(),
            packets: 0,
            octets: 0,
            cache: VecDeque::with_capacity(CACHE),
        }
    }

    pub(super) fn packet(
        &mut self,
        marker: bool,
        extensions: &[(u8, &[u8])],
        bytes: usize,
        fill: impl FnOnce(&mut [u8]),
    ) -> Vec<u8> {
        let mut packet = Vec::with_capacity(bytes + 48);
        Header {
            payload_type: self.payload_type,
            marker,
            sequence: self.sequence,
            timestamp: self.timestamp,
            ssrc: self.ssrc,
            extensions,
        }
        .write(&mut packet);
        let start = packet.len();
        packet.resize(start + bytes, 0x55);
        fill(&mut packet[start..]);
        Stamp {
            stream: self.ssrc,
            number: self.packets,
            sent_at: wall_nanoseconds(),
        }
        .write(&mut packet[start..]);
        if self.cache.len() == CACHE {
            self.cache.pop_front();
        }
        self.cache.push_back((self.sequence, packet.clone()));
        self.sequence = self.sequence.wrapping_add(1);
        self.packets += 1;
        self.octets += bytes as u64;
        packet
    }

    pub(super) fn report(&self, out: &mut Vec<u8>) {
        rtcp::sender_report(
            out,
            self.ssrc,
            wall_nanoseconds(),
            self.timestamp,
            low_32(self.packets),
            low_32(self.octets),
        );
    }
}

fn low_32(value: u64) -> u32 {
    u32::try_from(value & 0xffff_ffff).unwrap_or_default()
}
