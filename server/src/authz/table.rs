use giaoban_store::{ParticipantRole, Role};

/// What may be asked of the server. Reading one's own account needs only a sign-in and is not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Units and their tree.
    ReadUnits,
    /// Points and their technicians.
    ReadPoints,
    /// Add and change points of a unit.
    ManagePoints,
    /// List people of a unit and below.
    ReadAccounts,
    /// Plan a briefing that a unit holds.
    PlanBriefing,
    /// See a briefing's plan, its list of points and its calendar entry.
    ReadBriefing,
    /// Change or cancel a briefing.
    EditBriefing,
    /// Enter a briefing.
    JoinBriefing,
    /// Give out links for view-only screens.
    ManageWatchLinks,
    /// Attendance and roll call afterwards.
    ReadAttendance,
    /// The ledger's facts.
    ReadLedger,
}

impl Operation {
    pub const ALL: &'static [Self] = &[
        Self::ReadUnits,
        Self::ReadPoints,
        Self::ManagePoints,
        Self::ReadAccounts,
        Self::PlanBriefing,
        Self::ReadBriefing,
        Self::EditBriefing,
        Self::JoinBriefing,
        Self::ManageWatchLinks,
        Self::ReadAttendance,
        Self::ReadLedger,
    ];
}

/// How an account stands towards what it asks about. It may have several standings at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Signed in.
    SignedIn,
    /// Has a role for the unit (for a briefing: the host) or for a unit above it.
    Granted(Role),
    /// Named with a role in the briefing.
    Named(ParticipantRole),
    /// Its point is invited to the briefing.
    Invited,
}

impl Standing {
    /// Every standing there is.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::SignedIn, Self::Invited]
            .into_iter()
            .chain(Role::ALL.iter().copied().map(Self::Granted))
            .chain(ParticipantRole::ALL.iter().copied().map(Self::Named))
    }
}

const ADMINISTRATOR: Standing = Standing::Granted(Role::Administrator);
const SECRETARY_OF_UNIT: Standing = Standing::Granted(Role::Secretary);
const CHAIR_OF_UNIT: Standing = Standing::Granted(Role::Chair);
const TECHNICIAN_OF_UNIT: Standing = Standing::Granted(Role::Technician);
const CHAIR: Standing = Standing::Named(ParticipantRole::Chair);
const SECRETARY: Standing = Standing::Named(ParticipantRole::Secretary);
const DELEGATE: Standing = Standing::Named(ParticipantRole::Delegate);
const OBSERVER: Standing = Standing::Named(ParticipantRole::Observer);
const TECHNICIAN: Standing = Standing::Named(ParticipantRole::Technician);

/// The table: for each operation, the standings that allow it. What is not here is refused.
const fn allowed(operation: Operation) -> &'static [Standing] {
    match operation {
        Operation::ReadUnits | Operation::ReadPoints => &[Standing::SignedIn],
        // A secretary must be able to name a chair of another unit: which people are seen is decided by where the
        // role holds, see `http::accounts`.
        Operation::ManagePoints | Operation::ReadAccounts | Operation::PlanBriefing => {
            &[ADMINISTRATOR, SECRETARY_OF_UNIT]
        }
        Operation::ReadBriefing => &[
            ADMINISTRATOR,
            SECRETARY_OF_UNIT,
            CHAIR_OF_UNIT,
            TECHNICIAN_OF_UNIT,
            CHAIR,
            SECRETARY,
            DELEGATE,
            OBSERVER,
            TECHNICIAN,
            Standing::Invited,
        ],
        Operation::EditBriefing | Operation::ManageWatchLinks => {
            &[ADMINISTRATOR, SECRETARY_OF_UNIT, SECRETARY]
        }
        // Whoever is not on the list stays outside, whatever office he holds: attendance is evidence.
        Operation::JoinBriefing => &[
            CHAIR,
            SECRETARY,
            DELEGATE,
            OBSERVER,
            TECHNICIAN,
            Standing::Invited,
        ],
        Operation::ReadAttendance => &[
            ADMINISTRATOR,
            SECRETARY_OF_UNIT,
            CHAIR_OF_UNIT,
            CHAIR,
            SECRETARY,
        ],
        Operation::ReadLedger => &[ADMINISTRATOR, SECRETARY_OF_UNIT, SECRETARY],
    }
}

/// Whether the table allows it.
#[must_use]
pub fn allows(standing: Standing, operation: Operation) -> bool {
    allowed(operation).contains(&standing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write as _;

    /// Every cell, to be read line by line when it changes.
    #[test]
    fn the_table_is_as_it_was_decided() {
        let mut text = String::new();
        for operation in Operation::ALL {
            writeln!(text, "{operation:?}").unwrap();
            for standing in Standing::all() {
                let answer = if allows(standing, *operation) {
                    "yes"
                } else {
                    "no"
                };
                writeln!(text, "  {standing:?}: {answer}").unwrap();
            }
        }
        insta::assert_snapshot!(text);
    }

    #[test]
    fn only_people_on_the_list_may_enter() {
        for role in Role::ALL {
            assert!(!allows(Standing::Granted(*role), Operation::JoinBriefing));
        }
        assert!(!allows(Standing::SignedIn, Operation::JoinBriefing));
    }
}
