//! A viewer's packet in the clear: its header, the rewritten descriptor of its codec, its payload.

use super::estimate::Estimator;
use super::picture::Part;
use super::slot::{Outgoing, Slot};
use crate::api::SlotKind;
use crate::packet::{Format, Packet};
use crate::wire::rtp::{Dependency, ExtensionIds, OutgoingHeader};
use std::time::Instant;

/// RTP header with our extensions, and what seals it.
pub(super) const HEADER: usize = 40;

/// A packet in the clear, ready to be sealed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Written {
    pub(crate) start: usize,
    pub(crate) header_len: usize,
    pub(crate) ssrc: u32,
    pub(crate) sequence: u64,
}

/// Writes header, original number of a repeat, rewritten payload descriptor, payload.
pub(super) fn write(
    estimator: &mut Estimator,
    slot: &Slot,
    now: Instant,
    packet: &Packet,
    outgoing: &Outgoing,
    repeat: Option<(u32, u64)>,
    out: &mut Vec<u8>,
) -> Written {
    let numbers = &outgoing.numbers;
    let start = out.len();
    let (ssrc, sequence) = repeat.unwrap_or((slot.offered.ssrcs.media, numbers.sequence));
    let ids: ExtensionIds = slot.offered.extensions;
    let dependency = match &packet.format {
        Format::Av1(Some(descriptor)) if !outgoing.empty => Some(Dependency {
            descriptor,
            frame_number: numbers.picture_id,
            layers: outgoing.layers,
        }),
        _ => None,
    };
    let red = match &packet.format {
        Format::Opus(voice) if voice.has_redundancy() => slot.red(),
        _ => None,
    };
    let part = match slot.offered.kind {
        SlotKind::Main if outgoing.marker => Part::End,
        SlotKind::Main => Part::Middle,
        _ => Part::None,
    };
    let transport_cc =
        (ids.transport_cc != 0).then(|| estimator.send(now, packet.payload.len() + HEADER, part));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the low half goes into the header"
    )]
    let header = OutgoingHeader {
        marker: outgoing.marker,
        payload_type: red.unwrap_or(outgoing.payload_type),
        sequence: sequence as u16,
        timestamp: numbers.timestamp,
        ssrc,
        mid: slot.offered.mid.as_bytes(),
        transport_cc,
        audio_level: packet.audio_level,
        dependency,
    };
    header.write(ids, out);
    let header_len = out.len() - start;
    if repeat.is_some() {
        #[expect(clippy::cast_possible_truncation, reason = "the low half")]
        out.extend_from_slice(&(numbers.sequence as u16).to_be_bytes());
    }
    match &packet.format {
        format if outgoing.empty || matches!(format, Format::Filler(_)) => {
            // One octet of padding, which counts itself (RFC 3550 section 5.1).
            out[start] |= 0x20;
            out.push(1);
        }
        Format::Opus(voice) if red.is_some() => {
            voice.write_redundant(&packet.payload, outgoing.payload_type, out);
        }
        Format::Opus(voice) => out.extend_from_slice(voice.primary(&packet.payload)),
        Format::Vp8(descriptor) => {
            descriptor.write(numbers.picture_id, numbers.tl0_picture_index, out);
            out.extend_from_slice(&packet.payload[usize::from(descriptor.len)..]);
        }
        Format::Vp9(descriptor, _) => descriptor.write(
            &packet.payload,
            numbers.picture_id,
            numbers.tl0_picture_index,
            out,
        ),
        Format::H264(_) | Format::Av1(_) | Format::Filler(_) => {
            out.extend_from_slice(&packet.payload);
        }
    }
    Written {
        start,
        header_len,
        ssrc,
        sequence,
    }
}
