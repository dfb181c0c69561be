//! RTCP (RFC 3550 section 6, RFC 4585, RFC 5104), as far as a peer under load needs it.

const SENDER_REPORT: u8 = 200;
const RECEIVER_REPORT: u8 = 201;
const TRANSPORT_FEEDBACK: u8 = 205;
const PAYLOAD_FEEDBACK: u8 = 206;

/// Something that a compound packet said to us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    SenderReport {
        ssrc: u32,
        /// The middle 32 bits of its NTP time, to be quoted in reports.
        ntp_middle: u32,
    },
    ReceiverReport,
    /// Generic NACK: the sequence numbers asked for.
    Nack {
        ssrc: u32,
        sequences: Vec<u16>,
    },
    /// PLI, or FIR for one of our streams.
    KeyFrame {
        ssrc: u32,
    },
    TransportFeedback,
    Other {
        packet_type: u8,
    },
}

/// Whether a datagram is RTCP rather than RTP (RFC 5761 section 4).
#[must_use]
pub fn is_rtcp(datagram: &[u8]) -> bool {
    datagram.len() >= 8 && (192..=223).contains(&datagram[1])
}

/// Reads a compound packet; stops at the first malformed part.
#[must_use]
pub fn parse(mut compound: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    while let Some(length) = packet_length(compound) {
        let (packet, rest) = compound.split_at(length);
        parse_one(packet, &mut messages);
        compound = rest;
    }
    messages
}

fn packet_length(compound: &[u8]) -> Option<usize> {
    if compound.len() < 4 || compound[0] >> 6 != 2 {
        return None;
    }
    let length = (usize::from(u16::from_be_bytes([compound[2], compound[3]])) + 1) * 4;
    (length <= compound.len()).then_some(length)
}

fn word(packet: &[u8], at: usize) -> Option<u32> {
    let bytes = packet.get(at..at + 4)?;
    Some(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}

fn parse_one(packet: &[u8], messages: &mut Vec<Message>) {
    let format = packet[0] & 0x1f;
    match (packet[1], format) {
        (SENDER_REPORT, _) => {
            if let (Some(ssrc), Some(high), Some(low)) =
                (word(packet, 4), word(packet, 8), word(packet, 12))
            {
                messages.push(Message::SenderReport {
                    ssrc,
                    ntp_middle: high << 16 | low >> 16,
                });
            }
        }
        (RECEIVER_REPORT, _) => messages.push(Message::ReceiverReport),
        (TRANSPORT_FEEDBACK, 1) => {
            let Some(ssrc) = word(packet, 8) else { return };
            let mut sequences = Vec::new();
            for pair in packet[12..].chunks_exact(4) {
                let first = u16::from_be_bytes([pair[0], pair[1]]);
                let mask = u16::from_be_bytes([pair[2], pair[3]]);
                sequences.push(first);
                sequences.extend(
                    (0..16_u16)
                        .filter(|bit| mask >> bit & 1 == 1)
                        .map(|bit| first.wrapping_add(bit + 1)),
                );
            }
            messages.push(Message::Nack { ssrc, sequences });
        }
        (TRANSPORT_FEEDBACK, 15) => messages.push(Message::TransportFeedback),
        (PAYLOAD_FEEDBACK, 1) => {
            if let Some(ssrc) = word(packet, 8) {
                messages.push(Message::KeyFrame { ssrc });
            }
        }
        (PAYLOAD_FEEDBACK, 4) => {
            for entry in packet.get(12..).unwrap_or_default().chunks_exact(8) {
                if let Some(ssrc) = word(entry, 0) {
                    messages.push(Message::KeyFrame { ssrc });
                }
            }
        }
        (packet_type, _) => messages.push(Message::Other { packet_type }),
    }
}

fn begin(out: &mut Vec<u8>, count: u8, packet_type: u8, words_after_header: usize) {
    out.push(0x80 | count & 0x1f);
    out.push(packet_type);
    out.extend_from_slice(
        &u16::try_from(words_after_header)
            .unwrap_or_default()
            .to_be_bytes(),
    );
}

/// What a receiver reports about one stream.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReportBlock {
    pub ssrc: u32,
    /// Lost since the last report, in 1/256.
    pub fraction_lost: u8,
    pub cumulative_lost: u32,
    pub highest_sequence: u32,
    pub jitter: u32,
    pub last_sender_report: u32,
    /// In 1/65536 s.
    pub delay_since_last: u32,
}

/// Appends a receiver report.
pub fn receiver_report(out: &mut Vec<u8>, own_ssrc: u32, blocks: &[ReportBlock]) {
    let count = u8::try_from(blocks.len()).unwrap_or_default();
    begin(out, count, RECEIVER_REPORT, 1 + blocks.len() * 6);
    out.extend_from_slice(&own_ssrc.to_be_bytes());
    for block in blocks {
        out.extend_from_slice(&block.ssrc.to_be_bytes());
        let lost = u32::from(block.fraction_lost) << 24 | block.cumulative_lost & 0x00ff_ffff;
        for value in [
            lost,
            block.highest_sequence,
            block.jitter,
            block.last_sender_report,
            block.delay_since_last,
        ] {
            out.extend_from_slice(&value.to_be_bytes());
        }
    }
}

/// Appends a sender report without report blocks. `wall` is nanoseconds since 1970.
pub fn sender_report(
    out: &mut Vec<u8>,
    ssrc: u32,
    wall: u64,
    timestamp: u32,
    packets: u32,
    octets: u32,
) {
    begin(out, 0, SENDER_REPORT, 6);
    let seconds = wall / 1_000_000_000 + 2_208_988_800;
    let fraction = ((wall % 1_000_000_000) << 32) / 1_000_000_000;
    for value in [
        ssrc,
        low_32(seconds),
        low_32(fraction),
        timestamp,
        packets,
        octets,
    ] {
        out.extend_from_slice(&value.to_be_bytes());
    }
}

fn low_32(value: u64) -> u32 {
    u32::try_from(value & 0xffff_ffff).unwrap_or_default()
}

/// Appends a generic NACK; `sequences` ascending in the sense of RTP.
pub fn nack(out: &mut Vec<u8>, own_ssrc: u32, media_ssrc: u32, sequences: &[u16]) {
    let mut pairs: Vec<(u16, u16)> = Vec::new();
    for &sequence in sequences {
        if let Some((first, mask)) = pairs.last_mut() {
            let distance = sequence.wrapping_sub(*first);
            if (1..=16).contains(&distance) {
                *mask |= 1 << (distance - 1);
                continue;
            }
        }
        pairs.push((sequence, 0));
    }
    begin(out, 1, TRANSPORT_FEEDBACK, 2 + pairs.len());
    out.extend_from_slice(&own_ssrc.to_be_bytes());
    out.extend_from_slice(&media_ssrc.to_be_bytes());
    for (first, mask) in pairs {
        out.extend_from_slice(&first.to_be_bytes());
        out.extend_from_slice(&mask.to_be_bytes());
    }
}

/// Appends a picture loss indication.
pub fn pli(out: &mut Vec<u8>, own_ssrc: u32, media_ssrc: u32) {
    begin(out, 1, PAYLOAD_FEEDBACK, 2);
    out.extend_from_slice(&own_ssrc.to_be_bytes());
    out.extend_from_slice(&media_ssrc.to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compound_that_leads_with_an_empty_report_is_read_to_its_end() {
        let mut compound = Vec::new();
        receiver_report(&mut compound, 1, &[]);
        nack(&mut compound, 1, 9, &[65_535, 0, 15, 16, 40]);
        pli(&mut compound, 1, 9);
        assert_eq!(
            parse(&compound),
            [
                Message::ReceiverReport,
                Message::Nack {
                    ssrc: 9,
                    sequences: vec![65_535, 0, 15, 16, 40]
                },
                Message::KeyFrame { ssrc: 9 },
            ]
        );
    }

    #[test]
    fn a_sender_report_is_quoted_by_its_middle_bits() {
        let mut compound = Vec::new();
        sender_report(&mut compound, 5, 1_500_000_000, 90_000, 1, 2);
        let Message::SenderReport { ssrc, ntp_middle } = parse(&compound)[0] else {
            panic!("not a sender report");
        };
        assert_eq!(ssrc, 5);
        assert_eq!(ntp_middle & 0xffff, 0x8000);
    }
}
