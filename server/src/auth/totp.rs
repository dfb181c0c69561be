//! The second factor: codes of an authenticator (RFC 6238), and recovery codes for when it is lost.

use super::one_time;
use chrono::{DateTime, Utc};
use giaoban_store::{Account, AccountId, Store, StoreError};
use rand::RngCore;
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Totp, TotpError};

/// As long as the hash of HMAC-SHA-1 (RFC 4226 section 4).
const SECRET: usize = 20;
const RECOVERY_CODES: usize = 10;

/// A new secret.
#[must_use]
pub fn new_secret() -> [u8; SECRET] {
    let mut secret = [0; SECRET];
    rand::rng().fill_bytes(&mut secret);
    secret
}

/// What an authenticator and the server compute codes with: SHA-1, six digits, thirty seconds, as every authenticator knows.
pub fn authenticator(secret: &[u8], account: &Account, site: &str) -> Result<Totp, TotpError> {
    // A colon would end the name in the address of the QR code.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(secret)
        .with_account_name(plain(&account.username))
        .with_issuer(Some(plain(site)))
        .build()
}

/// The time step whose code this is: now, the one before or the one after.
pub fn step_of(
    secret: &[u8],
    account: &Account,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<u64>, TotpError> {
    let time = u64::try_from(now.timestamp()).unwrap_or(0);
    Ok(authenticator(secret, account, "giaoban")?.check(code, time))
}

/// Codes to be shown once; the store gets their hashes.
#[must_use]
pub fn recovery_codes() -> Vec<String> {
    (0..RECOVERY_CODES).map(|_| one_time::code()).collect()
}

/// What the store keeps of a recovery code: there is nothing to guess in 80 bits, so a plain hash is enough.
#[must_use]
pub fn hash_of(code: &str) -> Vec<u8> {
    let letters: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| letter.to_ascii_lowercase())
        .collect();
    Sha256::digest(letters).to_vec()
}

/// What a second factor said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The account has none, or the code is right and used up now.
    Passed,
    /// A code is needed and none was given.
    Needed,
    Wrong,
}

/// Why a code could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the second factor in the store is damaged: {0}")]
    Damaged(#[from] TotpError),
}

/// Asks the account's second factor. A code that passes never passes again.
pub async fn check(
    store: &Store,
    account: &Account,
    code: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Answer, CheckError> {
    let factors = store.second_factors();
    let factor = factors.get(account.id).await?;
    let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else {
        return Ok(Answer::Passed);
    };
    let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) else {
        return Ok(Answer::Needed);
    };
    let passed = match step_of(&factor.secret, account, code, now)? {
        Some(step) => factors.use_step(account.id, step).await?,
        None => {
            factors
                .use_recovery_code(account.id, &hash_of(code))
                .await?
        }
    };
    Ok(if passed {
        Answer::Passed
    } else {
        Answer::Wrong
    })
}

/// Whether sign-ins of the account are asked for a code.
pub async fn is_on(store: &Store, account: AccountId) -> Result<bool, StoreError> {
    let factor = store.second_factors().get(account).await?;
    Ok(factor.is_some_and(|factor| factor.confirmed_at.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use giaoban_store::Locale;

    fn account() -> Account {
        Account {
            id: uuid::Uuid::from_u128(1).into(),
            username: "thuky".to_owned(),
            display_name: String::new(),
            title: String::new(),
            unit: "TW".into(),
            point: None,
            locale: Locale::Vi,
            disabled: false,
            password_until: None,
        }
    }

    /// RFC 6238, appendix B: the SHA-1 rows, of whose eight digits these are the last six.
    #[test]
    fn codes_are_those_of_the_standard() {
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (2_000_000_000, "279037"),
        ] {
            let now = DateTime::from_timestamp(time, 0).unwrap();
            let step = step_of(b"12345678901234567890", &account(), code, now).unwrap();
            assert_eq!(step, Some(u64::try_from(time).unwrap() / 30));
            let later = now + chrono::TimeDelta::minutes(2);
            let late = step_of(b"12345678901234567890", &account(), code, later).unwrap();
            assert_eq!(late, None);
        }
    }

    #[test]
    fn recovery_codes_differ_and_are_known_however_they_are_typed() {
        let codes = recovery_codes();
        let different: std::collections::HashSet<&String> = codes.iter().collect();
        assert_eq!(different.len(), RECOVERY_CODES);
        let typed = codes[0].to_uppercase().replace('-', " ");
        assert_eq!(hash_of(&typed), hash_of(&codes[0]));
    }
}
