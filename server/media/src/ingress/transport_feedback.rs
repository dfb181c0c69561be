//! Transport-wide feedback to a publisher (draft-holmer-rmcat-transport-wide-cc-extensions-01): when each of its packets
//! arrived. Without it Chromium never sends more than 300 kbps.

use std::time::Instant;

/// Arrival times count in these.
const TICK_MICROS: u128 = 250;
const REFERENCE_TICKS: i64 = 256;
/// A longer gap is an outage; reporting each of its packets would say nothing more.
const MAX_STATUSES: u64 = 512;

#[derive(Debug)]
pub(crate) struct TransportFeedback {
    epoch: Instant,
    highest: Option<u64>,
    /// First number that no report has covered.
    next: Option<u64>,
    /// Extended number and arrival in ticks since `epoch`.
    pending: Vec<(u64, i64)>,
    count: u8,
}

impl TransportFeedback {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            epoch: now,
            highest: None,
            next: None,
            pending: Vec::new(),
            count: 0,
        }
    }

    pub(crate) fn record(&mut self, now: Instant, sequence: u16) {
        let extended = match self.highest {
            None => (1 << 16) + u64::from(sequence),
            Some(highest) => {
                #[expect(
                    clippy::cast_possible_wrap,
                    reason = "the signed distance of two 16-bit numbers"
                )]
                let distance = sequence.wrapping_sub((highest & 0xffff) as u16) as i16;
                highest.saturating_add_signed(i64::from(distance))
            }
        };
        self.highest = Some(
            self.highest
                .map_or(extended, |highest| highest.max(extended)),
        );
        let ticks = now.saturating_duration_since(self.epoch).as_micros() / TICK_MICROS;
        self.pending
            .push((extended, i64::try_from(ticks).unwrap_or(i64::MAX)));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// The next report as an RTCP packet, if anything arrived. Call again until `None`: a long pause splits a report.
    pub(crate) fn build(&mut self, sender_ssrc: u32, media_ssrc: u32) -> Option<Vec<u8>> {
        if self.pending.is_empty() {
            return None;
        }
        self.pending.sort_unstable();
        self.pending.dedup_by_key(|(sequence, _)| *sequence);
        let (first, first_ticks) = self.pending[0];
        let base = match self.next {
            Some(next) if next <= first && first - next < MAX_STATUSES => next,
            _ => first,
        };
        let reference = first_ticks / REFERENCE_TICKS;
        let mut statuses: Vec<u8> = Vec::new();
        let mut deltas: Vec<u8> = Vec::new();
        let mut last = reference * REFERENCE_TICKS;
        let mut taken = 0;
        for &(sequence, ticks) in &self.pending {
            let delta = ticks - last;
            let Ok(delta) = i16::try_from(delta) else {
                break;
            };
            let index = sequence - base;
            if index >= MAX_STATUSES {
                break;
            }
            statuses.resize(usize::try_from(index).unwrap_or(0), NOT_RECEIVED);
            if let Ok(small) = u8::try_from(delta) {
                statuses.push(SMALL_DELTA);
                deltas.push(small);
            } else {
                statuses.push(LARGE_DELTA);
                deltas.extend_from_slice(&delta.to_be_bytes());
            }
            last = ticks;
            taken += 1;
        }
        if taken == 0 {
            // Cannot be: the first packet lies within 64 ms of its own reference. Drop rather than loop.
            self.pending.clear();
            return None;
        }
        self.pending.drain(..taken);
        self.next = Some(base + statuses.len() as u64);
        let packet = encode(
            sender_ssrc,
            media_ssrc,
            base,
            reference,
            self.count,
            &statuses,
            &deltas,
        );
        self.count = self.count.wrapping_add(1);
        Some(packet)
    }
}

const NOT_RECEIVED: u8 = 0;
const SMALL_DELTA: u8 = 1;
const LARGE_DELTA: u8 = 2;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the fields are counters modulo their width, and a report has at most 512 statuses"
)]
fn encode(
    sender_ssrc: u32,
    media_ssrc: u32,
    base: u64,
    reference: i64,
    count: u8,
    statuses: &[u8],
    deltas: &[u8],
) -> Vec<u8> {
    let mut packet = vec![0x80 | 15, 205, 0, 0];
    packet.extend_from_slice(&sender_ssrc.to_be_bytes());
    packet.extend_from_slice(&media_ssrc.to_be_bytes());
    packet.extend_from_slice(&((base & 0xffff) as u16).to_be_bytes());
    packet.extend_from_slice(&(statuses.len() as u16).to_be_bytes());
    packet.extend_from_slice(&(reference as u32).to_be_bytes()[1..]);
    packet.push(count);
    // Status vector chunks of seven two-bit symbols: simple, and never far from the shortest encoding.
    for symbols in statuses.chunks(7) {
        let mut chunk = 0b11_u16 << 14;
        for (index, symbol) in symbols.iter().enumerate() {
            chunk |= u16::from(*symbol) << (12 - 2 * index);
        }
        packet.extend_from_slice(&chunk.to_be_bytes());
    }
    packet.extend_from_slice(deltas);
    let padding = (4 - packet.len() % 4) % 4;
    if padding > 0 {
        packet[0] |= 0x20;
        packet.resize(packet.len() + padding - 1, 0);
        packet.push(padding as u8);
    }
    let words = (packet.len() / 4 - 1) as u16;
    packet[2..4].copy_from_slice(&words.to_be_bytes());
    packet
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtc_interceptor::convert_twcc;
    use rtc_rtcp::transport_feedbacks::transport_layer_cc::TransportLayerCc;
    use rtc_shared::marshal::Unmarshal as _;
    use std::time::Duration;

    fn arrivals(packet: &[u8]) -> Vec<(u16, Option<u128>)> {
        let report = TransportLayerCc::unmarshal(&mut &*packet).unwrap();
        convert_twcc(&report)
            .into_iter()
            .take(usize::from(report.packet_status_count))
            .map(|ack| (ack.sequence_number, ack.arrival.map(|at| at.as_millis())))
            .collect()
    }

    #[test]
    fn a_report_says_what_arrived_when_and_what_did_not() {
        let epoch = Instant::now();
        let at = |millis| epoch + Duration::from_millis(millis);
        let mut feedback = TransportFeedback::new(epoch);
        feedback.record(at(100), 65_534);
        feedback.record(at(110), 65_535);
        feedback.record(at(200), 1);
        let report = feedback.build(1, 2).unwrap();
        assert_eq!(
            arrivals(&report),
            [
                (65_534, Some(100)),
                (65_535, Some(110)),
                (0, None),
                (1, Some(200))
            ]
        );
        assert_eq!(report.len() % 4, 0);
        assert!(feedback.build(1, 2).is_none());
        // The next report begins where this one ended, so that a loss in between is told.
        feedback.record(at(210), 3);
        assert_eq!(
            arrivals(&feedback.build(1, 2).unwrap()),
            [(2, None), (3, Some(210))]
        );
    }

    #[test]
    fn a_long_pause_is_told_in_two_reports() {
        let epoch = Instant::now();
        let mut feedback = TransportFeedback::new(epoch);
        feedback.record(epoch, 1);
        feedback.record(epoch + Duration::from_mins(1), 2);
        assert_eq!(arrivals(&feedback.build(1, 2).unwrap()), [(1, Some(0))]);
        assert_eq!(
            arrivals(&feedback.build(1, 2).unwrap()),
            [(2, Some(60_000))]
        );
    }
}
