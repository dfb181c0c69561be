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
/// So many rows at the end stay on one page, with what must not stand without them.
const TOGETHER: usize = 2;

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
        self.lay(paper).write(paper, 0.0);
    }

    /// Breaks every cell into lines, on a page as wide as it is now.
    pub(super) fn lay(&self, paper: &Paper) -> Laid<'_, N> {
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
        let rows = self.rows.iter().map(|row| (CELL, row));
        let total = self.total.iter().map(|row| (TOTAL, row));
        let rows = rows
            .chain(total)
            .map(|(style, cells)| Row::new(paper, &spans, style, cells))
            .collect();
        Laid {
            columns: &self.columns,
            spans,
            head,
            rows,
        }
    }
}

/// A table whose heights are known.
pub(super) struct Laid<'a, const N: usize> {
    columns: &'a [Column; N],
    spans: [Span; N],
    head: Row<N>,
    rows: Vec<Row<N>>,
}

impl<const N: usize> Laid<'_, N> {
    /// How high the part is that begins the table and stays on one page, if so much follows that must not stand without its
    /// last rows.
    pub(super) fn beginning(&self, after: f32) -> f32 {
        // The header never stands alone at the foot of a page.
        let rows = match self.rows.first() {
            Some(first) if self.rows.len() > TOGETHER => first.height,
            _ => self.end(after),
        };
        self.head.height + rows
    }

    fn last(&self) -> usize {
        self.rows.len().saturating_sub(TOGETHER)
    }

    fn end(&self, after: f32) -> f32 {
        let rows = self.rows[self.last()..].iter();
        rows.map(|row| row.height).sum::<f32>() + after
    }

    /// Writes it. Its last rows leave room for `after` below them.
    pub(super) fn write(&self, paper: &mut Paper, after: f32) {
        paper.need(self.beginning(after));
        self.head.write_as_head(paper, &self.spans);
        for (index, row) in self.rows.iter().enumerate() {
            let height = if index == self.last() {
                self.end(after)
            } else {
                row.height
            };
            // The first stands under the header already.
            if index > 0 && paper.need(height) {
                self.head.write_as_head(paper, &self.spans);
            }
            row.write(paper, &self.spans, |index| self.columns[index].align);
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
