//! Checking what came in, field by field, so that a form can show every mistake at once.

use crate::problem::{FieldProblem, Problem, Sentence};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, de};
use std::borrow::Cow;
use std::ops::RangeInclusive;

/// Collects what is wrong.
#[derive(Default)]
pub(crate) struct Fields(Vec<FieldProblem>);

impl Fields {
    pub(crate) fn refuse(
        &mut self,
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        vi: impl Into<Cow<'static, str>>,
        en: impl Into<Cow<'static, str>>,
    ) {
        self.0.push(FieldProblem {
            field: field.into(),
            code,
            message: Sentence::new(vi, en),
        });
    }

    /// All that is wrong as one refusal.
    pub(crate) fn check(self) -> Result<(), Problem> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Problem::invalid(self.0))
        }
    }
}

/// A text without space around it, whose length in characters is within the range.
pub(crate) fn text(
    fields: &mut Fields,
    field: impl Into<Cow<'static, str>>,
    given: &str,
    length: RangeInclusive<usize>,
) -> String {
    let text = given.trim();
    let count = text.chars().count();
    if count < *length.start() {
        fields.refuse(field, "required", "Chưa điền.", "Must be filled in.");
    } else if count > *length.end() {
        let most = length.end();
        fields.refuse(
            field,
            "too_long",
            format!("Tối đa {most} ký tự."),
            format!("At most {most} characters."),
        );
    } else if text.contains(char::is_control) {
        fields.refuse(
            field,
            "bad_text",
            "Có ký tự không dùng được.",
            "Holds a character that cannot be used.",
        );
    }
    text.to_owned()
}

/// A number within the range.
pub(crate) fn number(
    fields: &mut Fields,
    field: impl Into<Cow<'static, str>>,
    given: u32,
    range: &RangeInclusive<u32>,
) {
    if !range.contains(&given) {
        let (least, most) = (range.start(), range.end());
        fields.refuse(
            field,
            "out_of_range",
            format!("Từ {least} đến {most}."),
            format!("From {least} to {most}."),
        );
    }
}

/// Years that a plan or a question can mean. Beyond them calendars overflow and PostgreSQL refuses.
const YEARS: RangeInclusive<i32> = 1900..=2999;

/// For `deserialize_with`: a date or time of our age, or nothing.
pub(crate) fn of_our_age<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Dated,
{
    let given = T::deserialize(deserializer)?;
    if given.year().is_none_or(|year| YEARS.contains(&year)) {
        Ok(given)
    } else {
        Err(de::Error::custom("the year must be from 1900 to 2999"))
    }
}

/// What has a year.
pub(crate) trait Dated {
    fn year(&self) -> Option<i32>;
}

impl Dated for DateTime<Utc> {
    fn year(&self) -> Option<i32> {
        Some(Datelike::year(self))
    }
}

impl Dated for NaiveDate {
    fn year(&self) -> Option<i32> {
        Some(Datelike::year(self))
    }
}

impl<T: Dated> Dated for Option<T> {
    fn year(&self) -> Option<i32> {
        self.as_ref().and_then(Dated::year)
    }
}
