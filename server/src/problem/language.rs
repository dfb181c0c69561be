use axum::http::{HeaderMap, HeaderValue, header};

/// The two languages of the server. Vietnamese first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Vietnamese,
    English,
}

impl Language {
    /// The preferred of the two by `Accept-Language` (RFC 9110 section 12.5.4); Vietnamese when neither is asked for.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let Some(accepted) = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok())
        else {
            return Self::default();
        };
        let mut best = (Self::default(), 0.0_f32);
        for range in accepted.split(',') {
            let mut parts = range.split(';').map(str::trim);
            let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parts
                .find_map(|part| part.strip_prefix("q="))
                .map_or(1.0, |q| q.parse().unwrap_or(0.0));
            let language = match tag.split('-').next() {
                Some("vi") => Self::Vietnamese,
                Some("en") => Self::English,
                _ => continue,
            };
            if weight > best.1 {
                best = (language, weight);
            }
        }
        best.0
    }

    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &'static str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(value));
        Language::of(&headers)
    }

    #[test]
    fn the_greatest_weight_wins_and_vietnamese_is_the_default() {
        assert_eq!(of("en-US,en;q=0.9,vi;q=0.8"), Language::English);
        assert_eq!(of("vi-VN,vi;q=0.9,en;q=0.8"), Language::Vietnamese);
        assert_eq!(of("fr, en;q=0.2, vi;q=0.5"), Language::Vietnamese);
        assert_eq!(of("fr"), Language::Vietnamese);
        assert_eq!(Language::of(&HeaderMap::new()), Language::Vietnamese);
    }
}
