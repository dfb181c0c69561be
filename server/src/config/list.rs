use serde::{Deserialize, Deserializer, de};
use std::str::FromStr;

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    Text(String),
    List(Vec<String>),
}

/// Reads a list that may be written as a list, or as one text with commas as an environment variable must be.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
    T::Err: std::fmt::Display,
{
    let words = match OneOrMany::deserialize(deserializer)? {
        OneOrMany::Text(text) => text.split(',').map(str::to_owned).collect(),
        OneOrMany::List(list) => list,
    };
    words
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.is_empty())
        .map(|word| {
            word.parse()
                .map_err(|error| de::Error::custom(format!("{word}: {error}")))
        })
        .collect()
}
