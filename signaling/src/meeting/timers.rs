//! What the machine waits for.

use super::Meeting;
use crate::ledger::{Actor, Body, LeaveReason};
use crate::wire::Phase;
use chrono::{DateTime, TimeDelta, Utc};

/// The longest silence of the ledger while somebody is connected: what a crash leaves unknown.
const BEAT: TimeDelta = TimeDelta::seconds(30);
/// How long the machine waits before it writes by itself again, after a failed append.
pub(crate) const RETRY: TimeDelta = TimeDelta::seconds(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Timer {
    /// A cut seat has not come back in time.
    Grace,
    /// The board's batch is a second old.
    Board,
    /// Nothing was written for a while.
    Beat,
    /// After a failed append: what happened meanwhile is written down now.
    Reconcile,
    /// The parent is told new counts.
    Up,
    /// Who is loud may be told again.
    Loudest,
}

impl Meeting {
    fn deadlines(&self) -> [(Timer, Option<DateTime<Utc>>); 6] {
        let setup = &self.state.invited.setup;
        let grace = TimeDelta::seconds(i64::from(setup.grace_seconds));
        let first_lost = self.state.roster.lost.first();
        let beating = self.state.phase != Phase::Closed && !self.sessions.is_empty();
        [
            (Timer::Grace, first_lost.map(|(since, _)| *since + grace)),
            (Timer::Board, self.board.due()),
            (
                Timer::Beat,
                self.state.last_at.filter(|_| beating).map(|at| at + BEAT),
            ),
            (Timer::Reconcile, self.reconcile_at),
            (Timer::Up, self.up.due()),
            (Timer::Loudest, self.loudest.due()),
        ]
    }

    /// When to give `Input::Timeout`.
    pub fn poll_timeout(&self) -> Option<DateTime<Utc>> {
        let first = self
            .deadlines()
            .into_iter()
            .filter_map(|(_, at)| at)
            .min()?;
        // After a failed append nothing is written, nor tried, before its time.
        Some(self.reconcile_at.map_or(first, |retry| first.max(retry)))
    }

    pub(crate) fn timeout(&mut self, now: DateTime<Utc>) {
        if self.reconcile_at.is_some_and(|retry| now < retry) {
            return;
        }
        for (timer, at) in self.deadlines() {
            if at.is_none_or(|at| now < at) {
                continue;
            }
            match timer {
                Timer::Grace => self.expire_lost(now),
                Timer::Beat => self.record(now, Actor::Server, None, Body::Beat),
                Timer::Reconcile => {
                    self.reconcile_at = None;
                    self.reconcile(now);
                }
                // Sent when the machine settles.
                Timer::Board | Timer::Up | Timer::Loudest => {}
            }
        }
    }

    fn expire_lost(&mut self, now: DateTime<Utc>) {
        let grace = TimeDelta::seconds(i64::from(self.state.invited.setup.grace_seconds));
        while let Some((since, seat)) = self.state.roster.lost.first().copied() {
            if since + grace > now {
                break;
            }
            for body in self.state.leave(seat, LeaveReason::GraceExpired) {
                self.record(now, Actor::Server, None, body);
            }
        }
    }
}
