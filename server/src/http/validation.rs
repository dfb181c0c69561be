//! Checking what came in, field by field, so that a form can show every mistake at once.

use crate::problem::{FieldProblem, Problem, Sentence};
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
