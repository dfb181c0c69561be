use super::interval::{Switch, shared_seconds, union};
use super::person::{Person, gaps};
use super::{
    AttendanceReport, FloorTime, Headcount, Interval, MediaPresence, NoPlan, PointAttendance,
    RollCallReport, UnitAttendance,
};
use crate::hierarchy::RollTotals;
use crate::ids::{PointId, SeatId, UnitCode};
use crate::ledger::{Body, Fact, LeaveReason, RollState};
use crate::setup::{BriefingSetup, InvitedPoint};
use crate::wire::{Phase, Representative, RollAnswer, RollMark};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Reads a whole ledger, or as much of it as there is. `now` ends what still goes on.
pub fn report<'a>(
    facts: impl IntoIterator<Item = &'a Fact>,
    now: DateTime<Utc>,
) -> Result<AttendanceReport, NoPlan> {
    let mut facts = facts.into_iter();
    let Some(Body::Convened { setup }) = facts.next().map(|fact| &fact.body) else {
        return Err(NoPlan);
    };
    let mut projection = Projection::new(setup);
    for fact in facts {
        projection.take(fact);
    }
    Ok(projection.finish(now))
}

#[derive(Default)]
struct Point {
    first_joined: Option<DateTime<Utc>>,
    /// First there while the session was on.
    arrived: Option<DateTime<Utc>>,
    headcounts: Vec<Headcount>,
    representative: Option<Representative>,
    mark: Option<RollMark>,
    answer: Option<RollAnswer>,
}

struct Projection<'a> {
    setup: &'a BriefingSetup,
    phase: Phase,
    session: Switch,
    started_at: Option<DateTime<Utc>>,
    unmeasured: Vec<Interval>,
    people: BTreeMap<SeatId, Person>,
    points: BTreeMap<PointId, Point>,
    floor: Vec<FloorTime>,
    roll_calls: Vec<RollCallReport>,
}

impl<'a> Projection<'a> {
    fn new(setup: &'a BriefingSetup) -> Self {
        Self {
            setup,
            phase: Phase::Planned,
            session: Switch::default(),
            started_at: None,
            unmeasured: Vec::new(),
            people: BTreeMap::new(),
            points: BTreeMap::new(),
            floor: Vec::new(),
            roll_calls: Vec::new(),
        }
    }

    fn take(&mut self, fact: &'a Fact) {
        let at = fact.at;
        match &fact.body {
            Body::Replanned { setup } => self.setup = setup,
            Body::Restarted { down_since } => self.away(*down_since, at),
            Body::Opened => self.phase = Phase::Open,
            Body::Started => self.start(at),
            Body::Adjourned => {
                self.phase = Phase::Adjourned;
                self.session.off(at);
            }
            Body::Closed => self.close(at),
            Body::Joined { .. }
            | Body::Admitted { .. }
            | Body::Dropped { .. }
            | Body::Returned { .. }
            | Body::Left { .. }
            | Body::Flowing { .. } => self.presence(at, &fact.body),
            Body::HeadcountSet { point, count } => {
                let headcount = Headcount { at, count: *count };
                self.point(*point).headcounts.push(headcount);
            }
            Body::RepresentativeSet {
                point,
                representative,
            } => self.point(*point).representative = Some(representative.clone()),
            Body::RollCallStarted { .. }
            | Body::RollAnswered { .. }
            | Body::Marked { .. }
            | Body::RollCallClosed { .. } => self.roll_call(at, &fact.body),
            body => self.speaking(at, body),
        }
    }

    fn point(&mut self, point: PointId) -> &mut Point {
        self.points.entry(point).or_default()
    }

    /// The server was down: nobody is known to have been there after the last fact before.
    fn away(&mut self, down_since: DateTime<Utc>, at: DateTime<Utc>) {
        self.unmeasured.push(Interval {
            from: down_since,
            to: Some(at),
        });
        for person in self.people.values_mut() {
            person.connected = false;
            person.off(down_since);
        }
    }

    fn start(&mut self, at: DateTime<Utc>) {
        self.phase = Phase::InSession;
        self.session.on(at);
        self.started_at.get_or_insert(at);
        let here: Vec<PointId> = self
            .people
            .values()
            .filter(|person| person.connected)
            .filter_map(|person| person.point)
            .collect();
        for point in here {
            self.point(point).arrived.get_or_insert(at);
        }
    }

    fn close(&mut self, at: DateTime<Utc>) {
        self.phase = Phase::Closed;
        self.session.off(at);
        for person in self.people.values_mut() {
            person.connected = false;
            person.off(at);
        }
        for turn in &mut self.floor {
            turn.ended_at.get_or_insert(at);
        }
    }

    fn presence(&mut self, at: DateTime<Utc>, body: &Body) {
        let in_session = self.phase == Phase::InSession;
        let (Body::Joined { seat, .. }
        | Body::Admitted { seat }
        | Body::Dropped { seat }
        | Body::Returned { seat }
        | Body::Left { seat, .. }
        | Body::Flowing { seat, .. }) = body
        else {
            return;
        };
        let person = self.people.entry(*seat).or_default();
        let mut came = false;
        match body {
            Body::Joined {
                account,
                point,
                role,
                person: name,
                title,
                waiting,
                ..
            } => {
                person.account = Some(*account);
                person.point = Some(*point);
                person.role = Some(*role);
                name.clone_into(&mut person.name);
                title.clone_into(&mut person.title);
                person.admitted = !waiting;
                came = true;
            }
            Body::Returned { .. } => came = true,
            Body::Admitted { .. } => person.admitted = true,
            Body::Dropped { .. } => {
                person.connected = false;
                person.present.off(at);
            }
            Body::Left { why, .. } => {
                person.connected = false;
                person.off(at);
                if matches!(why, LeaveReason::Removed { .. }) {
                    person.admitted = false;
                }
            }
            Body::Flowing { media, on, .. } => {
                let switch = person.media(*media);
                if *on {
                    switch.on(at);
                } else {
                    switch.off(at);
                }
            }
            _ => {}
        }
        person.connected |= came;
        if person.connected && person.admitted {
            person.present.on(at);
        }
        if let Some(point) = person.point.filter(|_| came) {
            let point = self.point(point);
            point.first_joined.get_or_insert(at);
            if in_session {
                point.arrived.get_or_insert(at);
            }
        }
    }

    fn roll_call(&mut self, at: DateTime<Utc>, body: &Body) {
        let running = self
            .roll_calls
            .last()
            .is_some_and(|roll| roll.closed_at.is_none());
        match body {
            Body::RollCallStarted { number, .. } => {
                for point in self.points.values_mut() {
                    point.answer = None;
                }
                self.roll_calls.push(RollCallReport {
                    number: *number,
                    started_at: at,
                    closed_at: None,
                    results: Vec::new(),
                    totals: RollTotals::default(),
                });
            }
            Body::RollAnswered { point, .. } => {
                let answer = RollAnswer {
                    at,
                    by_secretary: false,
                };
                self.point(*point).answer.get_or_insert(answer);
            }
            Body::Marked { point, mark } => {
                let there = matches!(
                    mark,
                    RollMark::OnSite
                        | RollMark::Online
                        | RollMark::Late
                        | RollMark::Represented { .. }
                );
                let point = self.point(*point);
                point.mark = (*mark != RollMark::NotYetCalled).then(|| mark.clone());
                if running && there {
                    point.answer.get_or_insert(RollAnswer {
                        at,
                        by_secretary: true,
                    });
                } else if running {
                    point.answer = None;
                }
            }
            Body::RollCallClosed { number, results } => {
                if let Some(roll) = self.roll_calls.last_mut() {
                    roll.closed_at = Some(at);
                    roll.results.clone_from(results);
                    roll.totals.number = *number;
                    for result in results {
                        roll.totals.add(&result.state, result.headcount);
                    }
                }
            }
            _ => {}
        }
    }

    fn speaking(&mut self, at: DateTime<Utc>, body: &Body) {
        let chair = self.setup.chair_seat();
        let turn = |seat: SeatId, opened_at, limit_seconds| FloorTime {
            seat,
            granted_at: at,
            opened_at,
            ended_at: None,
            limit_seconds,
        };
        match body {
            Body::FloorGranted {
                seat,
                limit_seconds,
                ..
            } => self.floor.push(turn(*seat, None, Some(*limit_seconds))),
            Body::FloorAboveGranted { seat, .. } => self.floor.push(turn(*seat, None, None)),
            Body::FloorOpened { seat } | Body::FloorAboveOpened { seat } => {
                if let Some(turn) = self.turn_of(*seat) {
                    turn.opened_at.get_or_insert(at);
                }
            }
            Body::FloorEnded { seat, .. }
            | Body::FloorAboveDone { seat }
            | Body::FloorAboveEnded { seat } => self.end_turn(*seat, at),
            Body::AllMuted { seats } => {
                for seat in seats {
                    self.end_turn(*seat, at);
                }
            }
            Body::MuteUndone { seats } => {
                for seat in seats {
                    let last = self.floor.iter_mut().rev().find(|turn| turn.seat == *seat);
                    if let Some(turn) = last {
                        turn.ended_at = None;
                    }
                }
            }
            Body::ChairMicSet { on: true } => self.floor.push(turn(chair, Some(at), None)),
            Body::ChairMicSet { on: false } => self.end_turn(chair, at),
            _ => {}
        }
    }

    fn turn_of(&mut self, seat: SeatId) -> Option<&mut FloorTime> {
        self.floor
            .iter_mut()
            .rev()
            .find(|turn| turn.seat == seat && turn.ended_at.is_none())
    }

    fn end_turn(&mut self, seat: SeatId, at: DateTime<Utc>) {
        if let Some(turn) = self.turn_of(seat) {
            turn.ended_at = Some(at);
        }
    }

    fn finish(self, now: DateTime<Utc>) -> AttendanceReport {
        let session = self.session.intervals();
        let points: Vec<PointAttendance> = self
            .setup
            .points
            .iter()
            .map(|line| self.point_attendance(line, &session, now))
            .collect();
        let mut totals = RollTotals::default();
        let mut units: Vec<UnitAttendance> = Vec::new();
        let mut place: BTreeMap<&UnitCode, usize> = BTreeMap::new();
        for point in &points {
            totals.add(&point.state, point.headcount);
            let index = *place.entry(&point.group).or_insert_with(|| {
                units.push(UnitAttendance {
                    unit: point.group.clone(),
                    name: point.group_name.clone(),
                    totals: RollTotals::default(),
                });
                units.len() - 1
            });
            if let Some(unit) = units.get_mut(index) {
                unit.totals.add(&point.state, point.headcount);
            }
        }
        let setup = self.setup;
        AttendanceReport {
            briefing: setup.id,
            title: setup.title.clone(),
            host: setup.host.clone(),
            host_name: setup.host_name.clone(),
            planned_start: setup.starts_at,
            planned_end: setup.ends_at,
            phase: self.phase,
            session,
            at: now,
            unmeasured: self.unmeasured,
            totals,
            units,
            points,
            roll_calls: self.roll_calls,
        }
    }

    fn point_attendance(
        &self,
        line: &InvitedPoint,
        session: &[Interval],
        now: DateTime<Utc>,
    ) -> PointAttendance {
        let here = || {
            let people = self.people.iter();
            people.filter(|(_, person)| person.point == Some(line.point))
        };
        let all = |which: fn(&Person) -> &Switch| {
            union(
                here()
                    .flat_map(|(_, person)| which(person).intervals())
                    .collect(),
            )
        };
        let present = all(|person| &person.present);
        let floor: Vec<FloorTime> = self
            .floor
            .iter()
            .filter(|turn| here().any(|(seat, _)| *seat == turn.seat))
            .cloned()
            .collect();
        let spoken = floor.iter().filter_map(|turn| {
            Some(Interval {
                from: turn.opened_at?,
                to: turn.ended_at,
            })
        });
        let spoken = union(spoken.collect());
        let media = MediaPresence {
            mic: all(|person| &person.mic),
            camera: all(|person| &person.camera),
            content: all(|person| &person.content),
            camera_seconds: 0,
        };
        let people = here()
            .filter_map(|(seat, person)| person.attendance(*seat, session, now))
            .collect();
        let known = self.points.get(&line.point);
        PointAttendance {
            point: line.point,
            unit: line.unit.clone(),
            name: line.name.clone(),
            within: line.within.clone(),
            group: line.group.clone(),
            group_name: line.group_name.clone(),
            state: self.state_of(line.point, shared_seconds(&present, session, now) > 0),
            mark: known.and_then(|point| point.mark.clone()),
            answer: known.and_then(|point| point.answer.clone()),
            late_minutes: self.late_minutes(line.point),
            representative: known.and_then(|point| point.representative.clone()),
            headcount: known.and_then(|point| point.headcounts.last().map(|last| last.count)),
            headcounts: known
                .map(|point| point.headcounts.clone())
                .unwrap_or_default(),
            first_joined: known.and_then(|point| point.first_joined),
            last_left: present.last().and_then(|last| last.to),
            present_seconds: shared_seconds(&present, session, now),
            gaps: gaps(&present),
            media: media.counted(session, now),
            spoken_seconds: shared_seconds(&spoken, session, now),
            floor,
            people,
            present,
        }
    }

    fn late_minutes(&self, point: PointId) -> Option<u32> {
        let after = (self.points.get(&point)?.arrived? - self.started_at?).num_seconds();
        (after > i64::from(self.setup.late_after_seconds))
            .then(|| u32::try_from(after / 60).unwrap_or(u32::MAX))
    }

    fn state_of(&self, point: PointId, attended: bool) -> RollState {
        let known = self.points.get(&point);
        let late = RollState::Late {
            minutes: self.late_minutes(point).unwrap_or_default(),
        };
        match known.and_then(|known| known.mark.as_ref()) {
            Some(RollMark::OnSite) => return RollState::OnSite,
            Some(RollMark::Online) => return RollState::Online,
            Some(RollMark::Late) => return late,
            Some(RollMark::Represented { by }) => {
                return RollState::Represented { by: by.clone() };
            }
            Some(RollMark::Excused { reason }) => {
                return RollState::Excused {
                    reason: reason.clone(),
                };
            }
            Some(RollMark::Absent) => return RollState::Absent,
            Some(RollMark::NotYetCalled) | None => {}
        }
        if !attended && known.is_none_or(|known| known.answer.is_none()) {
            return if self.started_at.is_some() {
                RollState::Absent
            } else {
                RollState::NotYetCalled
            };
        }
        if point == self.setup.chair.point {
            return RollState::OnSite;
        }
        let deputy = known
            .and_then(|known| known.representative.as_ref())
            .filter(|representative| representative.deputising);
        match deputy {
            Some(deputy) => RollState::Represented {
                by: deputy.name.clone(),
            },
            None if self.late_minutes(point).is_some() => late,
            None => RollState::Online,
        }
    }
}
