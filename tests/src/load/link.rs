//! How a peer of the load generator is joined to what it measures: a WebRTC transport, or the floor's bare keys.

use super::floor::Key;
use crate::peer::rtcp;
use crate::peer::transport::{Received, Transport};
use anyhow::Result;
use bytes::BytesMut;
use std::time::Instant;

pub enum Link {
    WebRtc(Box<Transport>),
    Floor { key: Box<Key>, plain: Vec<u8> },
}

impl Link {
    pub fn floor(key: Key) -> Self {
        Self::Floor {
            key: Box::new(key),
            plain: Vec::with_capacity(2_048),
        }
    }

    /// Media rather than STUN, DTLS or RTCP (RFC 7983, RFC 5761).
    pub fn is_rtp(datagram: &[u8]) -> bool {
        datagram
            .first()
            .is_some_and(|first| (128..=191).contains(first))
            && !rtcp::is_rtcp(datagram)
    }

    pub fn is_connected(&self) -> bool {
        match self {
            Self::WebRtc(transport) => transport.is_connected(),
            Self::Floor { .. } => true,
        }
    }

    /// The negotiated SRTP profile, for the report.
    pub fn profile(&self) -> String {
        match self {
            Self::WebRtc(transport) => transport
                .profile()
                .map_or_else(|| "none".to_owned(), |profile| format!("{profile:?}")),
            Self::Floor { .. } => "AES-128-GCM".to_owned(),
        }
    }

    pub fn open(&mut self, now: Instant, datagram: &[u8]) -> Result<Received> {
        match self {
            Self::WebRtc(transport) => transport.handle(now, datagram),
            Self::Floor { key, plain } => {
                if rtcp::is_rtcp(datagram) {
                    return Ok(Received::Nothing);
                }
                key.open(datagram, plain)?;
                Ok(Received::Rtp(BytesMut::from(plain.as_slice())))
            }
        }
    }

    pub fn protect(&mut self, packet: &[u8]) -> Result<BytesMut> {
        match self {
            Self::WebRtc(transport) => transport.protect(packet),
            Self::Floor { key, plain } => {
                plain.clear();
                key.seal(packet, plain)?;
                Ok(BytesMut::from(plain.as_slice()))
            }
        }
    }

    pub fn send_rtcp(&mut self, compound: &[u8]) -> Result<()> {
        match self {
            Self::WebRtc(transport) if transport.is_connected() => transport.send_rtcp(compound),
            _ => Ok(()),
        }
    }

    pub fn handle_timeout(&mut self, now: Instant) -> Result<()> {
        match self {
            Self::WebRtc(transport) if now >= transport.timeout() => transport.handle_timeout(now),
            _ => Ok(()),
        }
    }

    pub fn transmit(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::WebRtc(transport) => transport.transmit(),
            Self::Floor { .. } => None,
        }
    }

    pub fn close(&mut self, now: Instant) {
        if let Self::WebRtc(transport) = self {
            transport.close(now);
        }
    }
}
