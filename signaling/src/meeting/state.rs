//! The recorded state: a fold of facts. It changes in `fold` and nowhere else.

use super::above::{Above, Ask};
use super::agenda::Agenda;
use super::below::Below;
use super::chat::Chat;
use super::dirty::{Dirty, Section};
use super::floor::{Floor, Hand};
use super::invited::Invited;
use super::roll_call::RollCalls;
use super::roster::{Arrival, Roster};
use super::stage::Stage;
use crate::ids::PointId;
use crate::ledger::{Actor, Body, Entry, Fact, Head, genesis};
use crate::setup::BriefingSetup;
use crate::wire::{ChatMessage, Phase, ShareState};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct State {
    pub head: Head,
    /// When the last fact was.
    pub last_at: Option<DateTime<Utc>>,
    pub invited: Arc<Invited>,
    pub phase: Phase,
    /// When the session first began.
    pub started_at: Option<DateTime<Utc>>,
    pub lobby_on: bool,
    pub locked: bool,
    pub roster: Roster,
    pub floor: Floor,
    pub stage: Stage,
    pub agenda: Agenda,
    pub roll: RollCalls,
    pub chat: Chat,
    pub above: Above,
    pub below: Below,
    pub marks: Marks,
}

/// When what last changed, by seq: who comes back is sent what is newer than what he saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Marks {
    sections: BTreeMap<Section, u64>,
    all_rows: u64,
    everything: u64,
}

impl Marks {
    pub(crate) fn section(&self, section: Section) -> u64 {
        self.sections
            .get(&section)
            .copied()
            .unwrap_or_default()
            .max(self.everything)
    }

    pub(crate) fn everything(&self) -> u64 {
        self.everything
    }
}

impl State {
    pub(crate) fn new(setup: BriefingSetup) -> Self {
        Self {
            head: Head {
                seq: 0,
                hash: genesis(setup.id),
            },
            last_at: None,
            phase: Phase::Planned,
            started_at: None,
            lobby_on: setup.lobby_on,
            locked: false,
            invited: Arc::new(Invited::new(setup)),
            roster: Roster::default(),
            floor: Floor::default(),
            stage: Stage::default(),
            agenda: Agenda::default(),
            roll: RollCalls::default(),
            chat: Chat::default(),
            above: Above::default(),
            below: Below::default(),
            marks: Marks::default(),
        }
    }

    /// Takes the next fact. Gives what it changed.
    pub(crate) fn apply(&mut self, entry: &Entry) -> Dirty {
        let fact = &entry.fact;
        let mut dirty = Dirty::default();
        let shown = self.shown();
        self.fold(fact, &mut dirty);
        if self.shown() != shown {
            dirty.section(Section::Stage);
        }
        if let (Actor::Seat(seat), Some(command)) = (fact.actor, fact.command) {
            self.remember(seat, command);
        }
        self.head = Head {
            seq: fact.seq,
            hash: entry.hash,
        };
        self.last_at = Some(fact.at);
        self.mark_changed(fact.seq, &dirty);
        dirty
    }

    fn mark_changed(&mut self, seq: u64, dirty: &Dirty) {
        for section in &dirty.sections {
            self.marks.sections.insert(*section, seq);
        }
        if dirty.all_rows {
            self.marks.all_rows = seq;
        }
        if dirty.everything {
            self.marks.everything = seq;
        }
        for point in &dirty.rows {
            self.roster.point_mut(*point).changed = seq;
        }
        for seat in dirty.me.iter().chain(&dirty.queue) {
            if let Some(seat) = self.roster.seats.get_mut(seat) {
                seat.changed = seq;
            }
        }
        for seat in &dirty.scope {
            if let Some(seat) = self.roster.seats.get_mut(seat) {
                seat.scope_changed = seq;
            }
        }
    }

    /// When the row of a point last changed.
    pub(crate) fn row_changed(&self, point: PointId) -> u64 {
        self.roster
            .points
            .get(&point)
            .map_or(0, |state| state.changed)
            .max(self.marks.all_rows)
            .max(self.marks.everything)
    }

    fn fold(&mut self, fact: &Fact, dirty: &mut Dirty) {
        let at = fact.at;
        match &fact.body {
            Body::Convened { setup } => {
                self.lobby_on = setup.lobby_on;
                self.invited = Arc::new(Invited::new((**setup).clone()));
                dirty.everything = true;
            }
            Body::Replanned { setup } => {
                if setup.lobby_on != self.invited.setup.lobby_on {
                    self.lobby_on = setup.lobby_on;
                }
                let before =
                    std::mem::replace(&mut self.invited, Arc::new(Invited::new((**setup).clone())));
                let points = |invited: &Invited| -> Vec<PointId> {
                    let lines = invited.setup.points.iter();
                    lines.map(|line| line.point).collect()
                };
                dirty.other_rows = points(&before) != points(&self.invited);
                self.reassign_roles();
                dirty.everything = true;
            }
            Body::Restarted { .. } => self.lost_all(at, dirty),
            Body::Beat => {}

            Body::Opened => self.entered(at, Phase::Open, dirty),
            Body::Started => self.entered(at, Phase::InSession, dirty),
            Body::Adjourned => self.entered(at, Phase::Adjourned, dirty),
            Body::Closed => self.entered(at, Phase::Closed, dirty),

            Body::Joined {
                seat,
                account,
                point,
                role,
                person,
                title,
                waiting,
            } => {
                let arrival = Arrival {
                    seat: *seat,
                    account: *account,
                    point: *point,
                    role: *role,
                    person,
                    title,
                    waiting: *waiting,
                };
                self.joined(fact.seq, at, &arrival, dirty);
            }
            Body::Dropped { seat } => self.dropped(at, *seat, dirty),
            Body::Returned { seat } => self.returned(at, *seat, dirty),
            Body::Left { seat, why } => self.left(*seat, why, dirty),
            Body::Flowing { seat, media, on } => self.flowing(*seat, *media, *on, dirty),
            Body::HeadcountSet { point, count } => {
                self.point_edited(*point, |state| state.headcount = Some(*count), dirty);
            }
            Body::RepresentativeSet {
                point,
                representative,
            } => self.point_edited(
                *point,
                |state| state.representative = Some(representative.clone()),
                dirty,
            ),

            Body::Admitted { seat } => self.admitted(*seat, dirty),
            Body::LobbySet { on } => self.lobby_set(*on, dirty),
            Body::LockSet { on } => self.lock_set(*on, dirty),

            Body::HandRaised { seat } => self.raised(
                Hand {
                    seat: *seat,
                    guest: None,
                    number: fact.seq,
                    raised_at: at,
                },
                dirty,
            ),
            Body::HandLowered { seat, .. } | Body::GuestWithdrew { seat } => {
                dirty.me.insert(*seat);
                self.row_of(*seat, dirty);
                self.lower(*seat, dirty);
            }
            Body::HandMovedFirst { seat } => self.moved_first(*seat, dirty),
            Body::FloorGranted {
                seat,
                limit_seconds,
                guest,
            } => self.granted(at, *seat, *limit_seconds, guest.as_ref(), dirty),
            Body::FloorOpened { seat } => self.opened(at, *seat, dirty),
            Body::FloorEnded { seat, why } => self.ended(at, *seat, *why, dirty),
            Body::FloorReminded { seat } => self.reminded(*seat, dirty),
            Body::AllMuted { .. } => self.all_muted(at, dirty),
            Body::MuteUndone { seats } => self.mute_undone(seats, dirty),
            Body::FloorDelegated { to_secretary } => {
                self.floor.delegated = *to_secretary;
                dirty.section(Section::Briefing);
                let secretaries = self.roster.seats.values().filter(|seat| seat.leads());
                dirty.me.extend(secretaries.map(|seat| seat.id));
            }
            Body::ChairMicSet { on } => {
                self.floor.chair_mic = *on;
                dirty.section(Section::Floor);
                self.row_of(self.invited.chair_seat, dirty);
            }

            Body::MainSet { seat } => {
                self.stage.pinned = *seat;
                dirty.section(Section::Stage);
            }
            Body::StripSet { seats } => {
                self.stage.strip.clone_from(seats);
                dirty.section(Section::Stage);
            }
            Body::ShareRequested { seat } => self.share_state(*seat, ShareState::Waiting, dirty),
            Body::ShareStarted { seat } => self.share_state(*seat, ShareState::Granted, dirty),
            Body::ShareDenied { seat } => self.share_state(*seat, ShareState::Denied, dirty),
            Body::ShareEnded { seat, .. } => self.share_state(*seat, ShareState::None, dirty),

            Body::ItemStarted { item } => self.item_started(at, *item, dirty),
            Body::ItemExtended { item, seconds } => self.item_extended(*item, *seconds, dirty),

            Body::RollCallStarted { number, seconds } => {
                self.roll_started(at, *number, *seconds, dirty);
            }
            Body::RollAnswered { point, .. } => self.roll_answered(at, *point, false, dirty),
            Body::RollAskedAgain { seconds, .. } => self.roll_asked_again(at, *seconds, dirty),
            Body::Marked { point, mark } => self.marked(at, *point, mark, dirty),
            Body::RollCallClosed { number, results } => {
                self.roll_closed(at, *number, results, dirty);
            }

            Body::Said {
                id,
                seat,
                to,
                text,
                notice,
            } => {
                if let Some(from) = self.speaker(*seat) {
                    let message = ChatMessage {
                        id: *id,
                        at,
                        from,
                        to: to.clone(),
                        text: text.clone(),
                        notice: *notice,
                    };
                    self.said(fact.seq, *seat, message, dirty);
                }
            }

            Body::GuestAsked {
                guest,
                number,
                since,
            } => self.guest_asked(guest, *number, *since, dirty),
            Body::ChildAttached { child } => self.attach(*child, true, dirty),
            Body::ChildDetached { child } => self.attach(*child, false, dirty),
            Body::ChildRollCall { child, totals, .. } => {
                self.child_roll_call(*child, *totals, dirty);
            }
            Body::ParentAttached { .. } => self.attached_above(true, dirty),
            Body::ParentDetached { .. } => self.attached_above(false, dirty),
            Body::PutForward { seat } => {
                let ask = Ask {
                    seat: *seat,
                    number: fact.seq,
                    since: at,
                };
                self.asked_above(ask, dirty);
            }
            Body::Withdrawn { seat } => self.withdrawn(*seat, dirty),
            Body::FloorAboveGranted { seat, granted_at } => {
                self.granted_above(*seat, *granted_at, dirty);
            }
            Body::FloorAboveOpened { seat } => self.opened_above(at, *seat, dirty),
            Body::FloorAboveDone { seat } => self.done_above(*seat, dirty),
            Body::FloorAboveEnded { seat } => self.ended_above(at, *seat, dirty),
        }
    }
}
