//! Telling the parent and the children; hearing them.

use super::Meeting;
use super::api::Output;
use super::dirty::{Dirty, Section};
use super::view::Class;
use crate::hierarchy::{Asking, ChildState, HierarchyMessage, ParentState, Speaking};
use crate::ids::BriefingId;
use crate::ledger::Actor;
use crate::plan::MediaPlan;
use crate::wire::Counts;
use chrono::{DateTime, TimeDelta, Utc};

/// The shortest time between two states that differ in counts only.
const COUNTS: TimeDelta = TimeDelta::seconds(1);

/// What the parent was told.
#[derive(Debug, Default)]
pub(crate) struct Up {
    sent: Option<ChildState>,
    counts: Counts,
    counted_at: Option<DateTime<Utc>>,
    /// Something happened since the counts were taken.
    stale: bool,
}

impl Up {
    pub(crate) fn due(&self) -> Option<DateTime<Utc>> {
        self.stale.then(|| {
            self.counted_at
                .map_or(DateTime::UNIX_EPOCH, |counted| counted + COUNTS)
        })
    }
}

/// Revisions are the sender's time in microseconds, so that they grow over its restarts as well.
fn revision(now: DateTime<Utc>, before: Option<u64>) -> u64 {
    let now = u64::try_from(now.timestamp_micros()).unwrap_or_default();
    before.map_or(now, |before| now.max(before + 1))
}

impl Meeting {
    pub(crate) fn hear(&mut self, now: DateTime<Utc>, from: BriefingId, message: HierarchyMessage) {
        let is_parent = self.state.invited.setup.parent == Some(from);
        match message {
            HierarchyMessage::Down { state } if is_parent => {
                let known = self.live.parent.as_ref().map(|parent| parent.revision);
                if known.is_some_and(|known| state.revision <= known) {
                    return;
                }
                if state.heard.is_none() {
                    self.up.sent = None;
                }
                self.live.parent = Some(*state);
                self.parent_changed(now, from);
            }
            HierarchyMessage::Cut if is_parent => {
                self.live.parent = None;
                self.up.sent = None;
                self.parent_changed(now, from);
            }
            HierarchyMessage::Up { state } => {
                let known = self.live.children.get(&from).map(|child| child.revision);
                if known.is_some_and(|known| state.revision <= known) {
                    return;
                }
                if state.heard.is_none() {
                    self.down.remove(&from);
                }
                self.live.children.insert(from, *state);
                self.child_changed(now, from);
            }
            HierarchyMessage::Cut => {
                self.live.children.remove(&from);
                self.down.remove(&from);
                self.child_changed(now, from);
            }
            HierarchyMessage::Down { .. } => {}
        }
    }

    fn parent_changed(&mut self, now: DateTime<Utc>, parent: BriefingId) {
        for body in self.state.hear_parent(parent, self.live.parent.as_ref()) {
            self.record(now, Actor::Briefing(parent), None, body);
        }
        self.tree_stale = true;
        let mut dirty = Dirty::default();
        dirty.section(Section::Floor);
        dirty.section(Section::Stage);
        self.touch(dirty);
    }

    fn child_changed(&mut self, now: DateTime<Utc>, child: BriefingId) {
        self.hear_child_again(now, child);
        self.tree_stale = true;
        let mut dirty = Dirty::default();
        dirty.section(Section::Children);
        self.touch(dirty);
    }

    /// Brings the record up to what the child last said. Does nothing when it is there already.
    fn hear_child_again(&mut self, now: DateTime<Utc>, child: BriefingId) {
        let said = self.live.children.get(&child);
        for body in self.state.hear_child(child, said) {
            self.record(now, Actor::Briefing(child), None, body);
        }
    }

    /// Our own phase changed, and with it who is attached.
    pub(crate) fn hear_everybody_again(&mut self, now: DateTime<Utc>) {
        let children: Vec<BriefingId> = self.live.children.keys().copied().collect();
        for child in children {
            self.hear_child_again(now, child);
        }
        if let Some(parent) = self.state.invited.setup.parent {
            for body in self.state.hear_parent(parent, self.live.parent.as_ref()) {
                self.record(now, Actor::Briefing(parent), None, body);
            }
        }
    }

    /// Whether a change is one that parent or children may have to be told; a storm of joins is not.
    pub(crate) fn note_for_tree(&mut self, dirty: &Dirty) {
        let told = [
            Section::Phase,
            Section::Floor,
            Section::Queue,
            Section::Stage,
            Section::Roll,
            Section::Children,
            Section::Tree,
        ];
        self.tree_stale |=
            dirty.everything || told.iter().any(|section| dirty.sections.contains(section));
        self.up.stale |= self.durable.invited.setup.parent.is_some();
    }

    pub(crate) fn tell_tree(&mut self, now: DateTime<Utc>) {
        if !std::mem::take(&mut self.tree_stale) && self.up.due().is_none_or(|due| now < due) {
            return;
        }
        self.tell_parent(now);
        let children: Vec<BriefingId> = self
            .durable
            .invited
            .setup
            .children
            .iter()
            .map(|child| child.briefing)
            .collect();
        for child in children {
            self.tell_child(now, child);
        }
    }

    fn tell_parent(&mut self, now: DateTime<Utc>) {
        let Some(parent) = self.durable.invited.setup.parent else {
            return;
        };
        if self.up.due().is_some_and(|due| due <= now) {
            self.up.counts = self.eye().all_counts();
            self.up.counted_at = Some(now);
            self.up.stale = false;
        }
        let mut state = self.child_state();
        let sent = self.up.sent.as_ref();
        state.revision = sent.map_or(0, |sent| sent.revision);
        // Having heard the parent is no news by itself, or the two would talk for ever.
        let news = sent.is_none_or(|sent| {
            ChildState {
                heard: sent.heard,
                ..state.clone()
            } != *sent
        });
        if news {
            state.revision = revision(now, self.up_revision);
            self.up_revision = Some(state.revision);
            self.up.sent = Some(state.clone());
            self.out.push(Output::Tell {
                to: parent,
                message: HierarchyMessage::Up {
                    state: Box::new(state),
                },
            });
        }
    }

    fn child_state(&self) -> ChildState {
        let state = &self.durable;
        let asking = state.above.asking.iter().filter_map(|ask| {
            Some(Asking {
                number: ask.number,
                label: state.label(ask.seat)?,
                since: ask.since,
            })
        });
        let speaking = state.above.speaking.iter().map(|(seat, floor)| Speaking {
            seat: *seat,
            granted_at: floor.granted_at,
            opened: floor.opened_at.is_some(),
            done: floor.done,
            connected: state
                .seat(*seat)
                .is_some_and(super::roster::Seat::connected),
        });
        ChildState {
            revision: 0,
            title: state.invited.setup.title.clone(),
            unit: state.invited.setup.host.clone(),
            phase: state.phase,
            counts: self.up.counts,
            asking: asking.collect(),
            speaking: speaking.collect(),
            roll_call: state.roll.totals,
            heard: self.live.parent.as_ref().map(|parent| parent.revision),
        }
    }

    fn tell_child(&mut self, now: DateTime<Utc>, child: BriefingId) {
        let heard = self.live.children.get(&child).map(|said| said.revision);
        let before = self.down.get(&child);
        let mut state = self.parent_state(child);
        state.revision = before.map_or(0, |before| before.revision);
        let news = before.is_none_or(|before| {
            ParentState {
                heard: before.heard,
                ..state.clone()
            } != *before
        });
        if news {
            state.revision = revision(now, self.down_revision);
            state.heard = heard;
            self.down_revision = Some(state.revision);
            self.down.insert(child, state.clone());
            self.out.push(Output::Tell {
                to: child,
                message: HierarchyMessage::Down {
                    state: Box::new(state),
                },
            });
        }
    }

    fn parent_state(&self, child: BriefingId) -> ParentState {
        let attached = self.durable.child_attached(child);
        // What the room sees, the child's points see: also what comes from our own parent.
        let stage = self.eye().stage(Class::Room);
        let floor = self.eye().shared_floor();
        ParentState {
            revision: 0,
            phase: self.durable.phase,
            attached,
            holders: floor.holders,
            chair_mic: floor.chair_mic,
            chair: floor.chair,
            main: stage.main,
            pinned: stage.pinned,
            content: stage.content,
            strip: stage.strip,
            served: self.durable.served_of(child),
            plan: MediaPlan {
                revision: 0,
                ..self.wanted_plan()
            },
            heard: None,
        }
    }

    /// The plan as it should be now, without its revision.
    pub(crate) fn wanted_plan(&self) -> MediaPlan {
        match &self.live.parent {
            Some(parent) if self.durable.above.attached => MediaPlan {
                revision: 0,
                ..parent.plan.clone()
            },
            _ => self.durable.own_plan(),
        }
    }

    pub(crate) fn publish_plan(&mut self) {
        let wanted = MediaPlan {
            revision: self.plan.revision,
            ..self.wanted_plan()
        };
        if wanted != self.plan {
            self.plan = MediaPlan {
                revision: (self.plan.revision + 1).max(self.durable.head.seq),
                ..wanted
            };
            self.out.push(Output::Plan(Box::new(self.plan.clone())));
        }
    }
}
