use super::interval::{Switch, shared_seconds};
use super::{Interval, MediaPresence, PersonAttendance};
use crate::ids::{AccountId, PointId, SeatId};
use crate::ledger::MediaKind;
use crate::wire::Role;
use chrono::{DateTime, Utc};

/// What was measured of one seat.
#[derive(Default)]
pub(super) struct Person {
    pub(super) account: Option<AccountId>,
    pub(super) point: Option<PointId>,
    pub(super) role: Option<Role>,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) connected: bool,
    pub(super) admitted: bool,
    pub(super) present: Switch,
    pub(super) mic: Switch,
    pub(super) camera: Switch,
    pub(super) content: Switch,
}

impl Person {
    /// Nothing of this person is measured any more.
    pub(super) fn off(&mut self, at: DateTime<Utc>) {
        self.present.off(at);
        self.mic.off(at);
        self.camera.off(at);
        self.content.off(at);
    }

    pub(super) fn media(&mut self, media: MediaKind) -> &mut Switch {
        match media {
            MediaKind::Mic => &mut self.mic,
            MediaKind::Camera => &mut self.camera,
            MediaKind::Content => &mut self.content,
        }
    }

    pub(super) fn attendance(
        &self,
        seat: SeatId,
        session: &[Interval],
        now: DateTime<Utc>,
    ) -> Option<PersonAttendance> {
        let present = self.present.intervals();
        let media = MediaPresence {
            mic: self.mic.intervals(),
            camera: self.camera.intervals(),
            content: self.content.intervals(),
            camera_seconds: 0,
        };
        Some(PersonAttendance {
            seat,
            account: self.account?,
            person: self.name.clone(),
            title: self.title.clone(),
            role: self.role?,
            present_seconds: shared_seconds(&present, session, now),
            gaps: gaps(&present),
            media: media.counted(session, now),
            present,
        })
    }
}

impl MediaPresence {
    pub(super) fn counted(self, session: &[Interval], now: DateTime<Utc>) -> Self {
        Self {
            camera_seconds: shared_seconds(&self.camera, session, now),
            ..self
        }
    }
}

pub(super) fn gaps(present: &[Interval]) -> u32 {
    u32::try_from(present.len().saturating_sub(1)).unwrap_or(u32::MAX)
}
