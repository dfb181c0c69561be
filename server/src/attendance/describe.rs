//! From the machine's projection of the ledger to the lines that are printed.

use super::report::{
    Deputy, Heading, Interval, Part, PersonLine, PointLine, Report, Roll, RollLine, SpeechLine,
    UnitLine,
};
use super::words;
use crate::ledger::hex;
use chrono::{DateTime, Utc};
use giaoban_signaling::attendance::{
    self, AttendanceReport, FloorTime, NoPlan, PersonAttendance, PointAttendance, UnitAttendance,
};
use giaoban_signaling::hierarchy::RollTotals;
use giaoban_signaling::ids::PointId;
use giaoban_signaling::ledger::{Body, Entry, RollResult, RollState};
use giaoban_signaling::setup::Official;
use giaoban_signaling::wire::Role;
use std::collections::HashMap;

/// Why there is no attendance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescribeError {
    /// Nobody ever opened the briefing.
    #[error("the briefing has no ledger yet")]
    Empty,
    #[error(transparent)]
    NoPlan(#[from] NoPlan),
}

/// The attendance that a ledger tells of, as of `now`.
pub fn describe(entries: &[Entry], now: DateTime<Utc>) -> Result<Report, DescribeError> {
    let last = entries.last().ok_or(DescribeError::Empty)?;
    let told = attendance::report(entries.iter().map(|entry| &entry.fact), now)?;
    let chair = entries
        .iter()
        .rev()
        .find_map(|entry| match &entry.fact.body {
            Body::Convened { setup } | Body::Replanned { setup } => Some(&setup.chair),
            _ => None,
        });
    let points: HashMap<PointId, &PointAttendance> = told
        .points
        .iter()
        .map(|point| (point.point, point))
        .collect();
    Ok(Report {
        briefing: heading(&told, chair, last),
        units: units(&told),
        points: told.points.iter().map(point_line).collect(),
        people: people(&told),
        roll_calls: told
            .roll_calls
            .iter()
            .flat_map(|roll| {
                let points = &points;
                roll.results
                    .iter()
                    .map(move |result| roll_line(roll.number, result, points))
            })
            .collect(),
        speeches: speeches(&told),
    })
}

fn heading(told: &AttendanceReport, chair: Option<&Official>, last: &Entry) -> Heading {
    Heading {
        id: told.briefing.0,
        title: told.title.clone(),
        host: told.host_name.clone(),
        chair: chair
            .map(|chair| named(&chair.person, &chair.title))
            .unwrap_or_default(),
        planned_start: told.planned_start,
        planned_end: told.planned_end,
        started_at: told.session.first().map(|session| session.from),
        ended_at: told.session.last().and_then(|session| session.to),
        made_at: told.at,
        ledger_seq: last.fact.seq,
        ledger_head: hex(&last.hash),
    }
}

fn named(person: &str, title: &str) -> String {
    if title.is_empty() {
        person.to_owned()
    } else {
        format!("{person}, {title}")
    }
}

fn units(told: &AttendanceReport) -> Vec<UnitLine> {
    let mut deputised: HashMap<&str, u32> = HashMap::new();
    for point in &told.points {
        if point
            .representative
            .as_ref()
            .is_some_and(|it| it.deputising)
        {
            *deputised.entry(point.group.0.as_str()).or_default() += 1;
        }
    }
    told.units
        .iter()
        .map(|unit| unit_line(unit, deputised.get(unit.unit.0.as_str()).copied()))
        .collect()
}

fn unit_line(unit: &UnitAttendance, deputised: Option<u32>) -> UnitLine {
    let RollTotals {
        points,
        on_site,
        online,
        late,
        represented,
        excused,
        absent,
        headcount,
        ..
    } = unit.totals;
    UnitLine {
        code: unit.unit.0.clone(),
        name: unit.name.clone(),
        invited: points,
        present: on_site + online + late + represented,
        late,
        excused,
        absent,
        deputised: deputised.unwrap_or(0),
        headcount,
    }
}

fn point_line(point: &PointAttendance) -> PointLine {
    let (roll, note) = roll(&point.state);
    PointLine {
        id: point.point.0,
        unit_code: point.unit.0.clone(),
        name: point.name.clone(),
        group: point.group_name.clone(),
        roll,
        note,
        late_minutes: point.late_minutes,
        answered_at: point.answer.as_ref().map(|answer| answer.at),
        by_secretary: point
            .answer
            .as_ref()
            .is_some_and(|answer| answer.by_secretary),
        first_joined: point.first_joined,
        last_left: point.last_left,
        presence: intervals(&point.present),
        camera: intervals(&point.media.camera),
        microphone: intervals(&point.media.mic),
        present_seconds: point.present_seconds,
        camera_seconds: point.media.camera_seconds,
        spoken_seconds: point.spoken_seconds,
        interruptions: point.gaps,
        headcount: point.headcount,
        representative: point.representative.as_ref().map(|it| Deputy {
            name: it.name.clone(),
            title: it.title.clone(),
            deputising: it.deputising,
        }),
    }
}

fn people(told: &AttendanceReport) -> Vec<PersonLine> {
    told.points
        .iter()
        .flat_map(|point| {
            point
                .people
                .iter()
                .map(|person| person_line(&point.name, person))
        })
        .collect()
}

fn person_line(point: &str, person: &PersonAttendance) -> PersonLine {
    PersonLine {
        account: person.account.0,
        point: point.to_owned(),
        name: person.person.clone(),
        title: person.title.clone(),
        role: match person.role {
            Role::Chair => Part::Chair,
            Role::Secretary => Part::Secretary,
            Role::Delegate => Part::Delegate,
            Role::Observer => Part::Observer,
            Role::Technician => Part::Technician,
        },
        presence: intervals(&person.present),
        present_seconds: person.present_seconds,
    }
}

fn roll_line(
    number: u32,
    result: &RollResult,
    points: &HashMap<PointId, &PointAttendance>,
) -> RollLine {
    let point = points.get(&result.point);
    let (roll, note) = roll(&result.state);
    RollLine {
        number,
        // A point that is no longer on the list keeps its line.
        point: point.map_or_else(|| result.point.to_string(), |point| point.name.clone()),
        group: point
            .map(|point| point.group_name.clone())
            .unwrap_or_default(),
        roll,
        at: result.answer.as_ref().map(|answer| answer.at),
        by_secretary: result
            .answer
            .as_ref()
            .is_some_and(|answer| answer.by_secretary),
        headcount: result.headcount,
        note,
    }
}

/// In the order in which the floor was given.
fn speeches(told: &AttendanceReport) -> Vec<SpeechLine> {
    let mut speeches: Vec<SpeechLine> = told
        .points
        .iter()
        .flat_map(|point| point.floor.iter().map(|turn| speech(point, turn, told.at)))
        .collect();
    speeches.sort_by_key(|speech| speech.granted_at);
    speeches
}

fn speech(point: &PointAttendance, turn: &FloorTime, now: DateTime<Utc>) -> SpeechLine {
    let until = turn.ended_at.unwrap_or(now);
    SpeechLine {
        point: point.name.clone(),
        person: point
            .people
            .iter()
            .find(|person| person.seat == turn.seat)
            .map(|person| named(&person.person, &person.title))
            .unwrap_or_default(),
        granted_at: turn.granted_at,
        spoke_from: turn.opened_at,
        ended_at: turn.ended_at,
        seconds: turn
            .opened_at
            .map_or(0, |from| words::whole_seconds(from, until)),
    }
}

/// The state, and the words that belong to it.
fn roll(state: &RollState) -> (Roll, String) {
    match state {
        RollState::NotYetCalled => (Roll::NotYetCalled, String::new()),
        RollState::OnSite => (Roll::OnSite, String::new()),
        RollState::Online => (Roll::Online, String::new()),
        RollState::Late { .. } => (Roll::Late, String::new()),
        RollState::Represented { by } => (Roll::Represented, by.clone()),
        RollState::Excused { reason } => (Roll::Excused, reason.clone()),
        RollState::Absent => (Roll::Absent, String::new()),
    }
}

fn intervals(intervals: &[attendance::Interval]) -> Vec<Interval> {
    intervals
        .iter()
        .map(|interval| Interval {
            from: interval.from,
            until: interval.to,
        })
        .collect()
}
