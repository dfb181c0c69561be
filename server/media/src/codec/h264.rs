//! H.264 payloads (RFC 6184).

const SEQUENCE_PARAMETER_SET: u8 = 7;
const STAP_A: u8 = 24;
const FU_A: u8 = 28;
const STARTS_UNIT: u8 = 0x80;

/// What a decoder must be able to do: `profile_idc` and the flag that constrains it (RFC 6184 section 8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Profile {
    idc: u8,
    constrained: bool,
}

impl Profile {
    /// The profile of a format's parameters, Baseline where they name none.
    pub(crate) fn of(fmtp: Option<&str>) -> Self {
        let named = fmtp.unwrap_or_default().split(';').find_map(|parameter| {
            let id = parameter.trim().strip_prefix("profile-level-id=")?;
            Some((
                u8::from_str_radix(id.get(0..2)?, 16).ok()?,
                u8::from_str_radix(id.get(2..4)?, 16).ok()?,
            ))
        });
        let (idc, flags) = named.unwrap_or((0x42, 0));
        // What constrains Baseline is the second flag; what constrains High, the fifth and sixth.
        let constraint = if idc == 0x42 { 0x40 } else { 0x0c };
        Self {
            idc,
            constrained: flags & constraint == constraint,
        }
    }
}

/// Whether a decoder can start with this packet: it carries a sequence parameter set, alone or first of an aggregate.
pub(crate) fn starts_keyframe(payload: &[u8]) -> bool {
    let Some((&head, mut rest)) = payload.split_first() else {
        return false;
    };
    match head & 0x1f {
        SEQUENCE_PARAMETER_SET => true,
        FU_A => rest
            .first()
            .is_some_and(|unit| unit & STARTS_UNIT != 0 && unit & 0x1f == SEQUENCE_PARAMETER_SET),
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
        assert!(
            starts_keyframe(&[0x7c, 0x87, 1]),
            "a parameter set may be in fragments"
        );
        assert!(!starts_keyframe(&[0x7c, 0x07, 1]), "not its first");
        assert!(!starts_keyframe(&[]));
    }

    #[test]
    fn levels_do_not_tell_profiles_apart_and_constraints_do() {
        let of = |fmtp| Profile::of(Some(fmtp));
        let constrained = of("packetization-mode=1;profile-level-id=42e01f");
        assert_eq!(constrained, of("profile-level-id=42e034"));
        assert_ne!(constrained, of("profile-level-id=42001f"));
        assert_eq!(of("profile-level-id=42001f"), Profile::of(None));
        assert_ne!(of("profile-level-id=640c1f"), of("profile-level-id=64001f"));
    }

    proptest! {
        #[test]
        fn no_payload_breaks_it(payload in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = starts_keyframe(&payload);
        }
    }
}
