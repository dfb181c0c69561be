//! From the recorded state to what the media engine must do.

use super::roster::Seat;
use super::state::State;
use crate::ids::SeatId;
use crate::plan::{MediaPlan, ViewerPlan};
use crate::wire::Phase;

impl State {
    /// The plan of this briefing alone; its revision is left 0.
    pub(crate) fn own_plan(&self) -> MediaPlan {
        let mut plan = MediaPlan::default();
        if matches!(self.phase, Phase::Planned | Phase::Closed) {
            return plan;
        }
        let shown = self.shown();
        plan.main = shown.main;
        plan.content = shown.content;
        plan.strip = shown.strip;
        if self.floor_open().is_ok() {
            plan.floor
                .extend(self.floor.holders.iter().map(|holding| holding.seat));
        }
        if self.floor.chair_mic {
            plan.floor.insert(self.invited.chair_seat);
        }
        self.face_the_main(&mut plan);
        plan
    }

    /// Whoever is everybody's main picture sees somebody else there: the chair, or, being the chair, who spoke last.
    pub(crate) fn face_the_main(&self, plan: &mut MediaPlan) {
        plan.viewers.clear();
        let Some(main) = plan.main else { return };
        let there = |seat: &SeatId| self.seat(*seat).is_none_or(Seat::in_room);
        let opposite = if main == self.invited.chair_seat {
            self.stage
                .recent
                .iter()
                .chain(&plan.strip)
                .copied()
                .find(|seat| *seat != main && there(seat))
        } else {
            Some(self.invited.chair_seat)
        };
        if let Some(opposite) = opposite {
            plan.viewers.insert(
                main,
                ViewerPlan {
                    main: Some(opposite),
                    strip: None,
                },
            );
        }
    }
}
