//! The letters of a printed document, and how wide they are.

use krilla::text::Font;
use unicode_normalization::UnicodeNormalization as _;

/// Size of the letters and their cut, in points (1/72 inch).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) face: Face,
    pub(super) size: f32,
}

impl Style {
    pub(super) const fn regular(size: f32) -> Self {
        Self {
            face: Face::Regular,
            size,
        }
    }

    pub(super) const fn bold(size: f32) -> Self {
        Self {
            face: Face::Bold,
            size,
        }
    }

    pub(super) const fn italic(size: f32) -> Self {
        Self {
            face: Face::Italic,
            size,
        }
    }

    /// From one line to the next: Decree 30 asks for single spacing at least.
    pub(super) fn leading(self) -> f32 {
        self.size * 1.2
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    Regular,
    Bold,
    Italic,
}

const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/Tinos-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../assets/fonts/Tinos-Bold.ttf");
const ITALIC: &[u8] = include_bytes!("../../../assets/fonts/Tinos-Italic.ttf");
/// Stands for a letter that the font lacks.
const UNKNOWN: char = '\u{25a1}';

struct Cut {
    font: Font,
    measures: ttf_parser::Face<'static>,
}

impl Cut {
    fn new(bytes: &'static [u8]) -> Option<Self> {
        Some(Self {
            font: Font::new(bytes.into(), 0)?,
            measures: ttf_parser::Face::parse(bytes, 0).ok()?,
        })
    }

    /// Advance of a letter in units of the letter's size.
    fn advance(&self, letter: char) -> f32 {
        let units = self
            .measures
            .glyph_index(letter)
            .and_then(|glyph| self.measures.glyph_hor_advance(glyph))
            .unwrap_or(0);
        f32::from(units) / f32::from(self.measures.units_per_em())
    }
}

pub(super) struct Fonts {
    regular: Cut,
    bold: Cut,
    italic: Cut,
}

impl Fonts {
    /// None only if the compiled-in files were no fonts.
    pub(super) fn load() -> Option<Self> {
        Some(Self {
            regular: Cut::new(REGULAR)?,
            bold: Cut::new(BOLD)?,
            italic: Cut::new(ITALIC)?,
        })
    }

    fn cut(&self, face: Face) -> &Cut {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
            Face::Italic => &self.italic,
        }
    }

    pub(super) fn font(&self, face: Face) -> Font {
        self.cut(face).font.clone()
    }

    /// In points.
    pub(super) fn width(&self, style: Style, text: &str) -> f32 {
        let cut = self.cut(style.face);
        text.chars().map(|letter| cut.advance(letter)).sum::<f32>() * style.size
    }

    /// The text in lines no wider than `width`: broken between words, and within a word that alone is wider. At least one line.
    pub(super) fn wrap(&self, style: Style, text: &str, width: f32) -> Vec<String> {
        let space = self.width(style, " ");
        let mut lines = Vec::new();
        let (mut line, mut used) = (String::new(), 0.0);
        for word in self.printable(text).split_whitespace() {
            let mut rest = word;
            let mut wide = self.width(style, rest);
            if !line.is_empty() && used + space + wide <= width {
                line.push(' ');
                line.push_str(rest);
                used += space + wide;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            while wide > width {
                let (head, tail) = rest.split_at(self.fitting(style, rest, width));
                lines.push(head.to_owned());
                rest = tail;
                wide = self.width(style, rest);
            }
            rest.clone_into(&mut line);
            used = wide;
        }
        if !line.is_empty() || lines.is_empty() {
            lines.push(line);
        }
        lines
    }

    /// How many bytes of a word fit; at least its first letter.
    fn fitting(&self, style: Style, word: &str, width: f32) -> usize {
        let cut = self.cut(style.face);
        let mut used = 0.0;
        for (index, letter) in word.char_indices() {
            used += cut.advance(letter) * style.size;
            if used > width && index > 0 {
                return index;
            }
        }
        word.len()
    }

    /// Letters composed with their marks (NFC), and nothing that cannot be drawn.
    fn printable(&self, text: &str) -> String {
        text.nfc()
            .map(|letter| match letter {
                letter if letter.is_whitespace() || letter.is_control() => ' ',
                letter if self.regular.measures.glyph_index(letter).is_some() => letter,
                _ => UNKNOWN,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vietnamese_letter_has_its_picture_in_every_cut() {
        let fonts = Fonts::load().unwrap();
        let letters = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ";
        for letter in letters.chars().chain(letters.to_uppercase().chars()) {
            for face in [Face::Regular, Face::Bold, Face::Italic] {
                assert!(fonts.cut(face).advance(letter) > 0.0, "{letter}");
            }
        }
    }

    #[test]
    fn no_line_is_wider_than_its_column_and_no_letter_is_lost() {
        let fonts = Fonts::load().unwrap();
        let style = Style::regular(10.0);
        let text =
            "Ủy ban nhân dân xã Mù Cang Chải, Nghiêng-nghiêng-nghiêng-nghiêng-nghiêng-nghiêng 🙂";
        let lines = fonts.wrap(style, text, 60.0);
        assert!(lines.iter().all(|line| fonts.width(style, line) <= 60.0));
        let letters = |text: &str| text.replace(' ', "");
        assert_eq!(letters(&lines.concat()), letters(&text.replace('🙂', "□")));
    }

    #[test]
    fn loose_marks_are_joined_to_their_letters() {
        let fonts = Fonts::load().unwrap();
        let style = Style::regular(10.0);
        assert_eq!(fonts.wrap(style, "Tie\u{302}\u{301}ng", 100.0), ["Tiếng"]);
    }
}
