//! Passwords: argon2id (RFC 9106) with the parameters of OWASP's advice, which are the library's defaults.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash as Phc;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use giaoban_store::PasswordHash;
use std::sync::LazyLock;
use tokio::sync::Semaphore;

/// Shorter passwords are refused; longer than [`MAX_LENGTH`] too, since hashing them costs the server, not the guesser (OWASP
/// ASVS 2.1.1, 2.1.2).
pub const MIN_LENGTH: usize = 12;
pub const MAX_LENGTH: usize = 128;

/// Each hash takes 19 MiB and tens of milliseconds: a storm of sign-ins waits in line instead of starving the rest.
static TURNS: Semaphore = Semaphore::const_new(2);

/// What a sign-in with an unknown name is compared with, so that it takes as long as one with a known name.
static NOBODY: LazyLock<Option<PasswordHash>> = LazyLock::new(|| hash("nobody has this").ok());

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    #[error(
        "mật khẩu phải có từ {MIN_LENGTH} đến {MAX_LENGTH} ký tự / a password has {MIN_LENGTH} to {MAX_LENGTH} characters"
    )]
    Length,
    #[error("cannot hash a password: {0}")]
    Hash(String),
}

/// Hashes on the calling thread.
pub fn hash(password: &str) -> Result<PasswordHash, PasswordError> {
    let length = password.chars().count();
    if !(MIN_LENGTH..=MAX_LENGTH).contains(&length) {
        return Err(PasswordError::Length);
    }
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| PasswordHash::from(hash.to_string()))
        .map_err(|error| PasswordError::Hash(error.to_string()))
}

/// Whether the password is the one of the hash. Without a hash it takes as long and is false.
pub async fn verify(password: String, hash: Option<PasswordHash>) -> bool {
    if password.len() > MAX_LENGTH * 4 {
        return false;
    }
    let Ok(_turn) = TURNS.acquire().await else {
        return false;
    };
    tokio::task::spawn_blocking(move || {
        if let Some(hash) = hash {
            return matches(&password, &hash);
        }
        if let Some(nobody) = NOBODY.as_ref() {
            matches(&password, nobody);
        }
        false
    })
    .await
    .unwrap_or(false)
}

fn matches(password: &str, hash: &PasswordHash) -> bool {
    Phc::new(hash.expose()).is_ok_and(|parsed| {
        Argon2::default()
            .verify_password(password.as_bytes(), &parsed)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_passes_and_the_hash_is_argon2id() {
        let hash = hash("giaoban-demo").unwrap();
        assert!(hash.expose().starts_with("$argon2id$v=19$"));
        assert!(verify("giaoban-demo".into(), Some(hash.clone())).await);
        assert!(!verify("giaoban-Demo".into(), Some(hash)).await);
        assert!(!verify("nobody has this".into(), None).await);
    }

    #[test]
    fn too_short_a_password_is_refused() {
        assert!(matches!(hash("ngắn"), Err(PasswordError::Length)));
    }
}
