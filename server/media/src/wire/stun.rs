//! STUN as a lite ICE agent needs it (RFC 8445 section 2.5): binding requests are checked and answered, nothing is sent
//! of our own accord.

use rtc_srtp::crypto::RTCCrypto;
use rtc_stun::attributes::{ATTR_USE_CANDIDATE, ATTR_USERNAME};
use rtc_stun::fingerprint::FINGERPRINT;
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter as _};
use rtc_stun::xoraddr::XorMappedAddress;
use std::net::SocketAddr;

const HEADER: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// Our fragment in the USERNAME of a binding request, read in place. Nothing else is looked at: whoever names a fragment that
/// nobody has costs no memory.
pub(crate) fn claimed_ufrag(datagram: &[u8]) -> Option<&str> {
    let (header, mut attributes) = datagram.split_at_checked(HEADER)?;
    if header[..2] != [0, 1] || header[4..8] != MAGIC_COOKIE {
        return None;
    }
    while let Some((head, rest)) = attributes.split_first_chunk::<4>() {
        let kind = u16::from_be_bytes([head[0], head[1]]);
        let length = usize::from(u16::from_be_bytes([head[2], head[3]]));
        let value = rest.get(..length)?;
        if kind == ATTR_USERNAME.0 {
            return Some(std::str::from_utf8(value).ok()?.split_once(':')?.0);
        }
        // Values are padded to four octets.
        attributes = rest.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// A binding request whose integrity has not been checked yet.
pub(crate) struct BindingRequest {
    message: Message,
    local_ufrag: String,
}

impl BindingRequest {
    /// `None` for anything but a well-formed binding request with a USERNAME.
    pub(crate) fn parse(datagram: &[u8]) -> Option<Self> {
        let mut message = Message::new();
        message.unmarshal_binary(datagram).ok()?;
        if message.typ != BINDING_REQUEST {
            return None;
        }
        let username = message.get(ATTR_USERNAME).ok()?;
        let username = std::str::from_utf8(&username).ok()?;
        let (local, _remote) = username.split_once(':')?;
        let local_ufrag = local.to_owned();
        Some(Self {
            message,
            local_ufrag,
        })
    }

    /// Our fragment, before the colon of the USERNAME.
    pub(crate) fn local_ufrag(&self) -> &str {
        &self.local_ufrag
    }

    /// Whether MESSAGE-INTEGRITY fits our password (RFC 8489 section 14.5).
    pub(crate) fn is_authentic(&mut self, password: &str, crypto: &dyn RTCCrypto) -> bool {
        MessageIntegrity::check(&mut self.message, password.as_bytes(), crypto).is_ok()
    }

    /// Whether the controlling agent chose this path with USE-CANDIDATE.
    pub(crate) fn nominates(&self) -> bool {
        self.message.contains(ATTR_USE_CANDIDATE)
    }

    /// The success response to send back to where the request came from.
    pub(crate) fn success(
        &self,
        from: SocketAddr,
        password: &str,
        crypto: &dyn RTCCrypto,
    ) -> Option<Vec<u8>> {
        let mut response = Message::new();
        response.set_type(BINDING_SUCCESS);
        response.transaction_id = self.message.transaction_id;
        response.write_header();
        // A socket for both families sees IPv4 clients under mapped addresses; they know themselves by the plain one.
        XorMappedAddress {
            ip: from.ip().to_canonical(),
            port: from.port(),
        }
        .add_to(&mut response)
        .ok()?;
        MessageIntegrity::new_short_term_integrity_with_provider(password.to_owned(), crypto)
            .add_to(&mut response)
            .ok()?;
        FINGERPRINT.add_to(&mut response).ok()?;
        Some(response.raw)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use rtc_stun::message::{Getter as _, TransactionId};
    use rtc_stun::textattrs::TextAttribute;

    /// A check of somebody to whom we are `ours`.
    pub(crate) fn request(ours: &str, password: &str, nominate: bool) -> Vec<u8> {
        let provider = crate::crypto::provider().unwrap();
        let mut message = Message::new();
        message.set_type(BINDING_REQUEST);
        message.transaction_id = TransactionId::new();
        message.write_header();
        TextAttribute {
            attr: ATTR_USERNAME,
            text: format!("{ours}:theirs"),
        }
        .add_to(&mut message)
        .unwrap();
        if nominate {
            message.add(ATTR_USE_CANDIDATE, &[]);
        }
        MessageIntegrity::new_short_term_integrity_with_provider(
            password.to_owned(),
            provider.crypto(),
        )
        .add_to(&mut message)
        .unwrap();
        FINGERPRINT.add_to(&mut message).unwrap();
        message.raw
    }

    #[test]
    fn an_authentic_check_is_answered_with_the_address_it_came_from() {
        let provider = crate::crypto::provider().unwrap();
        let mut parsed = BindingRequest::parse(&request("ours", "secret", true)).unwrap();
        assert_eq!(parsed.local_ufrag(), "ours");
        assert!(parsed.nominates());
        assert!(parsed.is_authentic("secret", provider.crypto()));
        let from: SocketAddr = "[::ffff:10.0.0.7]:4321".parse().unwrap();
        let response = parsed.success(from, "secret", provider.crypto()).unwrap();
        let mut message = Message::new();
        message.unmarshal_binary(&response).unwrap();
        let mut address = XorMappedAddress::default();
        address.get_from(&message).unwrap();
        assert_eq!(
            (address.ip.to_string(), address.port),
            ("10.0.0.7".to_owned(), 4321)
        );
        FINGERPRINT.check(&message).unwrap();
    }

    #[test]
    fn a_check_with_another_password_is_not_authentic() {
        let provider = crate::crypto::provider().unwrap();
        let mut parsed = BindingRequest::parse(&request("ours", "guess", false)).unwrap();
        assert!(!parsed.nominates());
        assert!(!parsed.is_authentic("secret", provider.crypto()));
    }

    #[test]
    fn the_fragment_read_in_place_is_the_one_of_the_whole_message() {
        let datagram = request("ours", "secret", true);
        assert_eq!(claimed_ufrag(&datagram), Some("ours"));
        for cut in 0..datagram.len() {
            if let Some(ufrag) = claimed_ufrag(&datagram[..cut]) {
                assert_eq!(ufrag, "ours");
            }
        }
        assert_eq!(claimed_ufrag(&[0xff; 40]), None);
    }

    #[test]
    fn rubbish_is_no_request() {
        assert!(BindingRequest::parse(&[0; 20]).is_none());
        assert!(BindingRequest::parse(&request("ours", "secret", false)[..30]).is_none());
    }
}
