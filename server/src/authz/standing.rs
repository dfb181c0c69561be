//! How an account stands towards what it asks about.

use giaoban_store::{ParticipantRole, Role};

/// Where the unit for which somebody has a role lies, seen from the unit that the operation is about (for a briefing: its
/// host) in the tree of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// It is that unit.
    Same,
    /// It is above that unit, however far.
    Above,
    /// It is below that unit, however far.
    Below,
    /// It is in another branch.
    Elsewhere,
}

impl Relation {
    pub const ALL: &'static [Self] = &[Self::Same, Self::Above, Self::Below, Self::Elsewhere];
}

/// One column of the table. An account has several standings at once, and any of them may allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Nobody knows who it is. What this allows, every standing allows.
    Anybody,
    /// Signed in. What this allows, every standing but [`Standing::Anybody`] allows.
    SignedIn,
    /// Its point is invited to the briefing (without a point of its own: its unit).
    Invited,
    /// Named with a role in the briefing.
    Named(ParticipantRole),
    /// Has a role for a unit.
    Granted(Role, Relation),
}

impl Standing {
    /// Every standing, in the order of the table's columns.
    pub fn all() -> impl Iterator<Item = Self> {
        let granted = Role::ALL.iter().flat_map(|role| {
            Relation::ALL
                .iter()
                .map(|relation| Self::Granted(*role, *relation))
        });
        [Self::Anybody, Self::SignedIn, Self::Invited]
            .into_iter()
            .chain(ParticipantRole::ALL.iter().copied().map(Self::Named))
            .chain(granted)
    }
}
