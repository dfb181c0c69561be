//! Our DTLS certificate and the fingerprints by which both sides know each other (RFC 8122).

use rtc_dtls::crypto::Certificate;
use rtc_srtp::crypto::RTCCrypto;
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use std::fmt::Write as _;

/// A certificate hash from a session description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    algorithm: Algorithm,
    digest: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Algorithm {
    Sha256,
    Sha384,
    Sha512,
}

impl Fingerprint {
    /// Reads the value of an `a=fingerprint`. `None` if it is malformed or its hash is unknown or broken (SHA-1, MD5).
    pub(crate) fn parse(value: &str) -> Option<Self> {
        let (algorithm, digest) = value.trim().split_once(' ')?;
        let algorithm = match algorithm.to_ascii_lowercase().as_str() {
            "sha-256" => Algorithm::Sha256,
            "sha-384" => Algorithm::Sha384,
            "sha-512" => Algorithm::Sha512,
            _ => return None,
        };
        let digest = digest
            .trim()
            .split(':')
            .map(|octet| u8::from_str_radix(octet, 16))
            .collect::<Result<Vec<_>, _>>()
            .ok()?;
        Some(Self { algorithm, digest })
    }

    /// Whether this is the fingerprint of a DER certificate.
    pub(crate) fn matches(&self, certificate: &[u8]) -> bool {
        let digest = match self.algorithm {
            Algorithm::Sha256 => Sha256::digest(certificate).to_vec(),
            Algorithm::Sha384 => Sha384::digest(certificate).to_vec(),
            Algorithm::Sha512 => Sha512::digest(certificate).to_vec(),
        };
        digest == self.digest
    }
}

/// Our identity towards all peers, made anew at every start.
#[derive(Clone)]
pub(crate) struct Identity {
    pub(crate) certificate: Certificate,
    /// The value of our own `a=fingerprint`.
    pub(crate) fingerprint: String,
}

impl Identity {
    pub(crate) fn generate(crypto: &dyn RTCCrypto) -> Result<Self, String> {
        let certificate = Certificate::generate_self_signed(vec!["giaoban".to_owned()], crypto)
            .map_err(|error| error.to_string())?;
        let der = certificate
            .certificate
            .first()
            .ok_or("no certificate was made")?;
        let mut fingerprint = "sha-256 ".to_owned();
        for (index, octet) in Sha256::digest(der.as_ref()).iter().enumerate() {
            let separator = if index == 0 { "" } else { ":" };
            write!(fingerprint, "{separator}{octet:02X}").map_err(|error| error.to_string())?;
        }
        Ok(Self {
            certificate,
            fingerprint,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_own_fingerprint_fits_our_certificate_and_no_other() {
        let provider = crate::crypto::provider().unwrap();
        let identity = Identity::generate(provider.crypto()).unwrap();
        let other = Identity::generate(provider.crypto()).unwrap();
        let fingerprint = Fingerprint::parse(&identity.fingerprint).unwrap();
        assert!(fingerprint.matches(identity.certificate.certificate[0].as_ref()));
        assert!(!fingerprint.matches(other.certificate.certificate[0].as_ref()));
    }

    #[test]
    fn broken_hashes_and_malformed_values_are_refused() {
        assert_eq!(Fingerprint::parse("sha-1 00:11"), None);
        assert_eq!(Fingerprint::parse("sha-256 zz:11"), None);
        assert_eq!(Fingerprint::parse("sha-256"), None);
        assert!(Fingerprint::parse("SHA-256 ab:CD").is_some());
    }
}
