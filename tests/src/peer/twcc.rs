//! Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).

use super::continuity::Continuity;

/// Collects arrivals and writes what the sender's estimator wants to know.
#[derive(Debug, Default)]
pub struct Recorder {
    /// When the first packet came, nanoseconds since 1970.
    epoch: Option<u64>,
    numbers: Continuity,
    /// Arrived since the last feedback: extended number and microseconds since the epoch.
    arrived: Vec<(u64, u64)>,
    feedbacks: u8,
}

impl Recorder {
    /// Notes the transport sequence number of one packet, which came at `at` (nanoseconds since 1970).
    pub fn arrived(&mut self, at: u64, sequence: u16) {
        let number = self.numbers.extend(sequence);
        self.numbers.arrived(number);
        let epoch = *self.epoch.get_or_insert(at);
        self.arrived
            .push((number, at.saturating_sub(epoch) / 1_000));
    }

    /// Appends the feedback about everything since the last one. `false`: nothing arrived.
    pub fn feedback(&mut self, out: &mut Vec<u8>, own_ssrc: u32, media_ssrc: u32) -> bool {
        if self.arrived.is_empty() {
            return false;
        }
        self.arrived.sort_unstable();
        self.arrived.dedup_by_key(|(number, _)| *number);
        let base = self.arrived[0].0;
        // Long gaps (a cut link) would not fit; what doesn't fit goes into no feedback, which the sender takes as lost.
        let entries: Vec<(u64, u64)> = self
            .arrived
            .iter()
            .copied()
            .take_while(|(number, _)| number - base < 1_000)
            .collect();
        self.arrived.clear();
        let count = entries.last().map_or(0, |(number, _)| number - base + 1);
        let reference = entries[0].1 / 64_000;

        let mut symbols = vec![0_u8; usize::try_from(count).unwrap_or_default()];
        let mut deltas: Vec<u8> = Vec::with_capacity(entries.len());
        let mut previous = i64::try_from(reference * 64_000 / 250).unwrap_or_default();
        for (number, micros) in entries {
            let ticks = i64::try_from(micros / 250).unwrap_or_default();
            let delta = ticks - previous;
            previous = ticks;
            let symbol = &mut symbols[usize::try_from(number - base).unwrap_or_default()];
            if let Ok(small) = u8::try_from(delta) {
                *symbol = 1;
                deltas.push(small);
            } else {
                *symbol = 2;
                let large = i16::try_from(delta).unwrap_or(i16::MAX);
                deltas.extend_from_slice(&large.to_be_bytes());
            }
        }

        let start = out.len();
        out.extend_from_slice(&[0x80 | 15, 205, 0, 0]);
        out.extend_from_slice(&own_ssrc.to_be_bytes());
        out.extend_from_slice(&media_ssrc.to_be_bytes());
        out.extend_from_slice(&super::continuity::low_16(base).to_be_bytes());
        out.extend_from_slice(&u16::try_from(count).unwrap_or_default().to_be_bytes());
        let reference = u32::try_from(reference & 0x00ff_ffff).unwrap_or_default();
        out.extend_from_slice(&(reference << 8 | u32::from(self.feedbacks)).to_be_bytes());
        self.feedbacks = self.feedbacks.wrapping_add(1);
        // Status vectors of seven two-bit symbols each.
        for seven in symbols.chunks(7) {
            let mut chunk = 0xc000_u16;
            for (place, symbol) in seven.iter().enumerate() {
                chunk |= u16::from(*symbol) << (12 - 2 * place);
            }
            out.extend_from_slice(&chunk.to_be_bytes());
        }
        out.extend_from_slice(&deltas);
        let unpadded = out.len() - start;
        let padding = unpadded.next_multiple_of(4) - unpadded;
        if padding > 0 {
            out.resize(out.len() + padding, 0);
            let last = out.len() - 1;
            out[last] = u8::try_from(padding).unwrap_or_default();
            out[start] |= 0x20;
        }
        let words = u16::try_from((out.len() - start) / 4 - 1).unwrap_or_default();
        out[start + 2..start + 4].copy_from_slice(&words.to_be_bytes());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtc_rtcp::transport_feedbacks::transport_layer_cc::{SymbolTypeTcc, TransportLayerCc};
    use rtc_shared::marshal::Unmarshal;

    #[test]
    fn another_implementation_reads_the_feedback() {
        let mut recorder = Recorder::default();
        for (sequence, after) in [(65_534_u16, 0), (65_535, 1), (1, 190), (2, 190)] {
            recorder.arrived((77_000 + after) * 1_000_000, sequence);
        }
        let mut out = Vec::new();
        assert!(recorder.feedback(&mut out, 1, 2));
        let read = TransportLayerCc::unmarshal(&mut out.as_slice()).unwrap();
        assert_eq!(read.base_sequence_number, 65_534);
        assert_eq!(read.packet_status_count, 5);
        let kinds: Vec<_> = read.recv_deltas.iter().map(|d| d.type_tcc_packet).collect();
        assert_eq!(
            kinds,
            [
                SymbolTypeTcc::PacketReceivedSmallDelta,
                SymbolTypeTcc::PacketReceivedSmallDelta,
                SymbolTypeTcc::PacketReceivedLargeDelta,
                SymbolTypeTcc::PacketReceivedSmallDelta,
            ]
        );
        let micros: i64 = read.recv_deltas.iter().map(|d| d.delta).sum();
        assert_eq!(micros + i64::from(read.reference_time) * 64_000, 190_000);
    }
}
