//! What a point says of itself, as evidence: how many are in the room, and who represents it.

use super::roster::Seat;
use super::state::State;
use crate::ids::PointId;
use crate::ledger::Body;
use crate::wire::{RefusalCode, Representative, Role};

/// No room holds more.
const MOST: u32 = 10_000;
/// The longest name or office, characters.
const NAME: usize = 200;

type Decision = Result<Vec<Body>, RefusalCode>;

impl State {
    pub(crate) fn set_headcount(&self, seat: &Seat, count: u32) -> Decision {
        self.speaks_for_point(seat)?;
        if count > MOST {
            return Err(RefusalCode::OutOfRange);
        }
        let known = self.roster.points.get(&seat.point);
        Ok(
            if known.is_some_and(|point| point.headcount == Some(count)) {
                Vec::new()
            } else {
                vec![Body::HeadcountSet {
                    point: seat.point,
                    count,
                }]
            },
        )
    }

    pub(crate) fn set_representative(
        &self,
        seat: &Seat,
        representative: Representative,
    ) -> Decision {
        self.speaks_for_point(seat)?;
        if representative.name.trim().is_empty() {
            return Err(RefusalCode::EmptyText);
        }
        let longest = representative
            .name
            .chars()
            .count()
            .max(representative.title.chars().count());
        if longest > NAME {
            return Err(RefusalCode::TextTooLong);
        }
        Ok(vec![Body::RepresentativeSet {
            point: seat.point,
            representative,
        }])
    }

    /// Whoever is at a point answers for it, but for those who only watch.
    pub(crate) fn speaks_for_point(&self, seat: &Seat) -> Result<(), RefusalCode> {
        if seat.role == Role::Observer {
            Err(RefusalCode::NotAllowed)
        } else if self.invited.line(seat.point).is_none() {
            Err(RefusalCode::UnknownPoint)
        } else {
            Ok(())
        }
    }

    pub(crate) fn point_edited(
        &mut self,
        point: PointId,
        edit: impl FnOnce(&mut super::roster::PointState),
        dirty: &mut super::dirty::Dirty,
    ) {
        let state = self.roster.point_mut(point);
        edit(state);
        dirty.rows.insert(point);
        dirty.me.extend(state.seats.iter().copied());
    }
}
