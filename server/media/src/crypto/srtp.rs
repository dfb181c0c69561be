//! SRTP (RFC 3711, RFC 7714). AES-128-GCM, which nearly every client takes, is opened and sealed in place, where the packet
//! lies in the receive or the send buffer, because the latter is done once for every subscriber; the other profiles go
//! through `rtc-srtp`.

use super::replays::Replays;
use crate::wire::rtp::RtpView;
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_srtp::context::Context;
use rtc_srtp::crypto::{AeadAlgorithm, AeadCipher, BlockCipherAlgorithm, RTCCrypto};
use rtc_srtp::option::{srtcp_replay_protection, srtp_replay_protection};
use rtc_srtp::protection_profile::ProtectionProfile;

/// The profiles we speak (RFC 5764 section 4.1.2, RFC 7714 section 14.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SrtpProfile {
    Aes128Gcm,
    Aes256Gcm,
    Aes128CmSha1,
}

impl SrtpProfile {
    pub(super) const BEST_FIRST: [Self; 3] = [Self::Aes128Gcm, Self::Aes256Gcm, Self::Aes128CmSha1];

    pub(super) const fn dtls(self) -> SrtpProtectionProfile {
        match self {
            Self::Aes128Gcm => SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
            Self::Aes256Gcm => SrtpProtectionProfile::Srtp_Aead_Aes_256_Gcm,
            Self::Aes128CmSha1 => SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
        }
    }

    const fn srtp(self) -> ProtectionProfile {
        match self {
            Self::Aes128Gcm => ProtectionProfile::AeadAes128Gcm,
            Self::Aes256Gcm => ProtectionProfile::AeadAes256Gcm,
            Self::Aes128CmSha1 => ProtectionProfile::Aes128CmHmacSha1_80,
        }
    }

    pub(super) fn keying_material_len(self) -> usize {
        2 * (self.srtp().key_len() + self.srtp().salt_len())
    }
}

/// Master keys and salts of both directions.
pub(crate) struct SrtpKeys {
    profile: SrtpProfile,
    ours: (Vec<u8>, Vec<u8>),
    theirs: (Vec<u8>, Vec<u8>),
}

impl std::fmt::Debug for SrtpKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SrtpKeys")
            .field("profile", &self.profile)
            .finish_non_exhaustive()
    }
}

impl SrtpKeys {
    /// Splits the exporter's output as the DTLS server (RFC 5764 section 4.2).
    pub(super) fn from_server_material(profile: SrtpProfile, material: &[u8]) -> Option<Self> {
        let (key, salt) = (profile.srtp().key_len(), profile.srtp().salt_len());
        if material.len() != profile.keying_material_len() {
            return None;
        }
        let (client_key, rest) = material.split_at(key);
        let (server_key, rest) = rest.split_at(key);
        let (client_salt, server_salt) = rest.split_at(salt);
        Some(Self {
            profile,
            ours: (server_key.to_vec(), server_salt.to_vec()),
            theirs: (client_key.to_vec(), client_salt.to_vec()),
        })
    }

    pub(crate) const fn profile(&self) -> SrtpProfile {
        self.profile
    }

    /// Keys without a handshake, others for each number.
    #[cfg(test)]
    pub(crate) fn for_test(profile: SrtpProfile, number: u16) -> Self {
        let material: Vec<u8> = (0..)
            .flat_map(|byte: u8| [byte, number.to_be_bytes()[1]])
            .take(profile.keying_material_len())
            .collect();
        Self::from_server_material(profile, &material).unwrap()
    }

    /// The same as the peer sees them.
    #[cfg(test)]
    pub(crate) fn of_the_peer(&self) -> Self {
        Self {
            profile: self.profile,
            ours: self.theirs.clone(),
            theirs: self.ours.clone(),
        }
    }
}

/// Opens what a peer sends, in place. Replays are refused within 512 packets of each stream.
pub(crate) enum SrtpReader {
    Gcm(Box<GcmReader>),
    /// Peers without AES-128-GCM.
    Other(Box<Context>),
}

impl SrtpReader {
    pub(crate) fn new(keys: &SrtpKeys, crypto: &dyn RTCCrypto) -> Option<Self> {
        let (key, salt) = &keys.theirs;
        if keys.profile == SrtpProfile::Aes128Gcm {
            return Some(Self::Gcm(Box::new(GcmReader {
                rtp: Gcm::new(&RTP_LABELS, key, salt, crypto)?,
                rtcp: Gcm::new(&RTCP_LABELS, key, salt, crypto)?,
                media: Vec::new(),
                control: Vec::new(),
            })));
        }
        let context = Context::new(
            key,
            salt,
            keys.profile.srtp(),
            Some(srtp_replay_protection(512)),
            Some(srtcp_replay_protection(64)),
            crypto,
        )
        .ok()?;
        Some(Self::Other(Box::new(context)))
    }

    /// The packet in the clear, header included; `None` if it is forged, replayed or malformed.
    pub(crate) fn open_rtp<'a>(&mut self, packet: &'a mut [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Gcm(reader) => reader.open_rtp(packet),
            Self::Other(context) => {
                let clear = context.decrypt_rtp(packet).ok()?;
                put(packet, &clear)
            }
        }
    }

    /// The compound packet in the clear; `None` if it is forged, replayed or malformed.
    pub(crate) fn open_rtcp<'a>(&mut self, packet: &'a mut [u8]) -> Option<&'a [u8]> {
        match self {
            Self::Gcm(reader) => reader.open_rtcp(packet),
            Self::Other(context) => {
                let clear = context.decrypt_rtcp(packet).ok()?;
                put(packet, &clear)
            }
        }
    }
}

fn put<'a>(packet: &'a mut [u8], clear: &[u8]) -> Option<&'a [u8]> {
    let place = packet.get_mut(..clear.len())?;
    place.copy_from_slice(clear);
    Some(place)
}

/// Streams of one peer whose replays are watched; more would be an attack on our memory.
const MAX_STREAMS: usize = 64;

/// `AEAD_AES_128_GCM`, opening (RFC 7714 sections 8 and 9).
pub(crate) struct GcmReader {
    rtp: Gcm,
    rtcp: Gcm,
    media: Vec<(u32, Replays<8>)>,
    control: Vec<(u32, Replays<1>)>,
}

impl GcmReader {
    fn open_rtp<'a>(&mut self, packet: &'a mut [u8]) -> Option<&'a [u8]> {
        let view = RtpView::parse(packet, true)?;
        let (ssrc, header_len) = (view.ssrc, view.header_len);
        let known = self.media.iter().position(|(known, _)| *known == ssrc);
        let index = match known {
            Some(known) => self.media[known].1.extend(view.sequence)?,
            None if self.media.len() < MAX_STREAMS => u64::from(view.sequence),
            None => return None,
        };
        if known.is_some_and(|known| self.media[known].1.has(index)) {
            return None;
        }
        let end = packet.len().checked_sub(TAG_LEN)?;
        let (header, rest) = packet.split_at_mut_checked(header_len)?;
        let (payload, tag) = rest.split_at_mut_checked(end.checked_sub(header_len)?)?;
        self.rtp
            .open(self.rtp.rtp_nonce(ssrc, index), header, payload, tag)?;
        note(&mut self.media, known, ssrc, index);
        packet.get(..end)
    }

    fn open_rtcp<'a>(&mut self, packet: &'a mut [u8]) -> Option<&'a [u8]> {
        let ssrc = u32::from_be_bytes(*packet.get(4..)?.first_chunk()?);
        let end = packet.len().checked_sub(4 + TAG_LEN)?;
        let word = *packet.last_chunk::<4>()?;
        let index = u32::from_be_bytes(word);
        // The top bit says that it is encrypted; it always is.
        if index & ENCRYPTED == 0 {
            return None;
        }
        let index = index & !ENCRYPTED;
        let known = self.control.iter().position(|(known, _)| *known == ssrc);
        let replayed = |known: usize| self.control[known].1.has(u64::from(index));
        if known.map_or(self.control.len() >= MAX_STREAMS, replayed) {
            return None;
        }
        let mut associated = [0; 12];
        associated[..8].copy_from_slice(packet.first_chunk::<8>()?);
        associated[8..].copy_from_slice(&word);
        let (body, tag) = packet
            .get_mut(8..)?
            .split_at_mut_checked(end.checked_sub(8)?)?;
        self.rtcp.open(
            self.rtcp.rtcp_nonce(ssrc, index),
            &associated,
            body,
            &tag[..TAG_LEN],
        )?;
        note(&mut self.control, known, ssrc, u64::from(index));
        packet.get(..end)
    }
}

fn note<const WORDS: usize>(
    streams: &mut Vec<(u32, Replays<WORDS>)>,
    known: Option<usize>,
    ssrc: u32,
    index: u64,
) {
    match known {
        Some(known) => streams[known].1.accept(index),
        None => streams.push((ssrc, Replays::new(index))),
    }
}

/// Seals what a peer is sent.
pub(crate) enum SrtpWriter {
    Gcm(Box<GcmWriter>),
    /// Peers without AES-128-GCM.
    Other(Box<Context>),
}

/// `AEAD_AES_128_GCM`, sealing.
pub(crate) struct GcmWriter {
    rtp: Gcm,
    rtcp: Gcm,
    /// One count for all our SSRCs: each sees it grow.
    rtcp_index: u32,
}

impl SrtpWriter {
    pub(crate) fn new(keys: &SrtpKeys, crypto: &dyn RTCCrypto) -> Option<Self> {
        let (key, salt) = &keys.ours;
        if keys.profile == SrtpProfile::Aes128Gcm {
            return Some(Self::Gcm(Box::new(GcmWriter {
                rtp: Gcm::new(&RTP_LABELS, key, salt, crypto)?,
                rtcp: Gcm::new(&RTCP_LABELS, key, salt, crypto)?,
                rtcp_index: 0,
            })));
        }
        let context = Context::new(key, salt, keys.profile.srtp(), None, None, crypto).ok()?;
        Some(Self::Other(Box::new(context)))
    }

    /// See `Connection::look_ahead`.
    pub(crate) fn look_ahead(&self) -> u64 {
        match self {
            Self::Gcm(writer) => u64::from(writer.rtp.salt[0]),
            Self::Other(_) => 0,
        }
    }

    /// Seals the packet that begins at `start` of `buffer` and is its last; it grows by the authentication tag.
    /// `sequence` is the packet's extended sequence number, whose low 16 bits are in its header. Returns false, with the
    /// buffer cut back to `start`, if the packet could not be sealed.
    pub(crate) fn seal_rtp(
        &mut self,
        buffer: &mut Vec<u8>,
        start: usize,
        header_len: usize,
        ssrc: u32,
        sequence: u64,
    ) -> bool {
        let sealed = match self {
            Self::Gcm(writer) => {
                let nonce = writer.rtp.rtp_nonce(ssrc, sequence);
                let (header, payload) = buffer[start..].split_at_mut(header_len);
                let tag = writer.rtp.seal(nonce, header, payload);
                tag.map(|tag| buffer.extend_from_slice(&tag)).is_some()
            }
            Self::Other(context) => match context.encrypt_rtp(&buffer[start..]) {
                Ok(packet) => {
                    buffer.truncate(start);
                    buffer.extend_from_slice(&packet);
                    true
                }
                Err(_) => false,
            },
        };
        if !sealed {
            buffer.truncate(start);
        }
        sealed
    }

    /// Appends a compound packet, sealed, to `buffer`. Returns false, with nothing appended, if it could not be sealed.
    pub(crate) fn seal_rtcp(&mut self, packet: &[u8], buffer: &mut Vec<u8>) -> bool {
        let start = buffer.len();
        let sealed = match self {
            Self::Gcm(writer) => writer.seal_rtcp(packet, buffer),
            Self::Other(context) => context
                .encrypt_rtcp(packet)
                .ok()
                .map(|sealed| buffer.extend_from_slice(&sealed)),
        };
        if sealed.is_none() {
            buffer.truncate(start);
        }
        sealed.is_some()
    }
}

impl GcmWriter {
    fn seal_rtcp(&mut self, packet: &[u8], buffer: &mut Vec<u8>) -> Option<()> {
        let (header, body) = packet.split_first_chunk::<8>()?;
        let ssrc = u32::from_be_bytes(*header.last_chunk()?);
        // Never the same number twice under one key (RFC 3711 section 9.2).
        self.rtcp_index = (self.rtcp_index + 1 < ENCRYPTED).then_some(self.rtcp_index + 1)?;
        let word = (self.rtcp_index | ENCRYPTED).to_be_bytes();
        let mut associated = [0; 12];
        associated[..8].copy_from_slice(header);
        associated[8..].copy_from_slice(&word);
        buffer.extend_from_slice(header);
        let start = buffer.len();
        buffer.extend_from_slice(body);
        let nonce = self.rtcp.rtcp_nonce(ssrc, self.rtcp_index);
        let tag = self.rtcp.seal(nonce, &associated, &mut buffer[start..])?;
        buffer.extend_from_slice(&tag);
        buffer.extend_from_slice(&word);
        Some(())
    }
}

const TAG_LEN: usize = 16;
/// In the word behind an SRTCP packet.
const ENCRYPTED: u32 = 1 << 31;

/// Numbers of the derived encryption key and salt (RFC 3711 section 4.3.1).
struct Labels {
    key: u8,
    salt: u8,
}

const RTP_LABELS: Labels = Labels { key: 0, salt: 2 };
const RTCP_LABELS: Labels = Labels { key: 3, salt: 5 };

/// One direction's session key and salt, of RTP or of RTCP.
struct Gcm {
    cipher: Box<dyn AeadCipher>,
    salt: [u8; 12],
}

impl Gcm {
    fn new(
        labels: &Labels,
        master_key: &[u8],
        master_salt: &[u8],
        crypto: &dyn RTCCrypto,
    ) -> Option<Self> {
        let key = derive(crypto, labels.key, master_key, master_salt)?;
        let salt = derive(crypto, labels.salt, master_key, master_salt)?;
        let cipher = crypto.new_aead(AeadAlgorithm::Aes128Gcm, &key).ok()?;
        Some(Self {
            cipher,
            salt: *salt.first_chunk::<12>()?,
        })
    }

    /// 00 00, SSRC, rollover counter, sequence number: the last two are the 48-bit extended sequence number (RFC 7714
    /// section 8.1).
    fn rtp_nonce(&self, ssrc: u32, sequence: u64) -> [u8; 12] {
        let mut nonce = [0_u8; 12];
        nonce[2..6].copy_from_slice(&ssrc.to_be_bytes());
        nonce[6..].copy_from_slice(&sequence.to_be_bytes()[2..]);
        self.salted(nonce)
    }

    /// 00 00, SSRC, 00 00, SRTCP index (RFC 7714 section 9.1).
    fn rtcp_nonce(&self, ssrc: u32, index: u32) -> [u8; 12] {
        let mut nonce = [0_u8; 12];
        nonce[2..6].copy_from_slice(&ssrc.to_be_bytes());
        nonce[8..].copy_from_slice(&index.to_be_bytes());
        self.salted(nonce)
    }

    fn salted(&self, mut nonce: [u8; 12]) -> [u8; 12] {
        for (byte, salt) in nonce.iter_mut().zip(self.salt) {
            *byte ^= salt;
        }
        nonce
    }

    fn seal(&mut self, nonce: [u8; 12], clear: &[u8], secret: &mut [u8]) -> Option<[u8; TAG_LEN]> {
        let mut tag = [0_u8; TAG_LEN];
        self.cipher
            .seal_in_place(&nonce, clear, secret, &mut tag)
            .ok()?;
        Some(tag)
    }

    fn open(&mut self, nonce: [u8; 12], clear: &[u8], secret: &mut [u8], tag: &[u8]) -> Option<()> {
        self.cipher.open_in_place(&nonce, clear, secret, tag).ok()
    }
}

/// One block of the AES-CM key derivation with a zero rate (RFC 3711 section 4.3), enough for a 128-bit key or a salt.
fn derive(
    crypto: &dyn RTCCrypto,
    label: u8,
    master_key: &[u8],
    master_salt: &[u8],
) -> Option<[u8; 16]> {
    let mut block = [0_u8; 16];
    block
        .get_mut(..master_salt.len())?
        .copy_from_slice(master_salt);
    block[7] ^= label;
    crypto
        .block_encrypt(BlockCipherAlgorithm::Aes128, master_key, &mut block)
        .ok()?;
    Some(block)
}

#[cfg(test)]
#[path = "srtp_test.rs"]
mod tests;
