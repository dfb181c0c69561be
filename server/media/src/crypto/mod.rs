//! Keys: the certificate, the DTLS handshake, SRTP.

pub(crate) mod certificate;
pub(crate) mod dtls;
#[cfg(test)]
mod dtls_test;
pub(crate) mod hello;
mod replays;
pub(crate) mod srtp;

use rtc_srtp::crypto::RTCCryptoProvider;
use std::sync::Arc;

/// The primitives everything here runs on; `None` only in a build without any.
pub(crate) fn provider() -> Option<Arc<dyn RTCCryptoProvider>> {
    rtc_dtls::crypto_provider::default_provider().ok()
}

/// `len` random characters of the alphabet that ICE credentials may have (RFC 8839 section 5.4).
pub(crate) fn ice_token(provider: &dyn RTCCryptoProvider, len: usize) -> Option<String> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = vec![0_u8; len];
    provider.random().fill(&mut bytes).ok()?;
    Some(
        bytes
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte & 63)]))
            .collect(),
    )
}

/// A random number for SSRCs, first sequence numbers and timestamps.
pub(crate) fn random_u32(provider: &dyn RTCCryptoProvider) -> Option<u32> {
    let mut bytes = [0_u8; 4];
    provider.random().fill(&mut bytes).ok()?;
    Some(u32::from_be_bytes(bytes))
}
