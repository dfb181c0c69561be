use crate::ids::{PointId, SeatId};
use std::collections::BTreeSet;

/// The parts of a view that change as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Section {
    Briefing,
    Phase,
    /// Who speaks: everybody sees it.
    Floor,
    /// Who waits to speak: the board sees it whole.
    Queue,
    Stage,
    /// Who asks to share: only the board sees it.
    Shares,
    Agenda,
    /// A roll call begins, is renewed or ends: everybody sees it.
    Roll,
    /// An answer to it: only the board counts them.
    RollProgress,
    Lobby,
    Children,
    /// What is asked of the parent, or answered to a child: no view shows it, the other briefing is told.
    Tree,
}

/// What facts changed, for those who must be told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Dirty {
    pub sections: BTreeSet<Section>,
    /// Rows of the board.
    pub rows: BTreeSet<PointId>,
    pub all_rows: bool,
    /// Seats whose figures the board is shown anew.
    pub quality: BTreeSet<SeatId>,
    /// Seats whose own `me` changed.
    pub me: BTreeSet<SeatId>,
    /// Seats whose own part of the queue changed.
    pub queue: BTreeSet<SeatId>,
    /// Seats that may see other sections than before.
    pub scope: BTreeSet<SeatId>,
    /// A chat message was said by the fact of this seq.
    pub chat: BTreeSet<u64>,
    /// The plan changed: everything is sent anew.
    pub everything: bool,
    /// The list of invited points is another: the board needs other rows, in another order.
    pub other_rows: bool,
}

impl Dirty {
    pub(crate) fn section(&mut self, section: Section) {
        self.sections.insert(section);
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.sections.extend(other.sections);
        self.rows.extend(other.rows);
        self.all_rows |= other.all_rows;
        self.quality.extend(other.quality);
        self.me.extend(other.me);
        self.queue.extend(other.queue);
        self.scope.extend(other.scope);
        self.chat.extend(other.chat);
        self.everything |= other.everything;
        self.other_rows |= other.other_rows;
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
