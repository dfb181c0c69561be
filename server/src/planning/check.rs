//! Whether a draft can be a plan, and the plan it is.

use super::draft::{AgendaDraft, BriefingDraft};
use super::{invite, limits};
use crate::http::validation::{self, Fields};
use crate::problem::Problem;
use crate::time_zone::day_of;
use chrono::{DateTime, Utc};
use giaoban_store::{
    Admission, AgendaItem, BriefingDetail, BriefingPlan, BriefingState, Invitation, Participant,
    Store, StoreError, UnitCode,
};
use std::collections::HashSet;
use uuid::Uuid;

/// A draft that can be a plan.
pub struct Checked {
    pub plan: BriefingPlan,
}

/// Checks everything at once. `existing` is the briefing that the draft changes.
pub async fn check(
    store: &Store,
    draft: &BriefingDraft,
    existing: Option<&BriefingDetail>,
    now: DateTime<Utc>,
) -> Result<Checked, Problem> {
    let mut fields = Fields::default();
    let title = validation::text(&mut fields, "title", &draft.title, limits::TITLE);
    times(&mut fields, draft, existing, now);
    let host_unit = UnitCode::from(draft.host_unit.trim());
    let day = day_of(draft.starts_at);
    if store.units().get(&host_unit, day).await?.is_none() {
        fields.refuse(
            "host_unit",
            "unknown",
            "Không có đơn vị này vào ngày họp.",
            "There is no such unit on the day of the briefing.",
        );
    }
    people(store, &mut fields, draft).await?;
    parent(store, &mut fields, draft).await?;
    let floor_seconds = draft.floor_limit_seconds.filter(|seconds| *seconds != 0);
    if let Some(seconds) = floor_seconds {
        validation::number(
            &mut fields,
            "floor_limit_seconds",
            seconds,
            &limits::FLOOR_SECONDS,
        );
    }
    let agenda = agenda(&mut fields, &draft.agenda, existing);
    let invitations = invitations(store, &mut fields, draft, existing).await?;
    fields.check()?;
    let mut participants: Vec<Participant> = draft
        .participants
        .iter()
        .map(|named| Participant {
            account: named.account_id.into(),
            role: named.role,
        })
        .collect();
    participants.sort_unstable();
    participants.dedup();
    Ok(Checked {
        plan: BriefingPlan {
            title,
            host_unit,
            parent: draft
                .parent_id
                .map(Into::into)
                .or_else(|| existing.and_then(|detail| detail.briefing.parent)),
            chair: draft.chair_id.into(),
            secretary: draft.secretary_id.into(),
            deputy: draft
                .deputy_id
                .map(Into::into)
                .or_else(|| existing.and_then(|detail| detail.briefing.deputy)),
            starts_at: draft.starts_at,
            ends_at: draft.ends_at,
            admission: if draft.lobby {
                Admission::Manual
            } else {
                Admission::Invited
            },
            floor_seconds,
            occurrence: existing.and_then(|detail| detail.briefing.occurrence),
            agenda,
            invitations,
            participants,
        },
    })
}

fn times(
    fields: &mut Fields,
    draft: &BriefingDraft,
    existing: Option<&BriefingDetail>,
    now: DateTime<Utc>,
) {
    let moved = existing.is_none_or(|detail| detail.briefing.starts_at != draft.starts_at);
    if moved && draft.starts_at < now - limits::PAST {
        fields.refuse(
            "starts_at",
            "in_the_past",
            "Giờ bắt đầu đã qua.",
            "The start has passed.",
        );
    }
    if draft.ends_at <= draft.starts_at {
        fields.refuse(
            "ends_at",
            "before_start",
            "Giờ kết thúc phải sau giờ bắt đầu.",
            "The end must be after the start.",
        );
    } else if draft.ends_at - draft.starts_at > limits::LONGEST {
        fields.refuse(
            "ends_at",
            "too_long",
            "Một phiên dài nhất 24 giờ.",
            "A briefing takes at most 24 hours.",
        );
    }
    if let Some(repeat) = draft.repeat {
        if !repeat.weekly {
            fields.refuse(
                "repeat.weekly",
                "unsupported",
                "Chỉ lặp lại hằng tuần.",
                "Only weekly repetition.",
            );
        }
        if repeat.until < day_of(draft.starts_at) {
            fields.refuse(
                "repeat.until",
                "before_start",
                "Ngày cuối phải sau phiên đầu.",
                "The last day must be after the first briefing.",
            );
        } else if repeat.until > day_of(draft.starts_at + limits::REPEAT) {
            fields.refuse(
                "repeat.until",
                "too_long",
                "Lặp lại nhiều nhất hai năm.",
                "Repetition for at most two years.",
            );
        }
        if existing.is_some() {
            fields.refuse(
                "repeat",
                "unsupported",
                "Phiên đã có không đổi được lịch lặp; sửa cả chuỗi bằng scope=series.",
                "An existing briefing's repetition cannot be changed; change the series with scope=series.",
            );
        }
    }
}

async fn people(
    store: &Store,
    fields: &mut Fields,
    draft: &BriefingDraft,
) -> Result<(), StoreError> {
    if draft.participants.len() > limits::PARTICIPANTS {
        let most = limits::PARTICIPANTS;
        fields.refuse(
            "participants",
            "too_many",
            format!("Tối đa {most} người."),
            format!("At most {most} people."),
        );
        return Ok(());
    }
    let named = [
        ("chair_id".to_owned(), Some(draft.chair_id)),
        ("secretary_id".to_owned(), Some(draft.secretary_id)),
        ("deputy_id".to_owned(), draft.deputy_id),
    ];
    let others = draft
        .participants
        .iter()
        .enumerate()
        .map(|(number, who)| (format!("participants.{number}"), Some(who.account_id)));
    for (field, id) in named.into_iter().chain(others) {
        let Some(id) = id else { continue };
        let account = store.accounts().get(id.into()).await?;
        if account.is_none_or(|account| account.disabled) {
            fields.refuse(
                field,
                "unknown",
                "Không có tài khoản này.",
                "There is no such account.",
            );
        }
    }
    Ok(())
}

async fn parent(
    store: &Store,
    fields: &mut Fields,
    draft: &BriefingDraft,
) -> Result<(), StoreError> {
    let Some(id) = draft.parent_id else {
        return Ok(());
    };
    let usable = store
        .briefings()
        .head(id.into())
        .await?
        .is_some_and(|parent| {
            !matches!(
                parent.state,
                BriefingState::Cancelled | BriefingState::Closed
            )
        });
    if !usable {
        fields.refuse(
            "parent_id",
            "unknown",
            "Không có phiên cấp trên này, hoặc phiên đó đã kết thúc.",
            "There is no such parent briefing, or it has ended.",
        );
    }
    Ok(())
}

fn agenda(
    fields: &mut Fields,
    drafts: &[AgendaDraft],
    existing: Option<&BriefingDetail>,
) -> Vec<AgendaItem> {
    if drafts.len() > limits::AGENDA_ITEMS {
        let most = limits::AGENDA_ITEMS;
        fields.refuse(
            "agenda",
            "too_many",
            format!("Tối đa {most} mục."),
            format!("At most {most} items."),
        );
        return Vec::new();
    }
    // An id may be kept once, and only if it is this briefing's.
    let mut known: HashSet<Uuid> = existing
        .into_iter()
        .flat_map(|detail| &detail.agenda)
        .map(|item| item.id.into())
        .collect();
    drafts
        .iter()
        .enumerate()
        .map(|(number, draft)| {
            let field = |name: &str| format!("agenda.{number}.{name}");
            let title = validation::text(fields, field("title"), &draft.title, limits::TITLE);
            validation::number(
                fields,
                field("minutes"),
                draft.minutes,
                &limits::AGENDA_MINUTES,
            );
            let presenter = draft
                .presenter
                .as_deref()
                .map(|text| validation::text(fields, field("presenter"), text, limits::PRESENTER))
                .filter(|text| !text.is_empty());
            AgendaItem {
                id: draft
                    .id
                    .filter(|id| known.remove(id))
                    .unwrap_or_else(Uuid::now_v7)
                    .into(),
                title,
                minutes: draft.minutes,
                presenter_point: None,
                presenter_unit: None,
                presenter,
            }
        })
        .collect()
}

async fn invitations(
    store: &Store,
    fields: &mut Fields,
    draft: &BriefingDraft,
    existing: Option<&BriefingDetail>,
) -> Result<Vec<Invitation>, StoreError> {
    match (&draft.invite, existing) {
        (None, Some(detail)) => Ok(detail.invitations.clone()),
        (Some(lines), _) if lines.len() > limits::INVITE_LINES => {
            fields.refuse(
                "invite",
                "too_many",
                "Danh sách mời quá dài.",
                "The invitation is too long.",
            );
            Ok(Vec::new())
        }
        (lines, _) => {
            let lines = lines.as_deref().unwrap_or_default();
            invite::resolve(store, lines, day_of(draft.starts_at), fields).await
        }
    }
}
