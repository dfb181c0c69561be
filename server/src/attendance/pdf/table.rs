//! Tables with ruled cells, whose header stands again on every page that they reach.

use super::fonts::Style;
use super::paper::{Align, Paper, Span};

const HEAD: Style = Style::bold(9.5);
const CELL: Style = Style::regular(9.5);
const TOTAL: Style = Style::bold(9.5);
const PADDING: f32 = 2.5;
const RULE: f32 = 0.4;
/// Behind the header.
const SHADE: u8 = 232;

pub(super) struct Column {
    title: &'static str,
    /// Its part of the table's width, as a weight.
    weight: f32,
    align: Align,
}

impl Column {
    pub(super) const fn left(title: &'static str, weight: f32) -> Self {
        Self {
            title,
            weight,
            align: Align::Left,
        }
    }

    pub(super) const fn centre(title: &'static str, weight: f32) -> Self {
        Self {
            title,
            weight,
            align: Align::Centre,
        }
    }

    pub(super) const fn right(title: &'static str, weight: f32) -> Self {
        Self {
            title,
            weight,
            align: Align::Right,
        }
    }
}

/// As wide as the page; every row has a cell for every column.
pub(super) struct Table<const N: usize> {
    pub(super) columns: [Column; N],
    pub(super) rows: Vec<[String; N]>,
    pub(super) total: Option<[String; N]>,
}

impl<const N: usize> Table<N> {
    pub(super) fn write(&self, paper: &mut Paper) {
        let body = paper.body();
        let weights: f32 = self.columns.iter().map(|column| column.weight).sum();
        let mut x = body.x;
        let spans: [Span; N] = std::array::from_fn(|index| {
            let width = body.width * self.columns[index].weight / weights;
            let span = Span { x, width };
            x += width;
            span
        });
        let head = Row::new(
            paper,
            &spans,
            HEAD,
            &self
                .columns
                .each_ref()
                .map(|column| column.title.to_owned()),
        );
        // The header never stands alone at the foot of a page.
        paper.need(head.height + CELL.leading() * 2.0);
        head.write_as_head(paper, &spans);
        let rows = self.rows.iter().map(|row| (CELL, row));
        let total = self.total.iter().map(|row| (TOTAL, row));
        for (style, cells) in rows.chain(total) {
            let row = Row::new(paper, &spans, style, cells);
            if paper.need(row.height) {
                head.write_as_head(paper, &spans);
            }
            row.write(paper, &spans, |index| self.columns[index].align);
        }
    }
}

/// A row broken into lines.
struct Row<const N: usize> {
    style: Style,
    cells: [Vec<String>; N],
    height: f32,
}

impl<const N: usize> Row<N> {
    fn new(paper: &Paper, spans: &[Span; N], style: Style, cells: &[String; N]) -> Self {
        let cells: [Vec<String>; N] = std::array::from_fn(|index| {
            let width = spans[index].width - 2.0 * PADDING;
            paper.fonts.wrap(style, &cells[index], width)
        });
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1);
        #[expect(clippy::cast_precision_loss, reason = "few lines")]
        let height = lines as f32 * style.leading() + 2.0 * PADDING;
        Self {
            style,
            cells,
            height,
        }
    }

    fn write(&self, paper: &mut Paper, spans: &[Span; N], align: impl Fn(usize) -> Align) {
        let top = paper.y;
        for (index, (lines, span)) in self.cells.iter().zip(spans).enumerate() {
            let inner = Span {
                x: span.x + PADDING,
                width: span.width - 2.0 * PADDING,
            };
            let mut y = top + PADDING;
            for line in lines {
                paper.line(y, inner, align(index), self.style, line);
                y += self.style.leading();
            }
            paper.fill(span.x - RULE / 2.0, top, RULE, self.height, 0);
        }
        let body = paper.body();
        paper.fill(body.x + body.width - RULE / 2.0, top, RULE, self.height, 0);
        paper.fill(body.x, top + self.height, body.width, RULE, 0);
        paper.y = top + self.height;
    }

    /// The names of the columns, on their ground.
    fn write_as_head(&self, paper: &mut Paper, spans: &[Span; N]) {
        let body = paper.body();
        paper.fill(body.x, paper.y, body.width, self.height, SHADE);
        paper.fill(body.x, paper.y, body.width, RULE, 0);
        self.write(paper, spans, |_| Align::Centre);
    }
}
