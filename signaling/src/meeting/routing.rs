//! Who is told what, and when.
//!
//! A fact concerns either everybody in the room (who speaks, what is shown), a few seats (their own `me`, their row, their place in
//! the queue), or the board (rows, figures of links, counts, lobby, children). The board's share is gathered and sent at most once a second, so
//! that a storm of joins costs one message a second and not one a join; everything else goes out at once.

use super::Meeting;
use super::api::Output;
use super::dirty::{Dirty, Section};
use super::view::{Class, Eye};
use crate::ids::{ConnectionId, PointId, SeatId};
use crate::wire::{Change, ServerMessage};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeSet;

/// The shortest time between two batches to the board.
const BATCH: TimeDelta = TimeDelta::seconds(1);

/// What the board has yet to be told.
#[derive(Debug, Default)]
pub(crate) struct Board {
    rows: BTreeSet<PointId>,
    all_rows: bool,
    quality: BTreeSet<SeatId>,
    sections: BTreeSet<Section>,
    /// The seq of the first fact in it; nobody has been told everything from there on.
    since: Option<u64>,
    sent_at: Option<DateTime<Utc>>,
    /// Connected seats that see the board.
    pub seats: BTreeSet<SeatId>,
}

impl Board {
    fn gather(&mut self, dirty: &Dirty, first: u64) {
        let sections = [Section::Lobby, Section::Children, Section::RollProgress];
        let own = sections
            .iter()
            .filter(|section| dirty.sections.contains(section));
        let before = self.size();
        self.sections.extend(own);
        self.rows.extend(&dirty.rows);
        self.all_rows |= dirty.all_rows;
        self.quality.extend(&dirty.quality);
        let more = self.size() > before || dirty.all_rows;
        if more {
            self.since.get_or_insert(first);
        }
    }

    fn size(&self) -> usize {
        self.sections.len() + self.rows.len() + self.quality.len()
    }

    /// Whether the counts may be others: figures are not counted.
    fn counts(&self) -> bool {
        self.all_rows || !self.rows.is_empty() || !self.sections.is_empty()
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.all_rows = false;
        self.quality.clear();
        self.sections.clear();
        self.since = None;
    }

    pub(crate) fn due(&self) -> Option<DateTime<Utc>> {
        if self.since.is_none() || self.seats.is_empty() {
            return None;
        }
        Some(
            self.sent_at
                .map_or(DateTime::UNIX_EPOCH, |sent| sent + BATCH),
        )
    }
}

impl Meeting {
    pub(crate) fn eye(&self) -> Eye<'_> {
        Eye {
            state: &self.durable,
            live: &self.live,
        }
    }

    /// Tells everybody what changed since the last time, but those who have just entered and will be told everything.
    pub(crate) fn route(&mut self, now: DateTime<Utc>, entered: &BTreeSet<ConnectionId>) {
        let dirty = std::mem::take(&mut self.dirty);
        let first = self.dirty_since.take();
        if dirty.everything {
            self.board.clear();
            self.tell_everything(now, dirty.other_rows, entered);
            return;
        }
        if let Some(first) = first {
            self.board.gather(&dirty, first);
        }
        if self.board.seats.is_empty() {
            self.board.clear();
        }
        let batch = self.board.due().is_some_and(|due| due <= now);
        if !dirty.is_empty() {
            let personal = self.concerned(&dirty);
            self.tell_class(now, Class::Waiting, &dirty, &personal, entered);
            self.tell_class(now, Class::Room, &dirty, &personal, entered);
            for seat in personal {
                self.tell_seat(now, seat, &dirty, entered);
            }
        }
        if batch || !dirty.is_empty() {
            self.tell_board(now, &dirty, batch, entered);
        }
        if batch {
            self.board.clear();
            self.board.sent_at = Some(now);
        }
    }

    /// Seats that see something of this that is theirs alone.
    fn concerned(&self, dirty: &Dirty) -> BTreeSet<SeatId> {
        let mut seats: BTreeSet<SeatId> = dirty
            .me
            .iter()
            .chain(&dirty.queue)
            .chain(&dirty.scope)
            .copied()
            .collect();
        if dirty.sections.contains(&Section::Floor) {
            seats.extend(self.durable.floor.queue.iter().map(|hand| hand.seat));
        }
        let points = &self.durable.roster.points;
        let own_rows = dirty.rows.iter().filter_map(|point| points.get(point));
        seats.extend(own_rows.flat_map(|point| &point.seats));
        if dirty.sections.contains(&Section::Roll) {
            let answered = points.values().filter(|point| point.answer.is_some());
            seats.extend(answered.flat_map(|point| &point.seats));
        }
        let lines = dirty
            .chat
            .iter()
            .filter_map(|seq| self.durable.chat.line(*seq));
        let for_points = lines.filter_map(|line| points.get(&line.point()?));
        seats.extend(for_points.flat_map(|point| &point.seats));
        seats
    }

    /// What everybody of a class sees alike, to those who see nothing else of it.
    fn tell_class(
        &mut self,
        now: DateTime<Utc>,
        class: Class,
        dirty: &Dirty,
        personal: &BTreeSet<SeatId>,
        entered: &BTreeSet<ConnectionId>,
    ) {
        let common = [
            Section::Briefing,
            Section::Phase,
            Section::Floor,
            Section::Stage,
            Section::Agenda,
            Section::Roll,
        ];
        let chat = dirty.chat.iter().any(|seq| {
            let line = self.durable.chat.line(*seq);
            line.is_some_and(super::chat::Line::for_all)
        });
        if !chat
            && !common
                .iter()
                .any(|section| dirty.sections.contains(section))
        {
            return;
        }
        let mut example = None;
        let mut to = Vec::new();
        for (id, connection) in self.sessions.clients() {
            let Some(seat) = self.durable.seat(id) else {
                continue;
            };
            if Class::of(seat) == class && !personal.contains(&id) && !entered.contains(&connection)
            {
                example = Some(id);
                to.push(connection);
            }
        }
        let Some(example) = example.and_then(|id| self.durable.seat(id)) else {
            return;
        };
        let mut changes: Vec<Change> = common
            .iter()
            .filter(|section| dirty.sections.contains(section))
            .filter_map(|section| self.eye().change(example, *section))
            .collect();
        changes.extend(self.said_to(example, dirty));
        let seq = self.durable.head.seq;
        self.update(now, to, seq, changes);
    }

    fn said_to(&self, seat: &super::roster::Seat, dirty: &Dirty) -> Option<Change> {
        if Class::of(seat) == Class::Waiting {
            return None;
        }
        let messages: Vec<_> = dirty
            .chat
            .iter()
            .filter_map(|seq| self.durable.chat.line(*seq))
            .filter(|line| line.readable_by(seat))
            .map(|line| line.message.clone())
            .collect();
        (!messages.is_empty()).then_some(Change::Chat(messages))
    }

    /// The sections that are sent at once, as this seat sees them.
    fn immediate(&self, seat: &super::roster::Seat, dirty: &Dirty) -> Vec<Change> {
        let eye = self.eye();
        if dirty.scope.contains(&seat.id) {
            return eye.all_changes(seat);
        }
        let board = Class::of(seat) == Class::Board;
        let has = |section: Section| dirty.sections.contains(&section);
        let mut sections = BTreeSet::new();
        for section in [
            Section::Briefing,
            Section::Phase,
            Section::Floor,
            Section::Stage,
            Section::Agenda,
            Section::Roll,
        ] {
            if has(section) {
                sections.insert(section);
            }
        }
        if dirty.queue.contains(&seat.id) || (board && has(Section::Queue)) {
            sections.insert(Section::Floor);
        }
        if board && has(Section::Shares) {
            sections.insert(Section::Stage);
        }
        if !board && has(Section::RollProgress) && dirty.rows.contains(&seat.point) {
            sections.insert(Section::Roll);
        }
        let mut changes: Vec<Change> = sections
            .iter()
            .filter_map(|section| eye.change(seat, *section))
            .collect();
        if dirty.me.contains(&seat.id) {
            changes.push(Change::Me(eye.me(seat)));
        }
        if !board && dirty.rows.contains(&seat.point) {
            changes.extend(eye.row_at(seat.point).map(|row| Change::Points(vec![row])));
        }
        changes.extend(self.said_to(seat, dirty));
        changes
    }

    fn tell_seat(
        &mut self,
        now: DateTime<Utc>,
        id: SeatId,
        dirty: &Dirty,
        entered: &BTreeSet<ConnectionId>,
    ) {
        let Some(connection) = self.sessions.client(id) else {
            return;
        };
        let Some(seat) = self.durable.seat(id) else {
            return;
        };
        if entered.contains(&connection) || Class::of(seat) == Class::Board {
            return;
        }
        let changes = self.immediate(seat, dirty);
        let seq = self.durable.head.seq;
        self.update(now, vec![connection], seq, changes);
    }

    fn tell_board(
        &mut self,
        now: DateTime<Utc>,
        dirty: &Dirty,
        batch: bool,
        entered: &BTreeSet<ConnectionId>,
    ) {
        let seats: Vec<SeatId> = self.board.seats.iter().copied().collect();
        let rows = if !batch || seats.is_empty() {
            Vec::new()
        } else if self.board.all_rows {
            let lines = self.durable.invited.setup.points.iter();
            self.eye().rows_of(lines.map(|line| line.point))
        } else {
            self.eye().rows_of(self.board.rows.iter().copied())
        };
        let counts =
            (batch && !seats.is_empty() && self.board.counts()).then(|| self.eye().all_counts());
        let quality: Vec<_> = if batch && !seats.is_empty() {
            let told = self.board.quality.iter();
            told.filter_map(|seat| self.live.qualities.get(*seat).cloned())
                .collect()
        } else {
            Vec::new()
        };
        for id in seats {
            let (Some(connection), Some(seat)) = (self.sessions.client(id), self.durable.seat(id))
            else {
                continue;
            };
            if entered.contains(&connection) {
                continue;
            }
            let mut changes = self.immediate(seat, dirty);
            if batch {
                if !rows.is_empty() {
                    changes.push(Change::Points(rows.clone()));
                }
                if !quality.is_empty() {
                    changes.push(Change::Quality(quality.clone()));
                }
                changes.extend(counts.map(Change::Counts));
                for section in &self.board.sections {
                    changes.extend(self.eye().change(seat, *section));
                }
            }
            // Nothing from the batch's first fact on has been told completely while the batch waits.
            let complete = match self.board.since {
                Some(since) if !batch => since.saturating_sub(1),
                _ => self.durable.head.seq,
            };
            self.update(now, vec![connection], complete, changes);
        }
    }

    fn update(
        &mut self,
        now: DateTime<Utc>,
        to: Vec<ConnectionId>,
        seq: u64,
        changes: Vec<Change>,
    ) {
        if changes.is_empty() || to.is_empty() {
            return;
        }
        let mut told = seq;
        for connection in &to {
            if let Some(connection) = self.sessions.get_mut(*connection) {
                connection.told = connection.told.max(seq);
                told = connection.told;
            }
        }
        // All of a class are told alike; only the board, one by one, is ever behind.
        self.out.push(Output::Send {
            to,
            message: Box::new(ServerMessage::Update {
                seq: told,
                now,
                changes,
            }),
        });
    }

    /// The plan changed. A new view is given to a board with other rows, and to whoever begins or ceases to see the board; everybody
    /// else's is brought up to date.
    fn tell_everything(
        &mut self,
        now: DateTime<Utc>,
        other_rows: bool,
        entered: &BTreeSet<ConnectionId>,
    ) {
        let clients: Vec<(SeatId, ConnectionId)> = self
            .sessions
            .clients()
            .filter(|(_, connection)| !entered.contains(connection))
            .collect();
        for (id, connection) in clients {
            let Some(seat) = self.durable.seat(id) else {
                continue;
            };
            let board = Class::of(seat) == Class::Board;
            let was_board = self.board.seats.contains(&id);
            if board != was_board || (board && other_rows) {
                self.welcome(now, connection, false);
                continue;
            }
            let changes = self.eye().all_changes(seat);
            let seq = self.durable.head.seq;
            self.update(now, vec![connection], seq, changes);
        }
    }

    fn seat_board(&mut self, seat: SeatId, board: bool) {
        if board {
            self.board.seats.insert(seat);
        } else {
            self.board.seats.remove(&seat);
        }
    }

    /// The answer to a hello: what changed, if the client says where it was and that is enough; else everything.
    pub(crate) fn welcome(&mut self, now: DateTime<Utc>, id: ConnectionId, resume: bool) {
        let Some(connection) = self.sessions.get(id) else {
            return;
        };
        let Some(seat) = self.durable.seat(connection.seat) else {
            return;
        };
        let (seq, eye) = (self.durable.head.seq, self.eye());
        let grace_seconds = self.durable.invited.setup.grace_seconds;
        let token = connection.resume_token.clone();
        let changes = connection
            .resume_seq
            .filter(|_| resume)
            .and_then(|seq| eye.since(seat, seq));
        let message = match changes {
            Some(changes) => ServerMessage::Resumed {
                resume: token,
                seq,
                now,
                grace_seconds,
                changes,
            },
            None => ServerMessage::Welcome {
                resume: token,
                seq,
                now,
                grace_seconds,
                view: Box::new(eye.view(seat)),
            },
        };
        let (id_of_seat, board) = (seat.id, Class::of(seat) == Class::Board);
        self.seat_board(id_of_seat, board);
        if let Some(connection) = self.sessions.get_mut(id) {
            connection.told = seq;
        }
        self.out.push(Output::Send {
            to: vec![id],
            message: Box::new(message),
        });
    }
}
