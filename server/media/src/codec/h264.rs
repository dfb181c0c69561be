//! H.264 payloads (RFC 6184).

const SEQUENCE_PARAMETER_SET: u8 = 7;
const STAP_A: u8 = 24;

/// Whether a decoder can start with this packet: it carries a sequence parameter set, alone or first of an aggregate.
pub(crate) fn starts_keyframe(payload: &[u8]) -> bool {
    let Some((&head, mut rest)) = payload.split_first() else {
        return false;
    };
    match head & 0x1f {
        SEQUENCE_PARAMETER_SET => true,
        STAP_A => {
            while let Some((len, tail)) = rest.split_first_chunk::<2>() {
                let len = usize::from(u16::from_be_bytes(*len));
                let Some(unit) = tail.get(..len) else {
                    return false;
                };
                if unit
                    .first()
                    .is_some_and(|unit| unit & 0x1f == SEQUENCE_PARAMETER_SET)
                {
                    return true;
                }
                rest = &tail[len..];
            }
            false
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parameter_sets_start_a_keyframe_alone_and_in_an_aggregate() {
        assert!(starts_keyframe(&[0x67, 1, 2]));
        assert!(starts_keyframe(&[
            0x78, 0, 2, 0x09, 0x10, 0, 3, 0x67, 1, 2, 0, 1, 0x68
        ]));
        assert!(!starts_keyframe(&[0x78, 0, 2, 0x41, 0x10]));
        assert!(
            !starts_keyframe(&[0x7c, 0x85]),
            "an IDR fragment cannot be decoded without its parameter sets"
        );
        assert!(!starts_keyframe(&[]));
    }

    proptest! {
        #[test]
        fn no_payload_breaks_it(payload in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = starts_keyframe(&payload);
        }
    }
}
