//! Which protocol a datagram on the shared port belongs to.

/// RFC 7983 section 7, with RTP and RTCP told apart by RFC 5761 section 4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Stun,
    Dtls,
    Rtp,
    Rtcp,
    Unknown,
}

pub(crate) fn classify(datagram: &[u8]) -> Protocol {
    match datagram {
        [0..=3, ..] if datagram.len() >= 20 => Protocol::Stun,
        [20..=63, ..] if datagram.len() >= 13 => Protocol::Dtls,
        [128..=191, 192..=223, ..] if datagram.len() >= 8 => Protocol::Rtcp,
        [128..=191, _, ..] if datagram.len() >= 12 => Protocol::Rtp,
        _ => Protocol::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_is_told_by_its_first_bytes() {
        let mut datagram = [0_u8; 32];
        assert_eq!(classify(&datagram), Protocol::Stun);
        datagram[0] = 22;
        assert_eq!(classify(&datagram), Protocol::Dtls);
        datagram[0] = 0x80;
        datagram[1] = 111;
        assert_eq!(classify(&datagram), Protocol::Rtp);
        // A set marker bit moves payload type 96 to 224, above the RTCP range.
        datagram[1] = 0x80 + 96;
        assert_eq!(classify(&datagram), Protocol::Rtp);
        datagram[1] = 200;
        assert_eq!(classify(&datagram), Protocol::Rtcp);
        datagram[0] = 64;
        assert_eq!(classify(&datagram), Protocol::Unknown);
    }

    #[test]
    fn truncated_datagrams_are_unknown() {
        assert_eq!(classify(&[]), Protocol::Unknown);
        assert_eq!(classify(&[0x80]), Protocol::Unknown);
        assert_eq!(classify(&[0x80, 96, 0]), Protocol::Unknown);
        assert_eq!(classify(&[1; 19]), Protocol::Unknown);
    }
}
