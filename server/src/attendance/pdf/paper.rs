//! Sheets of paper, laid out before anything is drawn, so that every page can say how many there are.

use super::fonts::{Fonts, Style};
use krilla::Document;
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule};
use krilla::text::TextDirection;

/// Points in a millimetre.
pub(super) const MM: f32 = 72.0 / 25.4;
const A4: (f32, f32) = (210.0 * MM, 297.0 * MM);
/// Margins of Decree 30/2020/NĐ-CP, appendix I.
const TOP: f32 = 20.0 * MM;
const BOTTOM: f32 = 20.0 * MM;
const LEFT: f32 = 30.0 * MM;
const RIGHT: f32 = 15.0 * MM;
const PAGE_NUMBER: Style = Style::regular(13.0);
const FOOT: Style = Style::regular(8.0);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Orientation {
    Portrait,
    Landscape,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
    Right,
}

/// A part of a line, from a left edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) x: f32,
    pub(super) width: f32,
}

enum Mark {
    /// At the left end of its base line.
    Text {
        x: f32,
        y: f32,
        style: Style,
        text: String,
    },
    /// Lightness from 0 (black) to 255.
    Fill { rect: Rect, lightness: u8 },
}

struct Sheet {
    size: (f32, f32),
    marks: Vec<Mark>,
}

/// What is written so far. `y` goes down from the top edge.
pub(super) struct Paper {
    pub(super) fonts: Fonts,
    sheets: Vec<Sheet>,
    orientation: Orientation,
    pub(super) y: f32,
}

impl Paper {
    pub(super) fn new(fonts: Fonts) -> Self {
        let mut paper = Self {
            fonts,
            sheets: Vec::new(),
            orientation: Orientation::Portrait,
            y: TOP,
        };
        paper.turn(Orientation::Portrait);
        paper
    }

    /// Begins a new page.
    pub(super) fn turn(&mut self, orientation: Orientation) {
        let (width, height) = A4;
        self.orientation = orientation;
        self.sheets.push(Sheet {
            size: match orientation {
                Orientation::Portrait => (width, height),
                Orientation::Landscape => (height, width),
            },
            marks: Vec::new(),
        });
        self.y = TOP;
    }

    /// Begins a new page unless so much fits on this one. True when it did.
    pub(super) fn need(&mut self, height: f32) -> bool {
        let fits = self.y + height <= self.bottom();
        if !fits {
            self.turn(self.orientation);
        }
        !fits
    }

    fn size(&self) -> (f32, f32) {
        self.sheets.last().map_or(A4, |sheet| sheet.size)
    }

    fn bottom(&self) -> f32 {
        self.size().1 - BOTTOM
    }

    /// Between the margins.
    pub(super) fn body(&self) -> Span {
        Span {
            x: LEFT,
            width: self.size().0 - LEFT - RIGHT,
        }
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(sheet) = self.sheets.last_mut() {
            sheet.marks.push(mark);
        }
    }

    /// One line whose top is `top`.
    pub(super) fn line(&mut self, top: f32, span: Span, align: Align, style: Style, text: &str) {
        let spare = span.width - self.fonts.width(style, text);
        let x = span.x
            + match align {
                Align::Left => 0.0,
                Align::Centre => spare / 2.0,
                Align::Right => spare,
            };
        self.mark(Mark::Text {
            x,
            y: top + style.size,
            style,
            text: text.to_owned(),
        });
    }

    /// A filled rectangle.
    pub(super) fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, lightness: u8) {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            self.mark(Mark::Fill { rect, lightness });
        }
    }

    /// Lines from `top` on, without a page break; gives where they end.
    pub(super) fn block(
        &mut self,
        top: f32,
        span: Span,
        align: Align,
        style: Style,
        text: &str,
    ) -> f32 {
        let mut y = top;
        for line in self.fonts.wrap(style, text, span.width) {
            self.line(y, span, align, style, &line);
            y += style.leading();
        }
        y
    }

    /// A paragraph over the whole width, at `y`.
    pub(super) fn paragraph(&mut self, align: Align, style: Style, text: &str) {
        let span = self.body();
        for line in self.fonts.wrap(style, text, span.width) {
            self.need(style.leading());
            self.line(self.y, span, align, style, &line);
            self.y += style.leading();
        }
    }

    /// Page numbers in the middle of the upper margin from the second page on (Decree 30, appendix I), and `foot` on every page.
    pub(super) fn number(&mut self, foot: &str) {
        let total = self.sheets.len();
        for (index, sheet) in self.sheets.iter_mut().enumerate() {
            let (width, height) = sheet.size;
            let mut place = |x: f32, y: f32, style: Style, text: String| {
                sheet.marks.push(Mark::Text { x, y, style, text });
            };
            if index > 0 {
                let text = (index + 1).to_string();
                let x = (width - self.fonts.width(PAGE_NUMBER, &text)) / 2.0;
                place(x, TOP - 5.0 * MM, PAGE_NUMBER, text);
            }
            let y = height - BOTTOM + 10.0 * MM;
            place(LEFT, y, FOOT, foot.to_owned());
            let of = format!("Trang {}/{total}", index + 1);
            let x = width - RIGHT - self.fonts.width(FOOT, &of);
            place(x, y, FOOT, of);
        }
    }

    /// Draws everything.
    pub(super) fn draw(&self, document: &mut Document) {
        for sheet in &self.sheets {
            let (width, height) = sheet.size;
            let Some(settings) = PageSettings::from_wh(width, height) else {
                continue;
            };
            let mut page = document.start_page_with(settings);
            let mut surface = page.surface();
            for mark in &sheet.marks {
                match mark {
                    Mark::Text { x, y, style, text } => {
                        surface.set_fill(Some(ink(0)));
                        let at = Point::from_xy(*x, *y);
                        let font = self.fonts.font(style.face);
                        surface.draw_text(
                            at,
                            font,
                            style.size,
                            text,
                            false,
                            TextDirection::LeftToRight,
                        );
                    }
                    Mark::Fill { rect, lightness } => {
                        surface.set_fill(Some(ink(*lightness)));
                        let mut path = PathBuilder::new();
                        path.push_rect(*rect);
                        if let Some(path) = path.finish() {
                            surface.draw_path(&path);
                        }
                    }
                }
            }
            surface.finish();
            page.finish();
        }
    }
}

fn ink(lightness: u8) -> Fill {
    Fill {
        paint: luma::Color::new(lightness).into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}
