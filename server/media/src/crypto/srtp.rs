//! SRTP (RFC 3711, RFC 7714): what comes from a peer is opened by `rtc-srtp`; what goes out is sealed in place where the
//! packet lies in the send buffer, because that is done once for every subscriber.

use bytes::BytesMut;
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
}

/// Opens what a peer sends. Replays are refused within 512 packets of each stream.
pub(crate) struct SrtpReader {
    context: Context,
}

impl SrtpReader {
    pub(crate) fn new(keys: &SrtpKeys, crypto: &dyn RTCCrypto) -> Option<Self> {
        let (key, salt) = &keys.theirs;
        let context = Context::new(
            key,
            salt,
            keys.profile.srtp(),
            Some(srtp_replay_protection(512)),
            Some(srtcp_replay_protection(64)),
            crypto,
        )
        .ok()?;
        Some(Self { context })
    }

    /// The packet in the clear, header included; `None` if it is forged, replayed or malformed.
    pub(crate) fn open_rtp(&mut self, packet: &[u8]) -> Option<BytesMut> {
        self.context.decrypt_rtp(packet).ok()
    }

    pub(crate) fn open_rtcp(&mut self, packet: &[u8]) -> Option<BytesMut> {
        self.context.decrypt_rtcp(packet).ok()
    }
}

/// Seals what a peer is sent.
pub(crate) struct SrtpWriter {
    /// RTP under AES-GCM, sealed in place.
    gcm: Option<GcmSealer>,
    /// RTCP, and RTP of peers without AES-GCM.
    context: Context,
}

impl SrtpWriter {
    pub(crate) fn new(keys: &SrtpKeys, crypto: &dyn RTCCrypto) -> Option<Self> {
        let (key, salt) = &keys.ours;
        let context = Context::new(key, salt, keys.profile.srtp(), None, None, crypto).ok()?;
        let gcm = match keys.profile {
            SrtpProfile::Aes128Gcm => Some(GcmSealer::new(key, salt, crypto)?),
            SrtpProfile::Aes256Gcm | SrtpProfile::Aes128CmSha1 => None,
        };
        Some(Self { gcm, context })
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
        let sealed = match &mut self.gcm {
            Some(gcm) => gcm.seal(buffer, start, header_len, ssrc, sequence),
            None => match self.context.encrypt_rtp(&buffer[start..]) {
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

    pub(crate) fn seal_rtcp(&mut self, packet: &[u8]) -> Option<BytesMut> {
        self.context.encrypt_rtcp(packet).ok()
    }
}

/// `AEAD_AES_128_GCM` for RTP (RFC 7714 section 8).
struct GcmSealer {
    cipher: Box<dyn AeadCipher>,
    salt: [u8; 12],
}

const TAG_LEN: usize = 16;
const LABEL_ENCRYPTION: u8 = 0;
const LABEL_SALT: u8 = 2;

impl GcmSealer {
    fn new(master_key: &[u8], master_salt: &[u8], crypto: &dyn RTCCrypto) -> Option<Self> {
        let key = derive(crypto, LABEL_ENCRYPTION, master_key, master_salt)?;
        let salt = derive(crypto, LABEL_SALT, master_key, master_salt)?;
        let cipher = crypto.new_aead(AeadAlgorithm::Aes128Gcm, &key).ok()?;
        Some(Self {
            cipher,
            salt: *salt.first_chunk::<12>()?,
        })
    }

    fn seal(
        &mut self,
        buffer: &mut Vec<u8>,
        start: usize,
        header_len: usize,
        ssrc: u32,
        sequence: u64,
    ) -> bool {
        // 00 00, SSRC, rollover counter, sequence number: the last two are the 48-bit extended sequence number.
        let mut nonce = [0_u8; 12];
        nonce[2..6].copy_from_slice(&ssrc.to_be_bytes());
        nonce[6..].copy_from_slice(&sequence.to_be_bytes()[2..]);
        for (byte, salt) in nonce.iter_mut().zip(self.salt) {
            *byte ^= salt;
        }
        let mut tag = [0_u8; TAG_LEN];
        let (header, payload) = buffer[start..].split_at_mut(header_len);
        if self
            .cipher
            .seal_in_place(&nonce, header, payload, &mut tag)
            .is_err()
        {
            return false;
        }
        buffer.extend_from_slice(&tag);
        true
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
mod tests {
    use super::*;

    fn pair(profile: SrtpProfile) -> (SrtpWriter, SrtpReader) {
        let provider = crate::crypto::provider().unwrap();
        let material: Vec<u8> = (0..profile.keying_material_len())
            .map(|byte| u8::try_from(byte).unwrap())
            .collect();
        let server = SrtpKeys::from_server_material(profile, &material).unwrap();
        let client = SrtpKeys {
            profile,
            ours: server.theirs.clone(),
            theirs: server.ours.clone(),
        };
        (
            SrtpWriter::new(&server, provider.crypto()).unwrap(),
            SrtpReader::new(&client, provider.crypto()).unwrap(),
        )
    }

    fn packet(sequence: u16) -> Vec<u8> {
        let mut packet = vec![0x80, 96];
        packet.extend(sequence.to_be_bytes());
        packet.extend([0, 0, 0, 9, 0, 0, 0, 5]);
        packet.extend_from_slice(b"a payload of some length");
        packet
    }

    #[test]
    fn a_peer_opens_what_we_seal_across_a_rollover() {
        for profile in SrtpProfile::BEST_FIRST {
            let (mut writer, mut reader) = pair(profile);
            for sequence in 65_530_u64..65_546 {
                let clear = packet(u16::try_from(sequence & 0xffff).unwrap());
                let mut buffer = b"earlier".to_vec();
                buffer.extend_from_slice(&clear);
                assert!(writer.seal_rtp(&mut buffer, 7, 12, 5, sequence));
                assert_eq!(&buffer[..7], b"earlier");
                assert_eq!(
                    reader.open_rtp(&buffer[7..]).unwrap(),
                    clear,
                    "{profile:?} {sequence}"
                );
                assert!(
                    reader.open_rtp(&buffer[7..]).is_none(),
                    "a replay must be refused"
                );
            }
        }
    }

    #[test]
    fn a_forged_packet_is_refused() {
        let (mut writer, mut reader) = pair(SrtpProfile::Aes128Gcm);
        let mut buffer = packet(1);
        assert!(writer.seal_rtp(&mut buffer, 0, 12, 5, 1));
        buffer[14] ^= 1;
        assert!(reader.open_rtp(&buffer).is_none());
    }
}
