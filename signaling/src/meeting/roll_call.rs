//! The roll call (điểm danh): what a point says, what the secretary writes down, and what was measured.

use super::dirty::{Dirty, Section};
use super::roster::Seat;
use super::state::State;
use crate::hierarchy::RollTotals;
use crate::ids::{PointId, UnitCode};
use crate::ledger::{Body, RollResult, RollState};
use crate::wire::{PresenceState, RefusalCode, RollAnswer, RollMark};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

const LONGEST_SECONDS: u32 = 3_600;

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RollCalls {
    /// The last one, running or closed.
    pub last: Option<RollCall>,
    /// What the last closed one said.
    pub totals: Option<RollTotals>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RollCall {
    pub number: u32,
    pub started_at: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub seconds: u32,
    pub closed_at: Option<DateTime<Utc>>,
    pub answered: u32,
}

type Decision = Result<Vec<Body>, RefusalCode>;

impl State {
    fn running(&self) -> Result<&RollCall, RefusalCode> {
        self.roll
            .last
            .as_ref()
            .filter(|roll| roll.closed_at.is_none())
            .ok_or(RefusalCode::NoRollCall)
    }

    fn answer_of(&self, point: PointId) -> Option<&RollAnswer> {
        self.roster.points.get(&point)?.answer.as_ref()
    }

    pub(crate) fn start_roll_call(&self, seconds: u32) -> Decision {
        self.floor_open()?;
        if self.running().is_ok() {
            return Err(RefusalCode::RollCallRunning);
        }
        if seconds == 0 || seconds > LONGEST_SECONDS {
            return Err(RefusalCode::OutOfRange);
        }
        let number = self.roll.last.as_ref().map_or(1, |roll| roll.number + 1);
        Ok(vec![Body::RollCallStarted { number, seconds }])
    }

    /// The first answer of a point counts. An answer after the countdown counts until the roll is closed.
    pub(crate) fn answer_roll_call(&self, seat: &Seat) -> Decision {
        self.running()?;
        self.speaks_for_point(seat)?;
        Ok(if self.answer_of(seat.point).is_some() {
            Vec::new()
        } else {
            vec![Body::RollAnswered {
                point: seat.point,
                seat: seat.id,
            }]
        })
    }

    /// No points named: all that have not answered.
    pub(crate) fn ask_again(&self, points: Vec<PointId>) -> Decision {
        let seconds = self.running()?.seconds;
        if points.len() > self.invited.setup.points.len() {
            return Err(RefusalCode::OutOfRange);
        }
        if points
            .iter()
            .any(|point| self.invited.line(*point).is_none())
        {
            return Err(RefusalCode::UnknownPoint);
        }
        Ok(vec![Body::RollAskedAgain { points, seconds }])
    }

    pub(crate) fn mark(&self, point: PointId, mark: RollMark) -> Decision {
        if self.invited.line(point).is_none() {
            return Err(RefusalCode::UnknownPoint);
        }
        let text = match &mark {
            RollMark::Excused { reason } => Some(reason),
            RollMark::Represented { by } => Some(by),
            _ => None,
        };
        if let Some(text) = text {
            if text.trim().is_empty() {
                return Err(RefusalCode::ReasonRequired);
            }
            if text.chars().count() > super::lobby::REASON {
                return Err(RefusalCode::TextTooLong);
            }
        }
        Ok(vec![Body::Marked { point, mark }])
    }

    pub(crate) fn close_roll_call(&self) -> Decision {
        let number = self.running()?.number;
        let results = self
            .invited
            .setup
            .points
            .iter()
            .map(|line| RollResult {
                point: line.point,
                state: self.roll_state(line.point),
                answer: self.answer_of(line.point).cloned(),
                headcount: self
                    .roster
                    .points
                    .get(&line.point)
                    .and_then(|state| state.headcount),
            })
            .collect();
        Ok(vec![Body::RollCallClosed { number, results }])
    }

    /// How a point stands now. What a person wrote down goes before what the point answered, and that before what was
    /// measured.
    pub(crate) fn roll_state(&self, point: PointId) -> RollState {
        let state = self.roster.points.get(&point);
        let late = || RollState::Late {
            minutes: self.late_minutes(point).unwrap_or_default(),
        };
        if let Some(mark) = state.and_then(|state| state.mark.as_ref()) {
            return match mark {
                RollMark::OnSite => RollState::OnSite,
                RollMark::Online => RollState::Online,
                RollMark::Late => late(),
                RollMark::Represented { by } => RollState::Represented { by: by.clone() },
                RollMark::Excused { reason } => RollState::Excused {
                    reason: reason.clone(),
                },
                RollMark::Absent | RollMark::NotYetCalled => RollState::Absent,
            };
        }
        let here = matches!(
            self.presence_of(point),
            PresenceState::Present | PresenceState::Late | PresenceState::Lost
        );
        if !here && self.answer_of(point).is_none() {
            return if self.roll.last.is_none() {
                RollState::NotYetCalled
            } else {
                RollState::Absent
            };
        }
        if point == self.invited.setup.chair.point {
            return RollState::OnSite;
        }
        let deputy = state
            .and_then(|state| state.representative.as_ref())
            .filter(|representative| representative.deputising);
        match deputy {
            Some(deputy) => RollState::Represented {
                by: deputy.name.clone(),
            },
            None if self.late_minutes(point).is_some() => late(),
            None => RollState::Online,
        }
    }

    /// The live roll by unit, in the order of the invitation list: group, its name, how its points stand.
    pub(crate) fn rollup(&self) -> Vec<(UnitCode, String, RollTotals)> {
        let mut order: Vec<(UnitCode, String)> = Vec::new();
        let mut totals: BTreeMap<UnitCode, RollTotals> = BTreeMap::new();
        for line in &self.invited.setup.points {
            if !totals.contains_key(&line.group) {
                order.push((line.group.clone(), line.group_name.clone()));
            }
            let headcount = self
                .roster
                .points
                .get(&line.point)
                .and_then(|state| state.headcount);
            totals
                .entry(line.group.clone())
                .or_default()
                .add(&self.roll_state(line.point), headcount);
        }
        order
            .into_iter()
            .map(|(group, name)| {
                let total = totals.get(&group).copied().unwrap_or_default();
                (group, name, total)
            })
            .collect()
    }

    pub(crate) fn roll_started(
        &mut self,
        at: DateTime<Utc>,
        number: u32,
        seconds: u32,
        dirty: &mut Dirty,
    ) {
        for (point, state) in &mut self.roster.points {
            if state.answer.take().is_some() {
                dirty.rows.insert(*point);
            }
        }
        self.roll.last = Some(RollCall {
            number,
            started_at: at,
            until: at + TimeDelta::seconds(i64::from(seconds)),
            seconds,
            closed_at: None,
            answered: 0,
        });
        dirty.section(Section::Roll);
    }

    pub(crate) fn roll_answered(
        &mut self,
        at: DateTime<Utc>,
        point: PointId,
        by_secretary: bool,
        dirty: &mut Dirty,
    ) {
        let state = self.roster.point_mut(point);
        if state.answer.is_none() {
            state.answer = Some(RollAnswer { at, by_secretary });
            if let Some(roll) = &mut self.roll.last {
                roll.answered += 1;
            }
        }
        dirty.rows.insert(point);
        dirty.section(Section::RollProgress);
    }

    pub(crate) fn roll_asked_again(&mut self, at: DateTime<Utc>, seconds: u32, dirty: &mut Dirty) {
        if let Some(roll) = &mut self.roll.last {
            roll.until = at + TimeDelta::seconds(i64::from(seconds));
        }
        dirty.section(Section::Roll);
    }

    pub(crate) fn marked(
        &mut self,
        at: DateTime<Utc>,
        point: PointId,
        mark: &RollMark,
        dirty: &mut Dirty,
    ) {
        let open = self.running().is_ok();
        let state = self.roster.point_mut(point);
        state.mark = (*mark != RollMark::NotYetCalled).then(|| mark.clone());
        dirty.rows.insert(point);
        let there = matches!(
            mark,
            RollMark::OnSite | RollMark::Online | RollMark::Late | RollMark::Represented { .. }
        );
        if !open {
            return;
        }
        if there {
            self.roll_answered(at, point, true, dirty);
        } else if state.answer.take().is_some()
            && let Some(roll) = &mut self.roll.last
        {
            roll.answered = roll.answered.saturating_sub(1);
            dirty.section(Section::RollProgress);
        }
    }

    pub(crate) fn roll_closed(
        &mut self,
        at: DateTime<Utc>,
        number: u32,
        results: &[RollResult],
        dirty: &mut Dirty,
    ) {
        if let Some(roll) = &mut self.roll.last {
            roll.closed_at = Some(at);
        }
        let mut totals = RollTotals {
            number,
            ..RollTotals::default()
        };
        for result in results {
            totals.add(&result.state, result.headcount);
        }
        self.roll.totals = Some(totals);
        dirty.section(Section::Roll);
    }
}

impl RollTotals {
    /// Counts one more point. Heads count where somebody is.
    pub fn add(&mut self, state: &RollState, headcount: Option<u32>) {
        self.points += 1;
        let there = match state {
            RollState::OnSite => &mut self.on_site,
            RollState::Online => &mut self.online,
            RollState::Late { .. } => &mut self.late,
            RollState::Represented { .. } => &mut self.represented,
            RollState::Excused { .. } => {
                self.excused += 1;
                return;
            }
            RollState::Absent => {
                self.absent += 1;
                return;
            }
            RollState::NotYetCalled => return,
        };
        *there += 1;
        self.headcount += headcount.unwrap_or_default();
    }
}
