//! `GET /api/v1/calendar.ics?key=`: one's briefings for a calendar program; `GET /api/v1/auth/calendar-key`: its address.

use super::addresses::Addresses;
use super::body::Query;
use super::briefings;
use crate::app::App;
use crate::auth::{Caller, session};
use crate::planning::calendar::{self, Method};
use crate::problem::Problem;
use crate::time_zone::day_of;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use giaoban_store::{AccountId, Briefing, BriefingQuery, Limit, Series, Session, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// What a signature for a feed is good for.
const PURPOSE: &str = "calendar";
const SIGNATURE: usize = 16;
/// A calendar shows some of the past.
const PAST: TimeDelta = TimeDelta::days(60);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(feed))
        .routes(routes!(address))
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Key {
    /// From `auth/calendar-key`. Whoever has it reads this person's calendar.
    key: String,
}

/// One's briefings for a calendar program that subscribes to the address. Needs no sign-in but the key.
#[utoipa::path(
    get, path = "/calendar.ics", tag = "calendar", params(Key), security(()),
    responses((status = 200, content_type = "text/calendar", body = String), (status = 403, description = "`bad_calendar_key`"))
)]
async fn feed(
    State(app): State<App>,
    headers: HeaderMap,
    Query(Key { key }): Query<Key>,
) -> Result<impl IntoResponse, Problem> {
    let caller = owner(&app, &key).await?.ok_or_else(|| {
        Problem::new(
            StatusCode::FORBIDDEN,
            "bad_calendar_key",
            "Địa chỉ lịch này không còn dùng được. Lấy địa chỉ mới trong trang cá nhân.",
            "This calendar address is not valid any more. Take a new one from your page.",
        )
    })?;
    let query = BriefingQuery {
        from: Some(app.clock.now() - PAST),
        concerning: Some(briefings::concerning(&caller)),
        limit: Limit::new(Limit::MAX),
        ..BriefingQuery::default()
    };
    let found = app.store.briefings().list(&query).await?.items;
    let name = format!("giaoban: {}", caller.account.display_name);
    let file = file(&app, &headers, &name, Method::Publish, found).await?;
    Ok(answer(file, Method::Publish))
}

/// Where one's calendar can be subscribed to.
#[derive(Serialize, utoipa::ToSchema)]
struct CalendarAddress {
    url: String,
}

/// The address of one's calendar feed.
#[utoipa::path(get, path = "/auth/calendar-key", tag = "calendar", responses((status = 200, body = CalendarAddress)))]
async fn address(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
) -> Json<CalendarAddress> {
    let key = key_of(&app, caller.account.id);
    let path = format!("/api/v1/calendar.ics?key={key}");
    Json(CalendarAddress {
        url: Addresses::of(&app.config.http, &headers).http(&path),
    })
}

fn key_of(app: &App, account: AccountId) -> String {
    let id = Uuid::from(account);
    let signature = app.key.sign(PURPOSE, id.as_bytes());
    let mut bytes = id.as_bytes().to_vec();
    bytes.extend_from_slice(&signature[..SIGNATURE]);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Whose key it is. The caller that is returned can only be asked what concerns him.
async fn owner(app: &App, key: &str) -> Result<Option<Caller>, StoreError> {
    let Ok(bytes) = BASE64_URL_SAFE_NO_PAD.decode(key) else {
        return Ok(None);
    };
    let Some((id, _)) = bytes.split_first_chunk::<16>() else {
        return Ok(None);
    };
    let id = AccountId::from(Uuid::from_bytes(*id));
    let right: bool =
        subtle::ConstantTimeEq::ct_eq(key_of(app, id).as_bytes(), key.as_bytes()).into();
    if !right {
        return Ok(None);
    }
    let account = app.store.accounts().get(id).await?;
    let now = app.clock.now();
    Ok(account
        .filter(|account| !account.disabled)
        .map(|account| Caller {
            session: Session {
                id: Uuid::nil().into(),
                account: account.id,
                token_hash: session::hash(key),
                created_at: now,
                last_seen_at: now,
                expires_at: now,
                user_agent: String::new(),
            },
            account,
            grants: Vec::new(),
            by_cookie: false,
            address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        }))
}

/// Briefings as a calendar file.
pub(super) async fn file(
    app: &App,
    headers: &HeaderMap,
    name: &str,
    method: Method,
    briefings: Vec<Briefing>,
) -> Result<String, StoreError> {
    let site = Addresses::of(&app.config.http, headers);
    let mut units = HashMap::new();
    let mut people = HashMap::new();
    let mut entries = Vec::with_capacity(briefings.len());
    for briefing in briefings {
        if !units.contains_key(&briefing.host_unit) {
            let day = day_of(briefing.starts_at);
            let unit = app.store.units().get(&briefing.host_unit, day).await?;
            let name = unit.map_or_else(|| briefing.host_unit.to_string(), |unit| unit.name);
            units.insert(briefing.host_unit.clone(), name);
        }
        if let Entry::Vacant(unknown) = people.entry(briefing.chair) {
            let account = app.store.accounts().get(briefing.chair).await?;
            let name = account.map(|account| account.display_name);
            unknown.insert(name.unwrap_or_default());
        }
        entries.push(calendar::Entry {
            host_name: units[&briefing.host_unit].clone(),
            chair_name: people[&briefing.chair].clone(),
            url: site.http(&format!("/phien/{}", briefing.id)),
            briefing,
        });
    }
    let series = series_of(app, &entries).await?;
    Ok(calendar::file(name, method, &entries, &series))
}

async fn series_of(app: &App, entries: &[calendar::Entry]) -> Result<Vec<Series>, StoreError> {
    let ids: BTreeSet<_> = entries
        .iter()
        .filter_map(|entry| entry.briefing.occurrence)
        .map(|occurrence| occurrence.series)
        .collect();
    let mut series = Vec::with_capacity(ids.len());
    for id in ids {
        series.extend(app.store.series().get(id).await?);
    }
    Ok(series)
}

/// The file as it is answered.
pub(super) fn answer(file: String, method: Method) -> impl IntoResponse + use<> {
    let kind = format!("text/calendar; charset=utf-8; method={}", method.as_str());
    ([(header::CONTENT_TYPE, kind)], file)
}
