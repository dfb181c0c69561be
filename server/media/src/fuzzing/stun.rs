use crate::wire::stun::BindingRequest;
use rtc_stun::fingerprint::FINGERPRINT;
use rtc_stun::message::{Getter as _, Message};
use rtc_stun::xoraddr::XorMappedAddress;
use std::net::SocketAddr;

/// Nobody who does not know it can sign with it, a fuzzer included.
const PASSWORD: &str = "a password that is not in the corpus";

/// STUN: whatever is taken for a check names us, is not taken for authentic, and its answer is short, whole and tells the
/// address that it came from.
pub fn stun(datagram: &[u8]) {
    let Some(provider) = crate::crypto::provider() else {
        return;
    };
    let Some(mut request) = BindingRequest::parse(datagram) else {
        return;
    };
    assert!(request.local_ufrag().len() < datagram.len());
    assert!(!request.local_ufrag().contains(':'));
    let _ = request.nominates();
    assert!(!request.is_authentic(PASSWORD, provider.crypto()));

    let from = SocketAddr::from(([192, 0, 2, datagram[0]], 4321));
    let answer = request.success(from, PASSWORD, provider.crypto());
    assert!(answer.is_some());
    let answer = answer.unwrap_or_default();
    assert!(answer.len() <= 96, "an answer must not amplify");
    let mut message = Message::new();
    assert!(message.unmarshal_binary(&answer).is_ok());
    assert_eq!(message.transaction_id.0, datagram[8..20]);
    assert!(FINGERPRINT.check(&message).is_ok());
    let mut address = XorMappedAddress::default();
    assert!(address.get_from(&message).is_ok());
    assert_eq!((address.ip, address.port), (from.ip(), from.port()));
}
