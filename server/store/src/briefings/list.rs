//! Lists of briefings.

use chrono::{DateTime, Utc};

use super::Briefings;
use crate::StoreError;
use crate::db::query::Query;
use crate::model::briefing::{Briefing, BriefingOrder, BriefingQuery};
use crate::model::ids::BriefingId;
use crate::model::page::{Cursor, Page};
use crate::units::below;

macro_rules! listed {
    ($what:literal) => {
        concat!(
            below!("$1", "$2"),
            "SELECT ", $what, " FROM briefings b WHERE
             ($1 IS NULL OR $10 OR b.host_unit IN (SELECT code FROM tree))
             AND ($3 IS NULL OR $3 LIKE '%,' || b.state || ',%')
             AND ($4 IS NULL OR b.ends_at > $4)
             AND ($5 IS NULL OR b.starts_at < $5)
             AND (NOT $6
                OR b.chair_id = $7 OR b.secretary_id = $7 OR b.deputy_id = $7 OR b.created_by = $7
                OR b.host_unit = $9
                OR b.id IN (SELECT briefing_id FROM participants WHERE account_id = $7)
                OR b.id IN (SELECT briefing_id FROM invitations WHERE point_id = $8)
                OR b.id IN (SELECT briefing_id FROM invitations WHERE unit_code = $9)
                OR ($10 AND b.host_unit IN (SELECT code FROM tree)))"
        )
    };
}

const COUNT: &str = listed!("COUNT(*)");
const EARLIEST_FIRST: &str = concat!(
    listed!("b.*"),
    " AND ($11 IS NULL OR (b.starts_at, b.id) > ($11, $12)) ORDER BY b.starts_at, b.id LIMIT $13"
);
const LATEST_FIRST: &str = concat!(
    listed!("b.*"),
    " AND ($11 IS NULL OR (b.starts_at, b.id) < ($11, $12))
     ORDER BY b.starts_at DESC, b.id DESC LIMIT $13"
);

impl Briefings {
    /// Briefings by planned start.
    pub async fn list(&self, query: &BriefingQuery) -> Result<Page<Briefing>, StoreError> {
        let after = query.cursor.as_ref().map(parse_cursor).transpose()?;
        let mut snapshot = self.db.snapshot().await?;
        let total = filter(snapshot.query(COUNT), query).count().await?;
        let sql = match query.order {
            BriefingOrder::EarliestFirst => EARLIEST_FIRST,
            BriefingOrder::LatestFirst => LATEST_FIRST,
        };
        let rows = filter(snapshot.query(sql), query)
            .bind(after.map(|(starts_at, _)| starts_at))
            .bind(after.map(|(_, id)| id))
            .bind(query.limit.get() + 1)
            .all()
            .await?;
        Ok(Page::of_rows(
            rows,
            query.limit,
            total,
            |last: &Briefing| format!("{}_{}", last.starts_at.timestamp_micros(), last.id),
        ))
    }
}

fn filter<'q>(sql: Query<'q>, query: &BriefingQuery) -> Query<'q> {
    let (root, day) = query.host_within.clone().unzip();
    let concerning = query.concerning.clone().unwrap_or_default();
    // One bound value for a list of words: `,open,in_session,`.
    let states = (!query.states.is_empty()).then(|| {
        let words: Vec<&str> = query.states.iter().map(|state| state.as_str()).collect();
        format!(",{},", words.join(","))
    });
    sql.bind(root.as_ref())
        .bind(day)
        .bind(states.as_deref())
        .bind(query.from)
        .bind(query.to)
        .bind(query.concerning.is_some())
        .bind(concerning.account)
        .bind(concerning.point)
        .bind(concerning.unit.as_ref())
        // One of two conditions that aren't both given would be no condition at all.
        .bind(query.either && query.host_within.is_some() && query.concerning.is_some())
}

fn parse_cursor(cursor: &Cursor) -> Result<(DateTime<Utc>, BriefingId), StoreError> {
    let parse = || {
        let (micros, id) = cursor.as_str().split_once('_')?;
        let starts_at = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
        Some((starts_at, id.parse().ok()?))
    };
    parse().ok_or(StoreError::BadCursor)
}
