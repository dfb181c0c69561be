//! Codes that are shown once: 80 random bits in groups that can be read out and typed.

use rand::RngCore;

/// Letters and digits that are not taken for one another.
const ALPHABET: &[u8; 32] = b"23456789abcdefghjkmnpqrstuvwxyz0";

/// Such as `k7mq-2xwa-9fhd-tz3c`.
#[must_use]
pub fn code() -> String {
    let mut bytes = [0; 16];
    rand::rng().fill_bytes(&mut bytes);
    bytes
        .chunks(4)
        .map(|group| {
            group
                .iter()
                .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
                .collect::<String>()
        })
        .collect::<Vec<_>>()
        .join("-")
}
