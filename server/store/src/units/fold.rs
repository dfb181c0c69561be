//! Folding of Vietnamese names, so that "ha noi" finds "Thành phố Hà Nội".

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, without accents, đ as d, one space between words.
#[must_use]
pub fn fold(text: &str) -> String {
    let plain: String = text
        .nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'đ' { 'd' } else { letter })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A pattern for `LIKE … ESCAPE '\'` of whatever contains the text.
pub(crate) fn containing(text: &str) -> String {
    format!("%{}%", escape(text))
}

/// A pattern for `LIKE … ESCAPE '\'` of whatever starts with the text.
pub(crate) fn starting(text: &str) -> String {
    format!("{}%", escape(text))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn accents_case_and_d_with_stroke_are_set_aside() {
        assert_eq!(fold("Tỉnh  Đắk Lắk "), "tinh dak lak");
        assert_eq!(fold("ỨNG HOÀ"), "ung hoa");
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same() {
        assert_eq!(fold("Hu\u{1ebf}"), fold("Hue\u{302}\u{301}"));
    }
}
