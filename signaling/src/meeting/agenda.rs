//! The agenda (chương trình) and its countdown.

use super::dirty::{Dirty, Section};
use super::state::State;
use crate::ids::AgendaItemId;
use crate::ledger::Body;
use crate::wire::{AgendaItem, RefusalCode};
use chrono::{DateTime, TimeDelta, Utc};

/// Nobody extends an item by more than this at once.
const LONGEST: i32 = 4 * 3600;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Agenda {
    pub current: Option<Current>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Current {
    pub item: AgendaItemId,
    pub since: DateTime<Utc>,
    pub extra_seconds: i64,
}

type Decision = Result<Vec<Body>, RefusalCode>;

impl State {
    fn items(&self) -> &[AgendaItem] {
        &self.invited.setup.agenda
    }

    /// The current item's index, if the plan still has it.
    pub(crate) fn current_index(&self) -> Option<usize> {
        let current = self.agenda.current.as_ref()?.item;
        self.items().iter().position(|item| item.id == current)
    }

    pub(crate) fn current_until(&self) -> Option<DateTime<Utc>> {
        let current = self.agenda.current.as_ref()?;
        let minutes = self.items().get(self.current_index()?)?.minutes;
        let seconds = i64::from(minutes) * 60 + current.extra_seconds;
        Some(current.since + TimeDelta::seconds(seconds))
    }

    pub(crate) fn next_item(&self) -> Decision {
        self.in_session()?;
        let next = self.current_index().map_or(0, |index| index + 1);
        let item = self.items().get(next).ok_or(RefusalCode::OutOfRange)?;
        Ok(vec![Body::ItemStarted { item: item.id }])
    }

    pub(crate) fn go_to_item(&self, item: AgendaItemId) -> Decision {
        self.in_session()?;
        if self.items().iter().any(|known| known.id == item) {
            Ok(vec![Body::ItemStarted { item }])
        } else {
            Err(RefusalCode::UnknownItem)
        }
    }

    pub(crate) fn extend_item(&self, seconds: i32) -> Decision {
        self.in_session()?;
        if !(-LONGEST..=LONGEST).contains(&seconds) {
            return Err(RefusalCode::OutOfRange);
        }
        let current = self
            .agenda
            .current
            .as_ref()
            .ok_or(RefusalCode::UnknownItem)?;
        Ok(vec![Body::ItemExtended {
            item: current.item,
            seconds,
        }])
    }

    pub(crate) fn item_started(
        &mut self,
        at: DateTime<Utc>,
        item: AgendaItemId,
        dirty: &mut Dirty,
    ) {
        self.agenda.current = Some(Current {
            item,
            since: at,
            extra_seconds: 0,
        });
        dirty.section(Section::Agenda);
    }

    pub(crate) fn item_extended(&mut self, item: AgendaItemId, seconds: i32, dirty: &mut Dirty) {
        if let Some(current) = &mut self.agenda.current
            && current.item == item
        {
            current.extra_seconds += i64::from(seconds);
        }
        dirty.section(Section::Agenda);
    }
}
