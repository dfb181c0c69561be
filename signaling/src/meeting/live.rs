//! What is shown but not recorded: links of the moment, and what parent and children last said. Lost in a restart and
//! measured or told again.

use super::dirty::{Dirty, Section};
use super::quality::Qualities;
use crate::hierarchy::{ChildState, ParentState};
use crate::ids::{BriefingId, PointId, SeatId};
use crate::wire::LinkState;
use std::collections::BTreeMap;

#[derive(Debug, Default)]
pub(crate) struct Live {
    pub links: BTreeMap<SeatId, LinkState>,
    pub qualities: Qualities,
    pub parent: Option<ParentState>,
    pub children: BTreeMap<BriefingId, ChildState>,
    /// At which seq of the ledger a section or a row changed without a fact. Whoever saw no more than that seq may not have seen it.
    sections: BTreeMap<Section, u64>,
    rows: BTreeMap<PointId, u64>,
}

impl Live {
    pub(crate) fn mark(&mut self, seq: u64, dirty: &Dirty) {
        for section in &dirty.sections {
            self.sections.insert(*section, seq);
        }
        for point in &dirty.rows {
            self.rows.insert(*point, seq);
        }
    }

    pub(crate) fn section_since(&self, section: Section, seq: u64) -> bool {
        self.sections.get(&section).is_some_and(|mark| *mark >= seq)
    }

    pub(crate) fn row_since(&self, point: PointId, seq: u64) -> bool {
        self.rows.get(&point).is_some_and(|mark| *mark >= seq)
    }
}
