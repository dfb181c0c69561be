//! What people may be called when they sign in.

/// 2 to 64 ASCII letters, digits and `. _ - @`.
#[must_use]
pub fn is_one(name: &str) -> bool {
    (2..=64).contains(&name.len())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || ".-_@".contains(letter))
}
