//! One printed table: title, lines above it, header, rows.

use crate::attendance::words;
use chrono::{DateTime, NaiveDateTime, Utc};
use rust_xlsxwriter::{
    Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError,
};

const SECONDS_A_DAY: f64 = 86_400.0;
const ROW_AFTER_TITLE: u32 = 1;

pub(super) struct Column {
    name: &'static str,
    /// In characters.
    width: f64,
}

impl Column {
    pub(super) fn new(name: &'static str, width: f64) -> Self {
        Self { name, width }
    }
}

pub(super) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Time(NaiveDateTime),
    /// Seconds.
    Duration(u32),
}

impl Cell {
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    pub(super) fn count(count: u32) -> Self {
        Self::Number(f64::from(count))
    }

    /// Counted from 1.
    pub(super) fn index(index: usize) -> Self {
        Self::Number(u32::try_from(index + 1).map_or(0.0, f64::from))
    }

    pub(super) fn time(at: Option<DateTime<Utc>>) -> Self {
        at.map_or(Self::Empty, |at| Self::Time(words::local(at)))
    }
}

pub(super) struct Sheet {
    pub(super) name: &'static str,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
    pub(super) total: Option<Vec<Cell>>,
}

/// How cells look.
struct Formats {
    title: Format,
    line: Format,
    header: Format,
    text: Format,
    number: Format,
    time: Format,
    duration: Format,
    total_text: Format,
    total_number: Format,
}

impl Formats {
    fn new() -> Self {
        let cell = Format::new()
            .set_font_name("Times New Roman")
            .set_font_size(11)
            .set_border(FormatBorder::Thin)
            .set_align(FormatAlign::Top);
        let bold = cell.clone().set_bold();
        Self {
            title: Format::new()
                .set_font_name("Times New Roman")
                .set_font_size(14)
                .set_bold(),
            line: Format::new()
                .set_font_name("Times New Roman")
                .set_font_size(11),
            header: bold
                .clone()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x00E8_ECEF)),
            text: cell.clone().set_text_wrap(),
            number: cell.clone(),
            time: cell
                .clone()
                .set_num_format("dd/mm/yyyy hh:mm:ss")
                .set_align(FormatAlign::Center),
            duration: cell.set_num_format("[h]:mm:ss"),
            total_text: bold.clone(),
            total_number: bold,
        }
    }
}

impl Sheet {
    /// Writes the table, and sets the page so that it prints on A4 with its header on each page.
    pub(super) fn write(
        &self,
        sheet: &mut Worksheet,
        title: &str,
        lines: &[String],
    ) -> Result<(), XlsxError> {
        let formats = Formats::new();
        sheet.set_name(self.name)?;
        sheet.write_string_with_format(0, 0, title, &formats.title)?;
        let mut row = ROW_AFTER_TITLE;
        for line in lines {
            sheet.write_string_with_format(row, 0, line, &formats.line)?;
            row += 1;
        }
        row += 1;
        let header = row;
        for (number, column) in (0_u16..).zip(&self.columns) {
            sheet.set_column_width(number, column.width)?;
            sheet.write_string_with_format(header, number, column.name, &formats.header)?;
        }
        sheet.set_row_height(header, 32)?;
        for cells in &self.rows {
            row += 1;
            for (number, cell) in (0_u16..).zip(cells) {
                write_cell(sheet, row, number, cell, &formats)?;
            }
        }
        let last_column = u16::try_from(self.columns.len())
            .unwrap_or(u16::MAX)
            .saturating_sub(1);
        if !self.rows.is_empty() {
            sheet.autofilter(header, 0, row, last_column)?;
        }
        if let Some(cells) = &self.total {
            row += 1;
            for (number, cell) in (0_u16..).zip(cells) {
                match cell {
                    Cell::Number(value) => sheet.write_number_with_format(
                        row,
                        number,
                        *value,
                        &formats.total_number,
                    )?,
                    Cell::Text(text) => {
                        sheet.write_string_with_format(row, number, text, &formats.total_text)?
                    }
                    Cell::Empty | Cell::Time(_) | Cell::Duration(_) => continue,
                };
            }
        }
        sheet.set_freeze_panes(header + 1, 0)?;
        sheet.set_repeat_rows(header, header)?;
        sheet.set_paper_size(9);
        sheet.set_landscape();
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_print_area(0, 0, row, last_column)?;
        sheet.set_footer("&LSổ phiên giaoban&RTrang &P/&N");
        Ok(())
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => sheet.write_blank(row, column, &formats.text)?,
        Cell::Text(text) => sheet.write_string_with_format(row, column, text, &formats.text)?,
        Cell::Number(value) => {
            sheet.write_number_with_format(row, column, *value, &formats.number)?
        }
        Cell::Time(at) => {
            let at = at.and_utc();
            let at = ExcelDateTime::from_timestamp(at.timestamp())?;
            sheet.write_datetime_with_format(row, column, &at, &formats.time)?
        }
        Cell::Duration(seconds) => {
            let days = f64::from(*seconds) / SECONDS_A_DAY;
            sheet.write_number_with_format(row, column, days, &formats.duration)?
        }
    };
    Ok(())
}
