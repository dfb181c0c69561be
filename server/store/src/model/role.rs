//! Roles of people.

use super::ids::{AccountId, UnitCode};
use super::text_enum;

text_enum! {
    /// What an account may do within the subtree of a unit.
    Role {
        /// Quản trị: units, points, accounts.
        Administrator = "administrator",
        /// Thư ký: plans briefings, keeps the roll.
        Secretary = "secretary",
        /// Chủ trì: chairs briefings.
        Chair = "chair",
        /// Kỹ thuật: looks after points.
        Technician = "technician",
        /// Đại biểu: takes part.
        Delegate = "delegate",
        /// Dự thính: watches.
        Observer = "observer",
    }
}

/// A role given to an account for a unit and everything below it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// Who.
    pub account: AccountId,
    /// As what.
    pub role: Role,
    /// The root of the subtree in which the role holds.
    pub unit: UnitCode,
}
