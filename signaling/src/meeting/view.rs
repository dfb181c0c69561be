//! What each participant may see, section by section.

use super::dirty::Section;
use super::live::Live;
use super::roster::{Presence, Seat};
use super::state::State;
use crate::hierarchy::ParentState;
use crate::ids::{PointId, SeatId};
use crate::setup::InvitedPoint;
use crate::wire::{
    AgendaView, BriefingView, Change, ChildView, Counts, FloorView, Holder, LinkState, LobbyEntry,
    MeView, Phase, PointRow, PresenceState, QueueEntry, RollCallView, SeatLabel, StageView, View,
};

/// How many of those who wait are listed; all are counted.
const LOBBY: usize = 200;

/// How much a seat may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// In the lobby: what the briefing is, not what happens in it.
    Waiting,
    /// In the room.
    Room,
    /// Chair and secretary: every row.
    Board,
}

impl Class {
    pub(crate) fn of(seat: &Seat) -> Self {
        if !seat.admitted {
            Self::Waiting
        } else if seat.leads() {
            Self::Board
        } else {
            Self::Room
        }
    }
}

/// Looks at the durable state.
#[derive(Clone, Copy)]
pub(crate) struct Eye<'a> {
    pub state: &'a State,
    pub live: &'a Live,
}

impl Eye<'_> {
    /// The parent, while its floor and stage are ours.
    fn above(&self) -> Option<&ParentState> {
        self.live
            .parent
            .as_ref()
            .filter(|_| self.state.above.attached)
    }

    pub(crate) fn view(&self, seat: &Seat) -> View {
        let class = Class::of(seat);
        let inside = class > Class::Waiting;
        View {
            briefing: self.briefing(),
            phase: self.state.phase,
            me: self.me(seat),
            floor: self.floor(seat),
            stage: self.stage(class),
            agenda: self.agenda(),
            roll_call: self.roll_call(seat).filter(|_| inside),
            counts: self.counts(class),
            points: match class {
                Class::Board => self.rows(),
                Class::Room | Class::Waiting => self.row_at(seat.point).into_iter().collect(),
            },
            chat: if inside {
                self.state.chat.readable(seat, 0)
            } else {
                Vec::new()
            },
            lobby: self.lobby(class),
            children: self.children(class),
            quality: match class {
                Class::Board => self.live.qualities.all().cloned().collect(),
                Class::Room | Class::Waiting => Vec::new(),
            },
        }
    }

    /// The whole view as changes, for a seat whose old view is no guide.
    pub(crate) fn all_changes(&self, seat: &Seat) -> Vec<Change> {
        let view = self.view(seat);
        vec![
            Change::Briefing(view.briefing),
            Change::Phase(view.phase),
            Change::Me(view.me),
            Change::Floor(view.floor),
            Change::Stage(view.stage),
            Change::Agenda(view.agenda),
            Change::RollCall(view.roll_call),
            Change::Counts(view.counts),
            Change::Points(view.points),
            Change::Chat(view.chat),
            Change::Lobby(view.lobby),
            Change::Children(view.children),
            Change::Quality(view.quality),
        ]
    }

    /// One section as a seat sees it; `None` where it sees nothing of it.
    pub(crate) fn change(&self, seat: &Seat, section: Section) -> Option<Change> {
        let class = Class::of(seat);
        let room = class > Class::Waiting;
        let board = class == Class::Board;
        match section {
            Section::Briefing => Some(Change::Briefing(self.briefing())),
            Section::Phase => Some(Change::Phase(self.state.phase)),
            Section::Agenda => Some(Change::Agenda(self.agenda())),
            Section::Floor => room.then(|| Change::Floor(self.floor(seat))),
            Section::Queue => board.then(|| Change::Floor(self.floor(seat))),
            Section::Stage => room.then(|| Change::Stage(self.stage(class))),
            Section::Shares => board.then(|| Change::Stage(self.stage(class))),
            Section::Roll => room.then(|| Change::RollCall(self.roll_call(seat))),
            Section::RollProgress => board.then(|| Change::RollCall(self.roll_call(seat))),
            Section::Lobby => board.then(|| Change::Lobby(self.lobby(class))),
            Section::Children => board.then(|| Change::Children(self.children(class))),
            Section::Tree => None,
        }
    }

    fn briefing(&self) -> BriefingView {
        let setup = &self.state.invited.setup;
        BriefingView {
            id: setup.id,
            title: setup.title.clone(),
            host: setup.host.clone(),
            host_name: setup.host_name.clone(),
            starts_at: setup.starts_at,
            ends_at: setup.ends_at,
            parent: setup.parent,
            lobby_on: self.state.lobby_on,
            locked: self.state.locked,
            floor_limit_seconds: setup.floor_limit_seconds,
            floor_delegated: self.state.floor.delegated,
        }
    }

    pub(crate) fn me(&self, seat: &Seat) -> MeView {
        let point = self.state.roster.points.get(&seat.point);
        MeView {
            label: self.state.label_of(seat),
            account: seat.account,
            admitted: seat.admitted,
            may_grant: seat.admitted
                && self.state.may_grant(seat)
                && self.state.own_floor().is_ok(),
            board: Class::of(seat) == Class::Board,
            representative: point.and_then(|point| point.representative.clone()),
            headcount: point.and_then(|point| point.headcount),
            share: seat.share,
            muted_by_chair: seat.muted_by_chair.clone(),
        }
    }

    fn floor(&self, seat: &Seat) -> FloorView {
        let class = Class::of(seat);
        if class == Class::Waiting {
            return FloorView {
                holders: Vec::new(),
                queue: Vec::new(),
                chair_mic: false,
                chair: None,
                undo_until: None,
                undo_count: 0,
            };
        }
        let floor = &self.state.floor;
        let seen = match class {
            Class::Board => floor.queue.len(),
            Class::Room | Class::Waiting => floor.place(seat.id).map_or(0, |place| place + 1),
        };
        let hands = floor.queue[..seen].iter();
        let queue = hands.filter_map(|hand| {
            Some(QueueEntry {
                label: self.state.label(hand.seat)?,
                raised_at: hand.raised_at,
            })
        });
        FloorView {
            queue: queue.collect(),
            ..self.shared_floor()
        }
    }

    /// The floor without its queue: the same for all in the room.
    pub(crate) fn shared_floor(&self) -> FloorView {
        let floor = &self.state.floor;
        let mut view = FloorView {
            holders: self.holders(),
            queue: Vec::new(),
            chair_mic: floor.chair_mic,
            chair: self.state.label(self.state.invited.chair_seat),
            undo_until: floor.muted.as_ref().map(|muted| muted.until),
            undo_count: floor.muted.as_ref().map_or(0, |muted| count(muted.count())),
        };
        if let Some(parent) = self.above() {
            view.holders.clone_from(&parent.holders);
            view.chair_mic = parent.chair_mic;
            view.chair.clone_from(&parent.chair);
            view.undo_until = None;
            view.undo_count = 0;
        }
        view
    }

    fn holders(&self) -> Vec<Holder> {
        let holders = self.state.floor.holders.iter();
        holders
            .filter_map(|holding| {
                Some(Holder {
                    label: self.state.label(holding.seat)?,
                    granted_at: holding.granted_at,
                    state: holding.state(),
                    speaking_since: holding.opened_at,
                    limit_seconds: holding.limit_seconds,
                    reminded: holding.reminded,
                })
            })
            .collect()
    }

    pub(crate) fn stage(&self, class: Class) -> StageView {
        let mut view = StageView {
            main: None,
            pinned: false,
            content: None,
            share_requests: Vec::new(),
            strip: Vec::new(),
        };
        if class == Class::Waiting {
            return view;
        }
        if class == Class::Board {
            view.share_requests = self.labels(&self.state.stage.requests);
        }
        if let Some(parent) = self.above() {
            view.main.clone_from(&parent.main);
            view.pinned = parent.pinned;
            view.content.clone_from(&parent.content);
            view.strip.clone_from(&parent.strip);
            return view;
        }
        let shown = self.state.shown();
        view.main = shown.main.and_then(|seat| self.state.label(seat));
        view.pinned = self.state.stage.pinned.is_some();
        view.content = shown.content.and_then(|seat| self.state.label(seat));
        view.strip = self.labels(&shown.strip);
        view
    }

    fn labels(&self, seats: &[SeatId]) -> Vec<SeatLabel> {
        seats
            .iter()
            .filter_map(|seat| self.state.label(*seat))
            .collect()
    }

    fn agenda(&self) -> AgendaView {
        let current = self.state.current_index();
        AgendaView {
            items: self.state.invited.setup.agenda.clone(),
            current: current.map(count),
            current_since: current
                .and(self.state.agenda.current.as_ref())
                .map(|current| current.since),
            current_until: self.state.current_until(),
        }
    }

    fn roll_call(&self, seat: &Seat) -> Option<RollCallView> {
        let roll = self.state.roll.last.as_ref()?;
        let counted = Class::of(seat) == Class::Board || roll.closed_at.is_some();
        Some(RollCallView {
            number: roll.number,
            started_at: roll.started_at,
            until: roll.until,
            closed_at: roll.closed_at,
            answered: if counted { roll.answered } else { 0 },
            expected: count(self.state.invited.setup.points.len()),
            mine: self
                .state
                .roster
                .points
                .get(&seat.point)
                .and_then(|point| point.answer.clone()),
        })
    }

    fn counts(&self, class: Class) -> Counts {
        if class == Class::Board {
            self.all_counts()
        } else {
            Counts {
                points: count(self.state.invited.setup.points.len()),
                ..Counts::default()
            }
        }
    }

    /// This level's and the attached children's. Looks at every point, so it is asked for once a second at most.
    pub(crate) fn all_counts(&self) -> Counts {
        let mut counts = Counts {
            points: count(self.state.invited.setup.points.len()),
            hands: count(self.state.floor.queue.len()),
            waiting: count(self.state.roster.lobby.len()),
            ..Counts::default()
        };
        for line in &self.state.invited.setup.points {
            let presence = self.state.presence_of(line.point);
            match presence {
                PresenceState::Present => counts.present += 1,
                PresenceState::Late => {
                    counts.present += 1;
                    counts.late += 1;
                }
                PresenceState::Absent | PresenceState::Left => counts.absent += 1,
                PresenceState::Excused => counts.excused += 1,
                PresenceState::Lost => counts.lost += 1,
                PresenceState::NotYet | PresenceState::Waiting => {}
            }
            let there = matches!(
                presence,
                PresenceState::Present | PresenceState::Late | PresenceState::Lost
            );
            if let Some(point) = self.state.roster.points.get(&line.point) {
                if there {
                    counts.headcount += point.headcount.unwrap_or_default();
                }
                let deputised = point.representative.as_ref();
                counts.deputised += u32::from(deputised.is_some_and(|one| one.deputising));
            }
            counts.weak += u32::from(matches!(
                self.link(line.point),
                LinkState::Blurred
                    | LinkState::AudioOnly
                    | LinkState::Choppy
                    | LinkState::Reconnecting
            ));
        }
        for (child, state) in &self.live.children {
            if self.state.child_attached(*child) {
                counts.add(&state.counts);
            }
        }
        counts
    }

    fn link(&self, point: PointId) -> LinkState {
        let links = &self.live.links;
        if links.is_empty() {
            return LinkState::Unknown;
        }
        self.state
            .seat_for(point)
            .filter(|seat| seat.presence != Presence::Left)
            .and_then(|seat| links.get(&seat.id))
            .copied()
            .unwrap_or_default()
    }

    fn rows(&self) -> Vec<PointRow> {
        let lines = &self.state.invited.setup.points;
        lines.iter().map(|line| self.row(line)).collect()
    }

    pub(crate) fn row_at(&self, point: PointId) -> Option<PointRow> {
        self.state.invited.line(point).map(|line| self.row(line))
    }

    fn row(&self, line: &InvitedPoint) -> PointRow {
        let state = self.state.roster.points.get(&line.point);
        let seat = self.state.seat_for(line.point);
        let mut hand = None;
        let mut speaking = false;
        for seat in self.state.roster.seats_of(line.point) {
            let place = self.state.floor.place(seat.id);
            hand = hand.or(place.map(|place| count(place + 1)));
            speaking |= self.state.speaks(seat.id)
                || (self.state.floor.chair_mic && seat.id == self.state.invited.chair_seat);
        }
        let presence = self.state.presence_of(line.point);
        PointRow {
            point: line.point,
            unit: line.unit.clone(),
            name: line.name.clone(),
            group: line.group.clone(),
            group_name: line.group_name.clone(),
            phone: line.phone.clone(),
            seat: seat.map(|seat| seat.id),
            presence,
            joined_at: state.and_then(|state| state.first_joined),
            representative: state
                .and_then(|state| state.representative.clone())
                .or_else(|| seat.map(Seat::speaks_for)),
            headcount: state.and_then(|state| state.headcount),
            hand,
            speaking,
            link: self.link(line.point),
            lost_since: seat.and_then(|seat| match seat.presence {
                Presence::Lost { since } if presence == PresenceState::Lost => Some(since),
                _ => None,
            }),
            mark: state.and_then(|state| state.mark.clone()),
            answer: state.and_then(|state| state.answer.clone()),
        }
    }

    pub(crate) fn rows_of(&self, points: impl Iterator<Item = PointId>) -> Vec<PointRow> {
        points.filter_map(|point| self.row_at(point)).collect()
    }

    pub(super) fn lobby(&self, class: Class) -> Vec<LobbyEntry> {
        if class != Class::Board {
            return Vec::new();
        }
        let waiting = self.state.roster.lobby.iter().take(LOBBY);
        waiting
            .filter_map(|(since, seat)| {
                Some(LobbyEntry {
                    label: self.state.label(*seat)?,
                    since: *since,
                })
            })
            .collect()
    }

    pub(super) fn children(&self, class: Class) -> Vec<ChildView> {
        if class != Class::Board {
            return Vec::new();
        }
        let planned = &self.state.invited.setup.children;
        planned
            .iter()
            .map(|child| {
                let said = self.live.children.get(&child.briefing);
                ChildView {
                    briefing: child.briefing,
                    title: child.title.clone(),
                    unit: child.unit.clone(),
                    phase: said.map_or(Phase::Planned, |said| said.phase),
                    attached: self.state.child_attached(child.briefing),
                    counts: said.map(|said| said.counts).unwrap_or_default(),
                }
            })
            .collect()
    }
}

pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
