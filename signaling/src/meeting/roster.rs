//! Who is there: seats (a person or device at a point) and points.

use super::dirty::{Dirty, Section};
use super::state::State;
use crate::ids::{AccountId, CommandId, PointId, SeatId};
use crate::ledger::{LeaveReason, MediaKind};
use crate::wire::{
    MutedByChair, Phase, PresenceState, Representative, Role, RollAnswer, RollMark, SeatLabel,
    ShareState,
};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many of its commands a seat is remembered for, so that one sent twice is carried out once.
const REMEMBERED: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    Connected,
    /// Cut; kept until the grace period is over.
    Lost {
        since: DateTime<Utc>,
    },
    Left,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seat {
    pub id: SeatId,
    pub account: AccountId,
    pub point: PointId,
    /// As the plan has it now.
    pub role: Role,
    /// As the join token said.
    claimed: Role,
    pub person: String,
    pub title: String,
    /// The seq of its first joining.
    pub order: u64,
    pub presence: Presence,
    pub admitted: bool,
    /// Was removed once: has to be admitted again, whatever the lobby's setting.
    pub barred: bool,
    /// Since when it waits, if it waits.
    pub joined_at: DateTime<Utc>,
    pub media: BTreeSet<MediaKind>,
    pub muted_by_chair: Option<MutedByChair>,
    pub share: ShareState,
    commands: VecDeque<CommandId>,
    /// When its own `me` last changed.
    pub changed: u64,
    /// When it last began to see other sections than before.
    pub scope_changed: u64,
}

impl Seat {
    /// Its person, as long as the point has named nobody.
    pub(crate) fn speaks_for(&self) -> Representative {
        Representative {
            name: self.person.clone(),
            title: self.title.clone(),
            deputising: false,
        }
    }

    pub(crate) fn connected(&self) -> bool {
        self.presence == Presence::Connected
    }

    /// In the room, cut or not.
    pub(crate) fn in_room(&self) -> bool {
        self.admitted && self.presence != Presence::Left
    }

    pub(crate) fn in_lobby(&self) -> bool {
        !self.admitted && self.connected()
    }

    /// Chair and secretary see every row and may act for the points.
    pub(crate) fn leads(&self) -> bool {
        matches!(self.role, Role::Chair | Role::Secretary)
    }

    pub(crate) fn may_speak(&self) -> bool {
        matches!(self.role, Role::Chair | Role::Secretary | Role::Delegate)
    }

    pub(crate) fn has_sent(&self, command: CommandId) -> bool {
        self.commands.contains(&command)
    }
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PointState {
    pub seats: BTreeSet<SeatId>,
    pub first_joined: Option<DateTime<Utc>>,
    /// When somebody was first there while the session had begun.
    pub arrived: Option<DateTime<Utc>>,
    pub headcount: Option<u32>,
    pub representative: Option<Representative>,
    pub mark: Option<RollMark>,
    pub answer: Option<RollAnswer>,
    /// When its row last changed.
    pub changed: u64,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Roster {
    pub seats: BTreeMap<SeatId, Seat>,
    /// Only points of which something is known beyond the plan.
    pub points: BTreeMap<PointId, PointState>,
    /// Cut seats, longest first.
    pub lost: BTreeSet<(DateTime<Utc>, SeatId)>,
    /// Seats in the lobby, longest first.
    pub lobby: BTreeSet<(DateTime<Utc>, SeatId)>,
    /// Connected seats with a camera, in the order of their first joining.
    pub cameras: BTreeSet<(u64, SeatId)>,
}

impl Roster {
    /// Changes one seat and keeps the indexes true.
    pub(crate) fn edit(&mut self, id: SeatId, change: impl FnOnce(&mut Seat)) {
        let Some(seat) = self.seats.get_mut(&id) else {
            return;
        };
        if let Presence::Lost { since } = seat.presence {
            self.lost.remove(&(since, id));
        }
        self.lobby.remove(&(seat.joined_at, id));
        self.cameras.remove(&(seat.order, id));
        change(seat);
        if let Presence::Lost { since } = seat.presence {
            self.lost.insert((since, id));
        }
        if seat.in_lobby() {
            self.lobby.insert((seat.joined_at, id));
        }
        if seat.admitted && seat.connected() && seat.media.contains(&MediaKind::Camera) {
            self.cameras.insert((seat.order, id));
        }
    }

    pub(crate) fn point_mut(&mut self, point: PointId) -> &mut PointState {
        self.points.entry(point).or_default()
    }

    pub(crate) fn seats_of(&self, point: PointId) -> impl Iterator<Item = &Seat> {
        self.points
            .get(&point)
            .into_iter()
            .flat_map(|state| &state.seats)
            .filter_map(|seat| self.seats.get(seat))
    }
}

/// Who came, as `Joined` says.
pub(crate) struct Arrival<'a> {
    pub seat: SeatId,
    pub account: AccountId,
    pub point: PointId,
    pub role: Role,
    pub person: &'a str,
    pub title: &'a str,
    pub waiting: bool,
}

impl State {
    pub(crate) fn seat(&self, id: SeatId) -> Option<&Seat> {
        self.roster.seats.get(&id)
    }

    /// Names a seat anywhere: one that came, the chair's before it comes, or a guest who speaks or asks.
    pub(crate) fn label(&self, id: SeatId) -> Option<SeatLabel> {
        if let Some(seat) = self.seat(id) {
            return Some(self.label_of(seat));
        }
        let setup = &self.invited.setup;
        if id == self.invited.chair_seat {
            return Some(self.named(
                id,
                setup.chair.point,
                &setup.chair.person,
                &setup.chair.title,
                Role::Chair,
                false,
            ));
        }
        self.floor.guest(id).map(|guest| guest.label.clone())
    }

    pub(crate) fn label_of(&self, seat: &Seat) -> SeatLabel {
        self.named(
            seat.id,
            seat.point,
            &seat.person,
            &seat.title,
            seat.role,
            seat.connected(),
        )
    }

    fn named(
        &self,
        seat: SeatId,
        point: PointId,
        person: &str,
        title: &str,
        role: Role,
        connected: bool,
    ) -> SeatLabel {
        let line = self.invited.line(point);
        let setup = &self.invited.setup;
        SeatLabel {
            seat,
            point,
            unit: line.map_or_else(|| setup.host.clone(), |line| line.unit.clone()),
            name: line.map_or_else(|| setup.host_name.clone(), |line| line.name.clone()),
            within: line.map(|line| line.within.clone()).unwrap_or_default(),
            person: person.to_owned(),
            title: title.to_owned(),
            role,
            connected,
        }
    }

    pub(crate) fn joined(
        &mut self,
        seq: u64,
        at: DateTime<Utc>,
        arrival: &Arrival<'_>,
        dirty: &mut Dirty,
    ) {
        let role = self
            .invited
            .role_of(arrival.account, arrival.point, arrival.role);
        self.roster.seats.entry(arrival.seat).or_insert(Seat {
            id: arrival.seat,
            account: arrival.account,
            point: arrival.point,
            role,
            claimed: arrival.role,
            person: String::new(),
            title: String::new(),
            order: seq,
            presence: Presence::Left,
            admitted: false,
            barred: false,
            joined_at: at,
            media: BTreeSet::new(),
            muted_by_chair: None,
            share: ShareState::None,
            commands: VecDeque::new(),
            changed: seq,
            scope_changed: seq,
        });
        self.roster.edit(arrival.seat, |seat| {
            seat.role = role;
            seat.claimed = arrival.role;
            arrival.person.clone_into(&mut seat.person);
            arrival.title.clone_into(&mut seat.title);
            seat.presence = Presence::Connected;
            seat.admitted = !arrival.waiting;
            seat.joined_at = at;
            seat.share = ShareState::None;
        });
        let session = self.session_running();
        let point = self.roster.point_mut(arrival.point);
        point.seats.insert(arrival.seat);
        point.first_joined.get_or_insert(at);
        if session {
            point.arrived.get_or_insert(at);
        }
        dirty.scope.insert(arrival.seat);
        self.presence_changed(arrival.seat, dirty);
    }

    pub(crate) fn dropped(&mut self, at: DateTime<Utc>, seat: SeatId, dirty: &mut Dirty) {
        self.roster.edit(seat, |seat| {
            seat.presence = Presence::Lost { since: at };
        });
        self.presence_changed(seat, dirty);
    }

    pub(crate) fn returned(&mut self, at: DateTime<Utc>, id: SeatId, dirty: &mut Dirty) {
        self.roster
            .edit(id, |seat| seat.presence = Presence::Connected);
        if self.session_running()
            && let Some(point) = self.seat(id).map(|seat| seat.point)
        {
            self.roster.point_mut(point).arrived.get_or_insert(at);
        }
        self.presence_changed(id, dirty);
    }

    pub(crate) fn left(&mut self, id: SeatId, why: &LeaveReason, dirty: &mut Dirty) {
        self.presence_changed(id, dirty);
        self.roster.edit(id, |seat| {
            seat.presence = Presence::Left;
            seat.media.clear();
            seat.share = ShareState::None;
            if matches!(why, LeaveReason::Removed { .. } | LeaveReason::NotInvited) {
                seat.admitted = false;
                seat.barred = true;
            }
        });
        self.lower(id, dirty);
        self.forget_shown(id, dirty);
        self.presence_changed(id, dirty);
    }

    /// The server was away: nobody is connected, and everybody in the room has the grace period from now.
    pub(crate) fn lost_all(&mut self, at: DateTime<Utc>, dirty: &mut Dirty) {
        let held: Vec<SeatId> = self
            .roster
            .seats
            .values()
            .filter(|seat| seat.presence != Presence::Left)
            .map(|seat| seat.id)
            .collect();
        for seat in held {
            self.roster.edit(seat, |seat| seat.media.clear());
            self.dropped(at, seat, dirty);
        }
    }

    pub(crate) fn admitted(&mut self, id: SeatId, dirty: &mut Dirty) {
        self.roster.edit(id, |seat| {
            seat.admitted = true;
            seat.barred = false;
        });
        dirty.scope.insert(id);
        self.presence_changed(id, dirty);
    }

    pub(crate) fn flowing(&mut self, id: SeatId, media: MediaKind, on: bool, dirty: &mut Dirty) {
        self.roster.edit(id, |seat| {
            if on {
                seat.media.insert(media);
            } else {
                seat.media.remove(&media);
            }
        });
        self.row_of(id, dirty);
    }

    pub(crate) fn remember(&mut self, id: SeatId, command: CommandId) {
        if let Some(seat) = self.roster.seats.get_mut(&id)
            && seat.commands.back() != Some(&command)
        {
            seat.commands.push_back(command);
            if seat.commands.len() > REMEMBERED {
                seat.commands.pop_front();
            }
        }
    }

    /// Everything that shows whether this seat is connected.
    fn presence_changed(&mut self, id: SeatId, dirty: &mut Dirty) {
        dirty.me.insert(id);
        dirty.section(Section::Lobby);
        self.row_of(id, dirty);
        if id == self.invited.chair_seat || self.floor.holds(id) {
            dirty.section(Section::Floor);
        }
        self.queue_changed_from(id, dirty);
        if self.stage.asks(id) {
            dirty.section(Section::Shares);
        }
    }

    pub(crate) fn row_of(&self, id: SeatId, dirty: &mut Dirty) {
        if let Some(seat) = self.seat(id) {
            dirty.rows.insert(seat.point);
        }
    }

    /// The plan was edited: roles follow it.
    pub(crate) fn reassign_roles(&mut self) {
        let invited = self.invited.clone();
        for seat in self.roster.seats.values_mut() {
            seat.role = invited.role_of(seat.account, seat.point, seat.claimed);
        }
    }

    pub(crate) fn session_running(&self) -> bool {
        self.phase == Phase::InSession
    }

    /// Minutes after the start at which a late point came.
    pub(crate) fn late_minutes(&self, point: PointId) -> Option<u32> {
        let arrived = self.roster.points.get(&point)?.arrived?;
        let after = (arrived - self.started_at?).num_seconds();
        (after > i64::from(self.invited.setup.late_after_seconds))
            .then(|| u32::try_from(after / 60).unwrap_or(u32::MAX))
    }

    /// The seat that stands for a point: whom to grant, admit or talk to. Connected before cut before gone, speakers first.
    pub(crate) fn seat_for(&self, point: PointId) -> Option<&Seat> {
        self.roster.seats_of(point).min_by_key(|seat| {
            let presence = match seat.presence {
                Presence::Connected if seat.admitted => 0,
                Presence::Connected => 1,
                Presence::Lost { .. } => 2,
                Presence::Left => 3,
            };
            (presence, !seat.may_speak(), seat.order)
        })
    }

    pub(crate) fn presence_of(&self, point: PointId) -> PresenceState {
        let mut lobby = false;
        let mut lost = false;
        let mut came = false;
        for seat in self.roster.seats_of(point) {
            match seat.presence {
                Presence::Connected if seat.admitted => {
                    return if self.late_minutes(point).is_some() {
                        PresenceState::Late
                    } else {
                        PresenceState::Present
                    };
                }
                Presence::Connected => lobby = true,
                Presence::Lost { .. } => lost = true,
                Presence::Left => came |= seat.admitted || seat.barred,
            }
        }
        let begun = !matches!(self.phase, Phase::Planned | Phase::Open);
        let mark = self
            .roster
            .points
            .get(&point)
            .and_then(|state| state.mark.as_ref());
        match mark {
            _ if lobby => PresenceState::Waiting,
            _ if lost => PresenceState::Lost,
            Some(RollMark::OnSite | RollMark::Online | RollMark::Represented { .. }) => {
                PresenceState::Present
            }
            Some(RollMark::Late) => PresenceState::Late,
            Some(RollMark::Excused { .. }) => PresenceState::Excused,
            Some(RollMark::Absent) => PresenceState::Absent,
            _ if came => PresenceState::Left,
            _ if begun => PresenceState::Absent,
            _ => PresenceState::NotYet,
        }
    }
}
