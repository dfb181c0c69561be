//! How the report's values read in Vietnamese.

use super::report::{Part, Roll};
use crate::time_zone::ZONE;
use chrono::{DateTime, NaiveDateTime, Utc};

/// Local time of Vietnam, to the second.
pub(super) fn local(at: DateTime<Utc>) -> NaiveDateTime {
    use chrono::SubsecRound as _;
    at.with_timezone(&ZONE).naive_local().trunc_subsecs(0)
}

/// `24/11/2026 09:41:10`.
pub(super) fn local_text(at: DateTime<Utc>) -> String {
    local(at).format("%d/%m/%Y %H:%M:%S").to_string()
}

/// `1:02:03`.
pub(super) fn duration(seconds: u32) -> String {
    format!(
        "{}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// As printed times differ: each cut to its second.
pub(super) fn whole_seconds(from: DateTime<Utc>, until: DateTime<Utc>) -> u32 {
    u32::try_from(until.timestamp() - from.timestamp()).unwrap_or(0)
}

pub(super) fn roll(roll: Roll) -> &'static str {
    match roll {
        Roll::OnSite => "Tại chỗ",
        Roll::Online => "Trực tuyến",
        Roll::Absent => "Vắng",
        Roll::Excused => "Vắng có phép",
        Roll::Late => "Vào muộn",
        Roll::Represented => "Dự thay",
        Roll::NotYetCalled => "Chưa điểm danh",
    }
}

/// Who said so.
pub(super) fn by(answered: bool, by_secretary: bool) -> &'static str {
    match (answered, by_secretary) {
        (true, true) => "Thư ký ghi",
        (true, false) => "Điểm cầu trả lời",
        (false, _) => "",
    }
}

pub(super) fn part(part: Part) -> &'static str {
    match part {
        Part::Chair => "Chủ trì",
        Part::Secretary => "Thư ký",
        Part::Delegate => "Đại biểu",
        Part::Observer => "Dự thính",
        Part::Technician => "Kỹ thuật",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone as _;

    #[test]
    fn times_are_those_of_vietnam() {
        let at = Utc.with_ymd_and_hms(2026, 11, 24, 18, 41, 10).unwrap();
        assert_eq!(local_text(at), "25/11/2026 01:41:10");
        assert_eq!(duration(3_723), "1:02:03");
    }
}
