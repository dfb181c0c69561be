//! How much one briefing may hold.

use chrono::TimeDelta;
use std::ops::RangeInclusive;

pub const TITLE: RangeInclusive<usize> = 1..=200;
pub const AGENDA_ITEMS: usize = 100;
pub const AGENDA_MINUTES: RangeInclusive<u32> = 1..=600;
pub const PRESENTER: RangeInclusive<usize> = 0..=200;
pub const REASON: RangeInclusive<usize> = 1..=500;
/// 0 is "no limit" and checked apart.
pub const FLOOR_SECONDS: RangeInclusive<u32> = 10..=7_200;
pub const PARTICIPANTS: usize = 1_000;
/// Lines of the invitation, before subtrees are unfolded.
pub const INVITE_LINES: usize = 5_000;
/// Points after unfolding: the whole country twice over.
pub const POINTS: usize = 7_000;
pub const LONGEST: TimeDelta = TimeDelta::hours(24);
/// A briefing that begins at once was planned a moment ago.
pub const PAST: TimeDelta = TimeDelta::minutes(15);
/// Furthest end of a repetition.
pub const REPEAT: TimeDelta = TimeDelta::days(2 * 366);
