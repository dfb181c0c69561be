//! Talk: messages to all, to the secretary, from the secretary to one point, and notices.

use super::dirty::Dirty;
use super::roster::Seat;
use super::state::State;
use crate::ids::{MessageId, PointId, SeatId};
use crate::ledger::Body;
use crate::wire::{Audience, ChatMessage, RefusalCode, SeatLabel};
use std::collections::VecDeque;

/// The longest message, characters.
const LONGEST: usize = 4_000;
/// How many messages a view shows.
pub(crate) const SHOWN: usize = 200;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Chat {
    /// To all, oldest first.
    all: VecDeque<Line>,
    /// Between the points and the desk, oldest first.
    desk: VecDeque<Line>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Line {
    pub seq: u64,
    pub message: ChatMessage,
    /// The point the message concerns, if it isn't for all.
    point: Option<PointId>,
}

impl Chat {
    /// What a seat may read of what was said after `seq`, oldest first, at most the last `SHOWN`.
    pub(crate) fn readable(&self, seat: &Seat, after: u64) -> Vec<ChatMessage> {
        let mut lines: Vec<&Line> = self
            .all
            .iter()
            .chain(self.desk.iter().filter(|line| line.readable_by(seat)))
            .filter(|line| line.seq > after)
            .collect();
        lines.sort_by_key(|line| line.seq);
        let skip = lines.len().saturating_sub(SHOWN);
        lines[skip..]
            .iter()
            .map(|line| line.message.clone())
            .collect()
    }

    pub(crate) fn line(&self, seq: u64) -> Option<&Line> {
        let find = |lines: &VecDeque<Line>| lines.binary_search_by_key(&seq, |line| line.seq).ok();
        match find(&self.all) {
            Some(index) => self.all.get(index),
            None => find(&self.desk).and_then(|index| self.desk.get(index)),
        }
    }
}

impl Line {
    pub(crate) fn readable_by(&self, seat: &Seat) -> bool {
        seat.leads() || self.point.is_none() || self.point == Some(seat.point)
    }

    pub(crate) fn for_all(&self) -> bool {
        self.point.is_none()
    }

    pub(crate) fn point(&self) -> Option<PointId> {
        self.point
    }
}

impl State {
    pub(crate) fn say(
        &self,
        seat: &Seat,
        id: MessageId,
        to: Audience,
        text: String,
        notice: bool,
    ) -> Result<Vec<Body>, RefusalCode> {
        if text.trim().is_empty() {
            return Err(RefusalCode::EmptyText);
        }
        if text.chars().count() > LONGEST {
            return Err(RefusalCode::TextTooLong);
        }
        if let Audience::Point { point } = to {
            if !seat.leads() {
                return Err(RefusalCode::NotAllowed);
            }
            if self.invited.line(point).is_none() {
                return Err(RefusalCode::UnknownPoint);
            }
        }
        Ok(vec![Body::Said {
            id,
            seat: seat.id,
            to,
            text,
            notice,
        }])
    }

    pub(crate) fn said(&mut self, seq: u64, from: SeatId, message: ChatMessage, dirty: &mut Dirty) {
        let point = match message.to {
            Audience::All => None,
            Audience::Secretary => self.seat(from).map(|seat| seat.point),
            Audience::Point { point } => Some(point),
        };
        let lines = if point.is_none() {
            &mut self.chat.all
        } else {
            &mut self.chat.desk
        };
        lines.push_back(Line {
            seq,
            message,
            point,
        });
        // The desk's list is shared by many points, each of which may look back.
        let keep = if point.is_none() { SHOWN } else { 20 * SHOWN };
        if lines.len() > keep {
            lines.pop_front();
        }
        dirty.chat.insert(seq);
    }

    /// A message is shown as it was said: with the name and office of that moment.
    pub(crate) fn speaker(&self, seat: SeatId) -> Option<SeatLabel> {
        self.label(seat).map(|label| SeatLabel {
            connected: true,
            ..label
        })
    }
}
