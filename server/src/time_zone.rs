//! The country has one time zone; days, plans and calendars are meant in it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

pub const ZONE: Tz = chrono_tz::Asia::Ho_Chi_Minh;
/// Its name in calendars (RFC 5545 section 3.2.19).
pub const ZONE_NAME: &str = "Asia/Ho_Chi_Minh";

/// The day on which a moment falls.
#[must_use]
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&ZONE).date_naive()
}
