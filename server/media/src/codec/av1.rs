//! AV1 payloads (AV1 RTP specification, section 4.4).

const NEW_SEQUENCE: u8 = 0x08;

/// Whether a decoder can start with this packet: its aggregation header says that a coded video sequence begins.
pub(crate) fn starts_keyframe(payload: &[u8]) -> bool {
    payload.first().is_some_and(|head| head & NEW_SEQUENCE != 0)
}
