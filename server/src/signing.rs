//! The key of this site, for tokens that prove themselves (join tokens, calendar addresses).

use giaoban_store::{Store, StoreError};
use hmac::{Hmac, Mac};
use rand::RngCore;
use sha2::Sha256;
use std::sync::Arc;

const LENGTH: usize = 32;
/// The key's name in the store.
const NAME: &str = "signing";

/// 32 random bytes, kept in the store, so that all nodes of a site share them and tokens outlive a restart. Never printed.
#[derive(Clone)]
pub struct SigningKey(Arc<[u8; LENGTH]>);

/// Why the key could not be read or made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the signing key in the store is damaged: it must be {LENGTH} bytes long")]
    Damaged,
}

impl SigningKey {
    /// The site's key; drawn at the first start.
    pub async fn of_site(store: &Store) -> Result<Self, KeyError> {
        let candidate = Self::random();
        let kept = store.secrets().get_or_keep(NAME, &*candidate.0).await?;
        let key: [u8; LENGTH] = kept.try_into().map_err(|_| KeyError::Damaged)?;
        Ok(Self(Arc::new(key)))
    }

    #[must_use]
    pub fn random() -> Self {
        let mut key = [0; LENGTH];
        rand::rng().fill_bytes(&mut key);
        Self(Arc::new(key))
    }

    /// HMAC-SHA256 (RFC 2104) over `purpose`, a zero byte, and `message`. The purpose keeps a signature that was made
    /// for one use from being good for another.
    #[must_use]
    pub fn sign(&self, purpose: &str, message: &[u8]) -> [u8; 32] {
        self.mac(purpose, message).finalize().into_bytes().into()
    }

    /// Compares in constant time.
    #[must_use]
    pub fn verify(&self, purpose: &str, message: &[u8], signature: &[u8]) -> bool {
        self.mac(purpose, message).verify_slice(signature).is_ok()
    }

    fn mac(&self, purpose: &str, message: &[u8]) -> Hmac<Sha256> {
        // An HMAC takes a block-sized key as it is; shorter keys are padded with zeros (RFC 2104 section 2).
        let mut block = [0; 64];
        block[..LENGTH].copy_from_slice(&*self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(message);
        mac
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_good_for_its_purpose_and_message_only() {
        let key = SigningKey::random();
        let signature = key.sign("join", b"seat");
        assert!(key.verify("join", b"seat", &signature));
        assert!(!key.verify("calendar", b"seat", &signature));
        assert!(!key.verify("join", b"other", &signature));
        assert!(!SigningKey::random().verify("join", b"seat", &signature));
    }
}
