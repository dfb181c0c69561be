//! Repetitions: briefings are made from the rule some weeks ahead, and each can then be changed by itself.

use super::{invite, repeat};
use crate::http::validation::Fields;
use crate::planning::draft::{Invite, InvitePoint};
use crate::time_zone::{ZONE_NAME, day_of};
use chrono::{DateTime, TimeDelta, Utc};
use giaoban_store::{
    AccountId, Briefing, BriefingDetail, BriefingId, BriefingPlan, BriefingState, Occurrence,
    Series, SeriesId, Store, StoreError,
};
use uuid::Uuid;

/// Briefings are made this far ahead: enough for every calendar view, little enough to keep the tree's changes.
pub const AHEAD: TimeDelta = TimeDelta::weeks(10);

/// Why a repetition was not planned.
#[derive(Debug, thiserror::Error)]
pub enum SeriesError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Rule(#[from] repeat::BadRule),
}

/// Whom to invite to the later briefings of a repetition: the lines as written, unfolded again on each day.
#[derive(Clone, Copy, Debug)]
pub enum Whom<'a> {
    Lines(&'a [Invite]),
    SamePoints,
}

/// Plans a repetition. Returns the first briefing.
pub async fn plan(
    store: &Store,
    first: BriefingPlan,
    lines: &[Invite],
    until: chrono::NaiveDate,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<Briefing, SeriesError> {
    let rule = repeat::weekly(first.starts_at, until)?;
    let series = Series {
        id: Uuid::now_v7().into(),
        title: first.title.clone(),
        host_unit: first.host_unit.clone(),
        rrule: rule,
        timezone: ZONE_NAME.to_owned(),
        first_starts_at: first.starts_at,
        minutes: minutes(first.ends_at - first.starts_at),
        expanded_to: None,
        created_by: by,
        created_at: now,
        ended_at: None,
    };
    store.series().create(&series).await?;
    let mut template = first;
    template.occurrence = Some(Occurrence {
        series: series.id,
        starts_at: template.starts_at,
    });
    let briefing = store
        .briefings()
        .create(Uuid::now_v7().into(), &template, by, now)
        .await?;
    let horizon = now.max(series.first_starts_at) + AHEAD;
    let after = Some(series.first_starts_at);
    make(
        store,
        &series,
        &template,
        Whom::Lines(lines),
        after,
        horizon,
        now,
    )
    .await?;
    Ok(briefing)
}

/// Makes the briefings of all repetitions up to [`AHEAD`] from now. Returns how many were made.
pub async fn expand_all(store: &Store, now: DateTime<Utc>) -> Result<usize, SeriesError> {
    let horizon = now + AHEAD;
    let mut made = 0;
    for series in store.series().to_expand(horizon).await? {
        let planned = store.briefings().of_series(series.id).await?;
        // The last briefing that stands shows how the next ones shall be.
        let last = planned
            .iter()
            .rev()
            .find(|briefing| briefing.state != BriefingState::Cancelled);
        let Some(last) = last else { continue };
        let Some(detail) = store.briefings().get(last.id).await? else {
            continue;
        };
        let after = series.expanded_to;
        let template = detail.into_plan();
        made += make(
            store,
            &series,
            &template,
            Whom::SamePoints,
            after,
            horizon,
            now,
        )
        .await?;
    }
    Ok(made)
}

async fn make(
    store: &Store,
    series: &Series,
    template: &BriefingPlan,
    whom: Whom<'_>,
    after: Option<DateTime<Utc>>,
    horizon: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<usize, SeriesError> {
    let starts = repeat::starts(&series.rrule, series.first_starts_at, after, horizon)?;
    let mut made = 0;
    for start in starts {
        let plan = shifted(store, template, series.id, start, whom).await?;
        let created = store
            .briefings()
            .create(Uuid::now_v7().into(), &plan, series.created_by, now)
            .await;
        match created {
            Ok(_) => made += 1,
            // Another node was quicker.
            Err(StoreError::Taken(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    store.series().set_expanded_to(series.id, horizon).await?;
    Ok(made)
}

/// The template as it is for the occurrence that the rule starts at `start`. A template that was moved away from its own
/// start by the rule moves the others by as much.
async fn shifted(
    store: &Store,
    template: &BriefingPlan,
    series: SeriesId,
    start: DateTime<Utc>,
    whom: Whom<'_>,
) -> Result<BriefingPlan, StoreError> {
    let moved = template
        .occurrence
        .map_or(TimeDelta::zero(), |own| template.starts_at - own.starts_at);
    let mut plan = template.clone();
    plan.occurrence = Some(Occurrence {
        series,
        starts_at: start,
    });
    plan.starts_at = start + moved;
    plan.ends_at = plan.starts_at + (template.ends_at - template.starts_at);
    renew(store, &mut plan, whom).await?;
    Ok(plan)
}

/// New ids for the agenda, and the invitation as the tree is on the new day. Points that are gone by then drop out.
async fn renew(store: &Store, plan: &mut BriefingPlan, whom: Whom<'_>) -> Result<(), StoreError> {
    for item in &mut plan.agenda {
        item.id = Uuid::now_v7().into();
    }
    let same: Vec<Invite>;
    let lines = match whom {
        Whom::Lines(lines) => lines,
        Whom::SamePoints => {
            same = plan
                .invitations
                .iter()
                .map(|invitation| {
                    Invite::Point(InvitePoint {
                        point_id: invitation.point.into(),
                        observer: invitation.role == giaoban_store::InvitedAs::Observer,
                    })
                })
                .collect();
            &same
        }
    };
    let mut gone = Fields::default();
    plan.invitations = invite::resolve(store, lines, day_of(plan.starts_at), &mut gone).await?;
    Ok(())
}

/// Carries a change of one briefing over to the later ones of its series that are still only planned. Returns those.
pub async fn change_following(
    store: &Store,
    changed: &BriefingPlan,
    whom: Whom<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<BriefingId>, StoreError> {
    let Some(own) = changed.occurrence else {
        return Ok(Vec::new());
    };
    let mut done = Vec::new();
    for later in following(store, own).await? {
        let Some(occurrence) = later.briefing.occurrence else {
            continue;
        };
        let (id, revision) = (later.briefing.id, later.briefing.revision);
        let mut plan = shifted(store, changed, own.series, occurrence.starts_at, whom).await?;
        plan.parent = later.briefing.parent;
        store.briefings().update(id, revision, &plan, now).await?;
        done.push(id);
    }
    Ok(done)
}

/// Cancels the later briefings of a series and ends it. Returns those that were cancelled.
pub async fn cancel_following(
    store: &Store,
    own: Occurrence,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Vec<BriefingId>, StoreError> {
    store.series().end(own.series, now).await?;
    let mut done = Vec::new();
    for later in following(store, own).await? {
        let briefing = later.briefing;
        store
            .briefings()
            .cancel(briefing.id, briefing.revision, reason, now)
            .await?;
        done.push(briefing.id);
    }
    Ok(done)
}

/// The planned briefings of the series after this one.
async fn following(store: &Store, own: Occurrence) -> Result<Vec<BriefingDetail>, StoreError> {
    let mut later = Vec::new();
    for briefing in store.briefings().of_series(own.series).await? {
        let is_later = briefing
            .occurrence
            .is_some_and(|occurrence| occurrence.starts_at > own.starts_at);
        if is_later
            && briefing.state == BriefingState::Planned
            && let Some(detail) = store.briefings().get(briefing.id).await?
        {
            later.push(detail);
        }
    }
    Ok(later)
}

fn minutes(length: TimeDelta) -> u32 {
    u32::try_from(length.num_minutes()).unwrap_or(0)
}
