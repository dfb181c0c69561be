//! Units as a CSV file: `code,name,tier,parent_code,valid_from,valid_to[,link_mbps]`, UTF-8.

use std::io::Read;

use chrono::NaiveDate;
use csv::{ReaderBuilder, StringRecord, Trim};

use super::import::ImportError;
use super::refusal::{Reason, Refusal};
use crate::model::ids::UnitCode;
use crate::model::unit::{Tier, Unit, UnitRow};

pub(super) const COLUMNS: [&str; 7] = [
    "code",
    "name",
    "tier",
    "parent_code",
    "valid_from",
    "valid_to",
    "link_mbps",
];
const REQUIRED: usize = 6;
const MAX_MBPS: f64 = 100_000.0;

/// Reads all rows of a file. A parent, a last day and a link rate may be empty. When any row can't
/// be read, none is returned and all that can't are named.
pub fn read(file: impl Read) -> Result<Vec<UnitRow>, ImportError> {
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(file);
    let header = reader
        .headers()
        .map_err(|error| ImportError::refused(vec![not_csv(&error)]))?;
    let found: Vec<&str> = header.iter().collect();
    if found != COLUMNS && found != COLUMNS[..REQUIRED] {
        return Err(ImportError::refused(vec![Refusal {
            line: Some(1),
            reason: Reason::BadHeader {
                found: found.join(","),
            },
        }]));
    }
    let mut rows = Vec::new();
    let mut refusals = Vec::new();
    for record in reader.records() {
        match record {
            Ok(record) => {
                let line = record.position().map_or(0, csv::Position::line);
                match unit(&record) {
                    Ok(unit) => rows.push(UnitRow { line, unit }),
                    Err(reason) => refusals.push(Refusal {
                        line: Some(line),
                        reason,
                    }),
                }
            }
            Err(error) => refusals.push(not_csv(&error)),
        }
    }
    if refusals.is_empty() {
        Ok(rows)
    } else {
        Err(ImportError::refused(refusals))
    }
}

fn not_csv(error: &csv::Error) -> Refusal {
    Refusal {
        line: error.position().map(csv::Position::line),
        reason: Reason::NotCsv {
            detail: error.to_string(),
        },
    }
}

fn unit(record: &StringRecord) -> Result<Unit, Reason> {
    let tier = filled(record, 2)?;
    Ok(Unit {
        code: UnitCode::from(filled(record, 0)?),
        name: filled(record, 1)?.to_owned(),
        tier: tier.parse::<Tier>().map_err(|_| Reason::UnknownTier {
            word: tier.to_owned(),
        })?,
        parent: optional(record, 3)?.map(UnitCode::from),
        valid_from: date(4, filled(record, 4)?)?,
        valid_to: optional(record, 5)?.map(|text| date(5, text)).transpose()?,
        link_kbps: optional(record, 6)?.map(link_kbps).transpose()?,
    })
}

fn optional(record: &StringRecord, column: usize) -> Result<Option<&str>, Reason> {
    let text = record.get(column).unwrap_or_default();
    if text.chars().any(char::is_control) {
        return Err(Reason::ControlCharacter {
            column: COLUMNS[column],
        });
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn filled(record: &StringRecord, column: usize) -> Result<&str, Reason> {
    optional(record, column)?.ok_or(Reason::Empty {
        column: COLUMNS[column],
    })
}

/// Exactly `YYYY-MM-DD`: dates sort as text on one of the databases.
fn date(column: usize, text: &str) -> Result<NaiveDate, Reason> {
    let bad = || Reason::BadDate {
        column: COLUMNS[column],
        text: text.to_owned(),
    };
    if text.len() != 10 || !text.starts_with(|digit: char| digit.is_ascii_digit()) {
        return Err(bad());
    }
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| bad())
}

fn link_kbps(text: &str) -> Result<u32, Reason> {
    let mbps = text
        .parse::<f64>()
        .ok()
        .filter(|mbps| *mbps > 0.0 && *mbps <= MAX_MBPS)
        .ok_or_else(|| Reason::BadLinkRate {
            text: text.to_owned(),
        })?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 100,000,000, as checked above"
    )]
    Ok((mbps * 1000.0).round().max(1.0) as u32)
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::units::ImportError;

    fn lines(file: &str) -> Vec<String> {
        match read(file.as_bytes()) {
            Ok(_) => Vec::new(),
            Err(ImportError::Refused { refusals, .. }) => {
                refusals.iter().map(ToString::to_string).collect()
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_row_with_a_link_rate_is_read() {
        let rows = read(
            "\u{feff}code,name,tier,parent_code,valid_from,valid_to,link_mbps\n\
             TW, Trung ương ,central,,1945-09-02,,\n\
             01,\"Hà Nội, thủ đô\",province,TW,2000-01-01,2030-12-31,1.5\n"
                .as_bytes(),
        )
        .unwrap();
        assert_eq!(rows[0].unit.name, "Trung ương");
        assert_eq!(rows[0].unit.parent, None);
        assert_eq!(rows[1].line, 3);
        assert_eq!(rows[1].unit.name, "Hà Nội, thủ đô");
        assert_eq!(rows[1].unit.link_kbps, Some(1500));
        assert_eq!(rows[1].unit.valid_to.unwrap().to_string(), "2030-12-31");
    }

    #[test]
    fn every_unreadable_row_is_named_with_its_line() {
        let refused = lines(
            "code,name,tier,parent_code,valid_from,valid_to,link_mbps\n\
             A,A,village,,2000-01-01,,\n\
             B,B,province,,2000-13-01,,\n\
             C,C,province,,2000-01-01,1/2/2003,\n\
             ,D,province,,2000-01-01,,\n\
             E,E,province,,2000-01-01,,-3\n\
             F,F\n",
        );
        assert_eq!(refused.len(), 6, "{refused:#?}");
        for (index, refusal) in refused.iter().enumerate() {
            assert!(
                refusal.starts_with(&format!("line {}: ", index + 2)),
                "{refusal}"
            );
        }
        assert!(refused[0].contains("unknown tier \"village\""));
        assert!(refused[1].contains("valid_from must be a date"));
        assert!(refused[2].contains("valid_to must be a date"));
        assert!(refused[3].contains("column code is empty"));
    }

    #[test]
    fn a_file_without_the_header_is_refused() {
        assert!(lines("01,Hà Nội,province,TW,2000-01-01,\n")[0].contains("first line must be"));
    }
}
