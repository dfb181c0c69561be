//! Identifiers. The caller makes them (version 7, so that they sort by time); the store never does.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_ids {
    ($($(#[$meta:meta])* $name:ident,)+) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
            #[serde(transparent)]
            pub struct $name(Uuid);

            impl From<Uuid> for $name {
                fn from(id: Uuid) -> Self {
                    Self(id)
                }
            }

            impl From<$name> for Uuid {
                fn from(id: $name) -> Self {
                    id.0
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    self.0.fmt(f)
                }
            }

            impl std::str::FromStr for $name {
                type Err = uuid::Error;

                fn from_str(text: &str) -> Result<Self, Self::Err> {
                    text.parse().map(Self)
                }
            }

            impl crate::db::value::Param for $name {
                type Wire = Uuid;

                fn into_wire(self) -> Result<Uuid, crate::StoreError> {
                    Ok(self.0)
                }
            }

            impl crate::db::value::Field for $name {
                type Wire = Uuid;

                fn from_wire(wire: Uuid) -> Result<Self, crate::db::value::BadField> {
                    Ok(Self(wire))
                }
            }
        )+
    };
}

uuid_ids! {
    /// A person who can sign in.
    AccountId,
    /// A place that joins a briefing (điểm cầu).
    PointId,
    /// A briefing (phiên giao ban).
    BriefingId,
    /// An item of a briefing's agenda.
    AgendaItemId,
    /// A weekly repetition of briefings.
    SeriesId,
    /// A sign-in that is in force.
    SessionId,
    /// A link for view-only watchers.
    WatchLinkId,
}

/// Code of a unit in the administrative tree: the General Statistics Office's digits, or the
/// operator's own such as `TW`. Effective-dated: one code may name different units over time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnitCode(String);

impl UnitCode {
    /// The code as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for UnitCode {
    fn from(code: String) -> Self {
        Self(code)
    }
}

impl From<&str> for UnitCode {
    fn from(code: &str) -> Self {
        Self(code.to_owned())
    }
}

impl From<UnitCode> for String {
    fn from(code: UnitCode) -> Self {
        code.0
    }
}

impl std::fmt::Display for UnitCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
