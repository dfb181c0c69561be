//! Pages of long lists: `limit` and `cursor` in, `{items, next}` and `X-Total-Count` out.

use axum::Json;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use giaoban_store::{Cursor, Limit, Page, StoreError};
use serde::Serialize;

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 500;
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// The page's length that was asked for, within what the contract allows.
pub(super) fn limit(asked: Option<u32>) -> Limit {
    Limit::new(asked.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT))
}

pub(super) fn cursor(asked: Option<String>) -> Option<Cursor> {
    asked.map(Cursor::from)
}

/// One page as it is answered.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Listed<T> {
    items: Vec<T>,
    /// Give it back as `cursor` for the next page; null after the last.
    #[schema(required)]
    next: Option<String>,
}

/// A page with the length of the whole list.
pub(super) struct PageAnswer<T> {
    page: Listed<T>,
    total: u64,
}

impl<T> PageAnswer<T> {
    /// The page with each row made what the client sees.
    pub(super) fn of<R>(page: Page<R>, show: impl FnMut(R) -> T) -> Self {
        Self {
            page: Listed {
                items: page.items.into_iter().map(show).collect(),
                next: page.next.map(String::from),
            },
            total: page.total,
        }
    }
}

impl<T: Serialize> IntoResponse for PageAnswer<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.page).into_response();
        response
            .headers_mut()
            .insert(TOTAL, HeaderValue::from(self.total));
        response
    }
}

/// One page of a list that is whole in memory. The cursor is the place in it.
pub(super) fn slice<R>(
    all: Vec<R>,
    limit: Limit,
    cursor: Option<&Cursor>,
) -> Result<Page<R>, StoreError> {
    let start: usize = match cursor {
        None => 0,
        Some(cursor) => cursor.as_str().parse().map_err(|_| StoreError::BadCursor)?,
    };
    let (total, length) = (all.len(), limit.get() as usize);
    let end = start.saturating_add(length);
    Ok(Page {
        items: all.into_iter().skip(start).take(length).collect(),
        next: (end < total).then(|| Cursor::from(end.to_string())),
        total: total as u64,
    })
}
