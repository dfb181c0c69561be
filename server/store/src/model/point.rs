//! Points (điểm cầu).

use super::ids::{PointId, UnitCode};
use super::text_enum;
use super::unit::Tier;

text_enum! {
    /// What a point is.
    PointKind {
        /// A meeting room of a unit.
        Room = "room",
        /// One official's desk.
        Desk = "desk",
    }
}

/// A place that joins briefings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// Its id.
    pub id: PointId,
    /// The unit it belongs to.
    pub unit: UnitCode,
    /// Its name, such as `Phòng họp số 1`.
    pub name: String,
    /// Room or desk.
    pub kind: PointKind,
    /// Contracted link rate in kbit/s.
    pub link_kbps: u32,
    /// Name of its technician, empty where unknown.
    pub technician_name: String,
    /// Telephone of its technician, empty where unknown.
    pub technician_phone: String,
    /// Whether it may be invited.
    pub active: bool,
}

/// A point with its unit as it was on the day that was asked for: what an invitation list needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointInUnit {
    /// The point.
    pub point: Point,
    /// Name of its unit on that day.
    pub unit_name: String,
    /// Tier of its unit on that day.
    pub tier: Tier,
    /// The unit above on that day.
    pub parent: Option<UnitCode>,
}
