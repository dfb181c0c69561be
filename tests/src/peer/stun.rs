//! The checks of the controlling side of ICE (RFC 8445) towards one address, as a WebRTC client sends them.

use anyhow::{Context as _, Result};
use rtc_srtp::crypto::RTCCrypto;
use rtc_stun::attributes::{
    ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME,
};
use rtc_stun::fingerprint::FINGERPRINT;
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter, TransactionId};
use rtc_stun::xoraddr::XorMappedAddress;
use std::net::SocketAddr;

/// Whether the first byte is one of STUN's (RFC 7983).
#[must_use]
pub fn is_stun(datagram: &[u8]) -> bool {
    datagram.len() >= 20 && datagram[0] < 4
}

/// A binding request that nominates the pair.
pub fn request(
    crypto: &dyn RTCCrypto,
    username: &str,
    password: &str,
    transaction: TransactionId,
    tie_breaker: u64,
) -> Result<Vec<u8>> {
    let mut message = Message::new();
    message.transaction_id = transaction;
    message.set_type(BINDING_REQUEST);
    message.write_header();
    message.add(ATTR_USERNAME, username.as_bytes());
    message.add(ATTR_PRIORITY, &0x6e7f_1eff_u32.to_be_bytes());
    message.add(ATTR_ICE_CONTROLLING, &tie_breaker.to_be_bytes());
    message.add(ATTR_USE_CANDIDATE, &[]);
    seal(message, crypto, password)
}

fn seal(mut message: Message, crypto: &dyn RTCCrypto, password: &str) -> Result<Vec<u8>> {
    MessageIntegrity::new_short_term_integrity_with_provider(password.to_owned(), crypto)
        .add_to(&mut message)
        .context("STUN integrity")?;
    FINGERPRINT
        .add_to(&mut message)
        .context("STUN fingerprint")?;
    Ok(message.raw)
}

/// What a STUN datagram means to us.
pub enum Incoming {
    /// The answer to the request with this transaction, checked with the peer's password.
    Success(TransactionId),
    /// A check by the other side (a full agent) and the answer to it.
    Request(Vec<u8>),
    Other,
}

/// Reads a STUN datagram. `local_password` keys requests to us, `remote_password` answers to us.
pub fn read(
    crypto: &dyn RTCCrypto,
    datagram: &[u8],
    from: SocketAddr,
    local_password: &str,
    remote_password: &str,
) -> Result<Incoming> {
    let mut message = Message::new();
    message.raw = datagram.to_vec();
    message.decode().context("malformed STUN")?;
    if message.typ == BINDING_SUCCESS {
        MessageIntegrity::check(&mut message, remote_password.as_bytes(), crypto)
            .context("STUN answer with a wrong integrity")?;
        return Ok(Incoming::Success(message.transaction_id));
    }
    if message.typ == BINDING_REQUEST {
        MessageIntegrity::check(&mut message, local_password.as_bytes(), crypto)
            .context("STUN request with a wrong integrity")?;
        let mut answer = Message::new();
        answer.transaction_id = message.transaction_id;
        answer.set_type(BINDING_SUCCESS);
        answer.write_header();
        XorMappedAddress {
            ip: from.ip(),
            port: from.port(),
        }
        .add_to(&mut answer)
        .context("STUN address")?;
        return Ok(Incoming::Request(seal(answer, crypto, local_password)?));
    }
    Ok(Incoming::Other)
}
