//! ICE, DTLS and SRTP of one peer on one socket, without the socket.

use super::dtls::{Dtls, Identity, Keys, Progress};
use super::sdp::{Answer, Credentials};
use super::{rtcp, stun};
use anyhow::{Context as _, Result, bail};
use bytes::BytesMut;
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_stun::message::TransactionId;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

const CHECK_INTERVAL: Duration = Duration::from_millis(50);
/// RFC 7675 section 5.1 has 4 to 6 s; every peer of ours keeps its own phase by when it connected.
const CONSENT_INTERVAL: Duration = Duration::from_secs(5);

/// What came out of a datagram.
pub enum Received {
    Nothing,
    /// Media may flow from now on.
    Connected,
    /// A decrypted RTP packet.
    Rtp(BytesMut),
    /// A decrypted compound RTCP packet.
    Rtcp(BytesMut),
}

/// One connection to the server.
pub struct Transport {
    identity: Arc<Identity>,
    local: Credentials,
    remote: Answer,
    username: String,
    dtls: Dtls,
    keys: Option<Keys>,
    reached: bool,
    next_check: Instant,
    transaction: TransactionId,
    outbox: VecDeque<Vec<u8>>,
}

impl Transport {
    pub fn new(
        identity: Arc<Identity>,
        local: Credentials,
        remote: Answer,
        now: Instant,
    ) -> Result<Self> {
        let dtls = Dtls::new(&identity, remote.role, &remote.fingerprint)?;
        Ok(Self {
            username: format!("{}:{}", remote.credentials.ufrag, local.ufrag),
            identity,
            local,
            remote,
            dtls,
            keys: None,
            reached: false,
            next_check: now,
            transaction: TransactionId::default(),
            outbox: VecDeque::new(),
        })
    }

    /// Where all datagrams go to and come from.
    pub fn address(&self) -> Option<SocketAddr> {
        self.remote.addresses.first().copied()
    }

    pub fn is_connected(&self) -> bool {
        self.keys.is_some()
    }

    pub fn profile(&self) -> Option<SrtpProtectionProfile> {
        self.keys.as_ref().map(|keys| keys.profile)
    }

    /// When [`Self::handle_timeout`] has something to do.
    pub fn timeout(&self) -> Instant {
        match self.dtls.timeout() {
            Some(dtls) if self.keys.is_none() => dtls.min(self.next_check),
            _ => self.next_check,
        }
    }

    pub fn handle_timeout(&mut self, now: Instant) -> Result<()> {
        if now >= self.next_check {
            self.transaction = TransactionId::new();
            let request = stun::request(
                self.identity.provider().crypto(),
                &self.username,
                &self.remote.credentials.password,
                self.transaction,
                0x6769_616f_6261_6e00,
            )?;
            self.outbox.push_back(request);
            self.next_check = now
                + if self.reached {
                    CONSENT_INTERVAL
                } else {
                    CHECK_INTERVAL
                };
        }
        if self.keys.is_none() && self.reached {
            self.dtls.handle_timeout(now)?;
            self.take_dtls();
        }
        Ok(())
    }

    pub fn handle(&mut self, now: Instant, datagram: &[u8]) -> Result<Received> {
        if stun::is_stun(datagram) {
            self.handle_stun(now, datagram)?;
            return Ok(Received::Nothing);
        }
        if Dtls::is_dtls(datagram) {
            let progress = self.dtls.read(now, datagram)?;
            self.take_dtls();
            return match progress {
                Progress::Established(keys) => {
                    self.keys = Some(*keys);
                    Ok(Received::Connected)
                }
                Progress::Closed if self.keys.is_none() => bail!("the server closed DTLS"),
                // A goodbye, also in answer to ours: what it ends is seen by what no longer comes.
                Progress::Going | Progress::Closed => Ok(Received::Nothing),
            };
        }
        let Some(keys) = &mut self.keys else {
            // Media may overtake the last flight of the handshake.
            return Ok(Received::Nothing);
        };
        if rtcp::is_rtcp(datagram) {
            return keys
                .inbound
                .decrypt_rtcp(datagram)
                .map(Received::Rtcp)
                .context("SRTCP");
        }
        keys.inbound
            .decrypt_rtp(datagram)
            .map(Received::Rtp)
            .context("SRTP")
    }

    fn handle_stun(&mut self, now: Instant, datagram: &[u8]) -> Result<()> {
        let from = self.address().context("no address")?;
        let read = stun::read(
            self.identity.provider().crypto(),
            datagram,
            from,
            &self.local.password,
            &self.remote.credentials.password,
        )?;
        match read {
            stun::Incoming::Success(transaction)
                if transaction == self.transaction && !self.reached =>
            {
                self.reached = true;
                self.next_check = now + CONSENT_INTERVAL;
                self.dtls.start(now)?;
                self.take_dtls();
            }
            stun::Incoming::Request(answer) => self.outbox.push_back(answer),
            _ => {}
        }
        Ok(())
    }

    fn take_dtls(&mut self) {
        while let Some(datagram) = self.dtls.transmit() {
            self.outbox.push_back(datagram.to_vec());
        }
    }

    /// Protects an RTP packet.
    pub fn protect(&mut self, packet: &[u8]) -> Result<BytesMut> {
        let Some(keys) = &mut self.keys else {
            bail!("not connected");
        };
        keys.outbound.encrypt_rtp(packet).context("SRTP")
    }

    /// Protects a compound RTCP packet and queues it.
    pub fn send_rtcp(&mut self, compound: &[u8]) -> Result<()> {
        let Some(keys) = &mut self.keys else {
            bail!("not connected");
        };
        let protected = keys.outbound.encrypt_rtcp(compound).context("SRTCP")?;
        self.outbox.push_back(protected.to_vec());
        Ok(())
    }

    /// The next datagram to send.
    pub fn transmit(&mut self) -> Option<Vec<u8>> {
        self.outbox.pop_front()
    }

    /// Queues the DTLS goodbye.
    pub fn close(&mut self, now: Instant) {
        self.dtls.close(now);
        self.take_dtls();
    }
}
