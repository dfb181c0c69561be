//! The table: which standing allows which operation. Every cell is written out; nothing is inherited or implied.

#[cfg_attr(
    not(test),
    expect(
        clippy::enum_glob_use,
        reason = "each line begins with an operation's name"
    )
)]
use super::operation::Operation::{self, *};
use super::standing::Standing;

/// One row for each operation, one sign for each standing in the order of [`Standing::all`]: `+` allows, `-` refuses.
///
/// First who it is: anybody, signed in, invited. Then whoever is named in the briefing: chair, secretary, delegate, observer,
/// technician. Then each role, by where the unit lies for which it was given: the same, above, below, elsewhere.
#[rustfmt::skip]
pub const TABLE: &[(Operation, &str)] = &[
    //                   who  named  administ. secretary chair techn. deleg. observer
    (SeeServer,         "+++  +++++  ++++ ++++ ++++ ++++ ++++ ++++"),
    (ReadMetrics,       "+++  +++++  ++++ ++++ ++++ ++++ ++++ ++++"),
    (MeasureNetwork,    "+++  +++++  ++++ ++++ ++++ ++++ ++++ ++++"),
    (SignIn,            "+++  +++++  ++++ ++++ ++++ ++++ ++++ ++++"),
    (PresentToken,      "+++  +++++  ++++ ++++ ++++ ++++ ++++ ++++"),
    (VerifyPrintedHash, "+++  +++++  ++++ ++++ ++++ ++++ ++++ ++++"),
    (UseOwnAccount,     "-++  +++++  ++++ ++++ ++++ ++++ ++++ ++++"),
    (ListBriefings,     "-++  +++++  ++++ ++++ ++++ ++++ ++++ ++++"),
    (ReadUnits,         "-++  +++++  ++++ ++++ ++++ ++++ ++++ ++++"),
    (ReadPoints,        "-++  +++++  ++++ ++++ ++++ ++++ ++++ ++++"),
    (ManagePoints,      "---  -----  ++-- ++-- ---- ---- ---- ----"),
    (ReadAccounts,      "---  -----  ++-- ++-- ---- ---- ---- ----"),
    (ManageAccounts,    "---  -----  ++-- ---- ---- ---- ---- ----"),
    (PlanBriefing,      "---  -----  ++-- ++-- ---- ---- ---- ----"),
    (ReadBriefing,      "--+  +++++  ++-- ++-- ++-- ++-- ---- ----"),
    (EditBriefing,      "---  -+---  ++-- ++-- ---- ---- ---- ----"),
    // Whoever is not on the list stays outside, whatever office he holds: attendance is evidence.
    (JoinBriefing,      "--+  +++++  ---- ---- ---- ---- ---- ----"),
    (ManageWatchLinks,  "---  -+---  ++-- ++-- ---- ---- ---- ----"),
    (ReadAttendance,    "---  ++---  ++-- ++-- ++-- ---- ---- ----"),
    (ReadLedger,        "---  -+---  ++-- ++-- ---- ---- ---- ----"),
    // It names what people of all units did: only for whoever administers the whole server.
    (ReadAudit,         "---  -----  +--- ---- ---- ---- ---- ----"),
];

/// Whether the table allows it. What has no row or no cell is refused.
#[must_use]
pub fn allows(standing: Standing, operation: Operation) -> bool {
    TABLE
        .iter()
        .find(|(row, _)| *row == operation)
        .into_iter()
        .flat_map(|(_, cells)| Standing::all().zip(signs(cells)))
        .any(|(column, sign)| column == standing && sign == '+')
}

/// A row's signs.
pub(super) fn signs(cells: &str) -> impl Iterator<Item = char> + '_ {
    cells.chars().filter(|sign| *sign != ' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use giaoban_store::Role;
    use std::collections::HashSet;

    #[test]
    fn every_cell_is_stated_once() {
        let mut seen = HashSet::new();
        for (operation, cells) in TABLE {
            assert!(seen.insert(operation), "{operation:?} has two rows");
            assert_eq!(
                signs(cells).count(),
                Standing::all().count(),
                "{operation:?}"
            );
            assert!(
                signs(cells).all(|sign| sign == '+' || sign == '-'),
                "{operation:?}"
            );
        }
    }

    #[test]
    fn what_anybody_may_everybody_may() {
        for (operation, _) in TABLE {
            for standing in Standing::all() {
                let general = allows(Standing::Anybody, *operation)
                    || (standing != Standing::Anybody && allows(Standing::SignedIn, *operation));
                assert!(
                    !general || allows(standing, *operation),
                    "{operation:?} {standing:?}"
                );
            }
        }
    }

    #[test]
    fn no_office_lets_somebody_in_who_is_not_on_the_list() {
        for standing in Standing::all() {
            let granted = matches!(standing, Standing::Granted(..));
            assert!(!granted || !allows(standing, JoinBriefing), "{standing:?}");
        }
    }

    #[test]
    fn a_role_for_a_unit_below_or_elsewhere_gives_nothing_that_needs_a_role() {
        use super::super::standing::Relation::{Below, Elsewhere};
        for (operation, _) in TABLE {
            for role in Role::ALL {
                for relation in [Below, Elsewhere] {
                    let allowed = allows(Standing::Granted(*role, relation), *operation);
                    assert_eq!(
                        allowed,
                        allows(Standing::SignedIn, *operation),
                        "{operation:?} {role} {relation:?}"
                    );
                }
            }
        }
    }
}
