use super::Meeting;
use super::api::Output;
use crate::ids::SeatId;
use crate::wire::{MediaNotice, ServerMessage};
use chrono::{DateTime, TimeDelta, Utc};

/// The shortest time between two notices of who is loud.
const PAUSE: TimeDelta = TimeDelta::milliseconds(500);
/// In a larger meeting only the board is told.
const SMALL: usize = 200;

#[derive(Debug, Default)]
pub(crate) struct Loudest {
    seats: Vec<SeatId>,
    changed: bool,
    sent_at: Option<DateTime<Utc>>,
}

impl Loudest {
    pub(crate) fn set(&mut self, seats: Vec<SeatId>) {
        self.changed |= self.seats != seats;
        self.seats = seats;
    }

    pub(crate) fn due(&self) -> Option<DateTime<Utc>> {
        self.changed.then(|| {
            self.sent_at
                .map_or(DateTime::UNIX_EPOCH, |sent| sent + PAUSE)
        })
    }
}

impl Meeting {
    pub(crate) fn tell_loudest(&mut self, now: DateTime<Utc>) {
        if self.loudest.due().is_none_or(|due| now < due) {
            return;
        }
        self.loudest.changed = false;
        self.loudest.sent_at = Some(now);
        let small = self.sessions.clients_len() <= SMALL;
        let to: Vec<_> = self
            .sessions
            .clients()
            .filter(|(id, _)| {
                let admitted = self.durable.seat(*id).is_some_and(|seat| seat.admitted);
                admitted && (small || self.board.seats.contains(id))
            })
            .map(|(_, connection)| connection)
            .collect();
        if !to.is_empty() {
            self.out.push(Output::Send {
                to,
                message: Box::new(ServerMessage::Media {
                    media: MediaNotice::Loudest {
                        seats: self.loudest.seats.clone(),
                    },
                }),
            });
        }
    }
}
