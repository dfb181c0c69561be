//! RTCP: reading compound packets piece by piece, and writing what we send.

use crate::ingress::stream::StreamReport;
use bytes::BytesMut;
use rtc_rtcp::packet::{Packet, unmarshal};
use rtc_rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc_rtcp::receiver_report::ReceiverReport;
use rtc_rtcp::reception_report::ReceptionReport;
use rtc_rtcp::sender_report::SenderReport;
use rtc_rtcp::source_description::{
    SdesType, SourceDescription, SourceDescriptionChunk, SourceDescriptionItem,
};
use rtc_rtcp::transport_feedbacks::transport_layer_nack::{
    TransportLayerNack, nack_pairs_from_sequence_numbers,
};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Reads all packets of a compound one. What we cannot read is left out, not the rest with it.
pub(crate) fn read(mut compound: &[u8]) -> Vec<Box<dyn Packet>> {
    let mut packets = Vec::new();
    while let Some(head) = compound.first_chunk::<4>() {
        let len = 4 * (usize::from(u16::from_be_bytes([head[2], head[3]])) + 1);
        let Some((packet, rest)) = compound.split_at_checked(len) else {
            break;
        };
        if let Ok(read) = unmarshal(&mut &*packet) {
            packets.extend(read);
        }
        compound = rest;
    }
    packets
}

fn written(packet: &impl rtc_shared::marshal::Marshal) -> Option<Vec<u8>> {
    packet.marshal().ok().map(|bytes: BytesMut| bytes.to_vec())
}

/// `None` if nothing is missing.
pub(crate) fn nack(sender: u32, media: u32, missing: &[u16]) -> Option<Vec<u8>> {
    if missing.is_empty() {
        return None;
    }
    let nacks = nack_pairs_from_sequence_numbers(missing);
    written(&TransportLayerNack {
        sender_ssrc: sender,
        media_ssrc: media,
        nacks,
    })
}

pub(crate) fn picture_loss(sender: u32, media: u32) -> Option<Vec<u8>> {
    written(&PictureLossIndication {
        sender_ssrc: sender,
        media_ssrc: media,
    })
}

/// `None` if there is nothing to report.
pub(crate) fn receiver_report(sender: u32, streams: &[(u32, StreamReport)]) -> Option<Vec<u8>> {
    if streams.is_empty() {
        return None;
    }
    let reports = streams
        .iter()
        .take(31)
        .map(|(ssrc, report)| ReceptionReport {
            ssrc: *ssrc,
            fraction_lost: report.fraction_lost,
            total_lost: report.total_lost,
            last_sequence_number: report.highest_sequence,
            jitter: report.jitter,
            last_sender_report: report.last_sender_report,
            delay: report.delay,
        })
        .collect();
    written(&ReceiverReport {
        ssrc: sender,
        reports,
        ..Default::default()
    })
}

/// A sender report and the stream's canonical name, compounded.
pub(crate) fn sender_report(
    ssrc: u32,
    ntp: u64,
    rtp: u32,
    packets: u32,
    octets: u32,
    cname: &str,
) -> Option<Vec<u8>> {
    let mut compound = written(&SenderReport {
        ssrc,
        ntp_time: ntp,
        rtp_time: rtp,
        packet_count: packets,
        octet_count: octets,
        ..Default::default()
    })?;
    let item = SourceDescriptionItem {
        sdes_type: SdesType::SdesCname,
        text: cname.to_owned().into(),
    };
    let chunk = SourceDescriptionChunk {
        source: ssrc,
        items: vec![item],
    };
    compound.extend(written(&SourceDescription {
        chunks: vec![chunk],
    })?);
    Some(compound)
}

/// 64-bit NTP time (RFC 3550 section 4).
pub(crate) fn ntp(time: SystemTime) -> u64 {
    const NTP_TO_UNIX: u64 = 2_208_988_800;
    let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    let fraction = (u64::from(since.subsec_nanos()) << 32) / 1_000_000_000;
    (since.as_secs() + NTP_TO_UNIX) << 32 | fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_compound_is_read_to_its_end_past_what_is_unknown() {
        let mut compound = receiver_report(1, &[(2, StreamReport::default())]).unwrap();
        // An application-defined packet and an unreadable extended report.
        compound.extend([0x80, 204, 0, 2, 0, 0, 0, 1, b'n', b'a', b'm', b'e']);
        compound.extend([0x80, 207, 0, 1, 0, 0]);
        compound.extend([0, 0]);
        compound.extend(nack(1, 2, &[7, 9]).unwrap());
        compound.extend(picture_loss(1, 2).unwrap());
        let packets = read(&compound);
        assert!(
            packets
                .iter()
                .any(|packet| packet.as_any().is::<TransportLayerNack>())
        );
        assert!(
            packets
                .iter()
                .any(|packet| packet.as_any().is::<PictureLossIndication>())
        );
    }

    #[test]
    fn ntp_time_counts_from_1900() {
        let time = UNIX_EPOCH + Duration::from_millis(500);
        assert_eq!(ntp(time), (2_208_988_800 << 32) | (1 << 31));
    }

    proptest! {
        #[test]
        fn no_input_breaks_the_reader(compound in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read(&compound);
        }
    }
}
