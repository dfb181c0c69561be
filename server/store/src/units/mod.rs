//! The administrative tree, effective-dated.

mod check;
pub mod csv;
pub(crate) mod fold;
#[doc(hidden)]
pub mod fuzzing;
mod import;
mod refusal;

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::StoreError;
use crate::db::Db;
use crate::db::query::{FromRow, Row};
use crate::model::ids::UnitCode;
use crate::model::page::Page;
use crate::model::unit::{Unit, UnitQuery};
use fold::{containing, fold, starting};

pub use import::ImportError;
pub use refusal::{Reason, Refusal};

/// The repository of units.
#[derive(Debug, Clone)]
pub struct Units {
    db: Db,
}

macro_rules! in_force {
    ($alias:literal, $day:literal) => {
        concat!(
            $alias,
            ".valid_from <= ",
            $day,
            " AND (",
            $alias,
            ".valid_to IS NULL OR ",
            $alias,
            ".valid_to >= ",
            $day,
            ")"
        )
    };
}
pub(crate) use in_force;

macro_rules! below {
    ($root:literal, $day:literal) => {
        concat!(
            "WITH RECURSIVE tree(code, depth) AS (
                SELECT u.code, 0 FROM units u WHERE u.code = ", $root,
                " AND ", $crate::units::in_force!("u", $day), "
                UNION ALL
                SELECT u.code, tree.depth + 1 FROM units u JOIN tree ON u.parent_code = tree.code
                WHERE ", $crate::units::in_force!("u", $day), "
            ) "
        )
    };
}
/// A `WITH` clause that defines `tree(code, depth)`: a unit and everything below it on a day.
pub(crate) use below;

macro_rules! above {
    ($unit:literal, $day:literal) => {
        concat!(
            "WITH RECURSIVE chain(code, parent_code, height) AS (
                SELECT u.code, u.parent_code, 0 FROM units u WHERE u.code = ",
            $unit,
            " AND ",
            $crate::units::in_force!("u", $day),
            "
                UNION ALL
                SELECT u.code, u.parent_code, chain.height + 1
                FROM units u JOIN chain ON u.code = chain.parent_code
                WHERE ",
            $crate::units::in_force!("u", $day),
            "
            ) "
        )
    };
}
/// A `WITH` clause that defines `chain(code, parent_code, height)`: a unit and everything above it
/// on a day.
pub(crate) use above;

macro_rules! listed {
    () => {
        concat!(
            " FROM units u WHERE ", in_force!("u", "$1"),
            " AND ($2 IS NULL OR u.tier = $2)
              AND ($3 IS NULL OR u.parent_code = $3)
              AND ($4 IS NULL OR u.name_folded LIKE $4 ESCAPE '\\' OR LOWER(u.code) LIKE $5 ESCAPE '\\')"
        )
    };
}

impl Units {
    pub(crate) fn new(db: Db) -> Self {
        Self { db }
    }

    /// Units in force on a day, by code.
    pub async fn list(&self, query: &UnitQuery) -> Result<Page<Unit>, StoreError> {
        let sought = query.q.as_deref().map(fold).filter(|q| !q.is_empty());
        let name = sought.as_deref().map(containing);
        let code = sought.as_deref().map(starting);
        let mut snapshot = self.db.snapshot().await?;
        let total = snapshot
            .query(concat!("SELECT COUNT(*)", listed!()))
            .bind(query.at)
            .bind(query.tier)
            .bind(query.parent.as_ref())
            .bind(name.as_deref())
            .bind(code.as_deref())
            .count()
            .await?;
        let rows = snapshot
            .query(concat!(
                "SELECT u.*",
                listed!(),
                " AND ($6 IS NULL OR u.code > $6) ORDER BY u.code LIMIT $7"
            ))
            .bind(query.at)
            .bind(query.tier)
            .bind(query.parent.as_ref())
            .bind(name.as_deref())
            .bind(code.as_deref())
            .bind(query.cursor.as_ref().map(crate::Cursor::as_str))
            .bind(query.limit.get() + 1)
            .all()
            .await?;
        Ok(Page::of_rows(rows, query.limit, total, |unit: &Unit| {
            unit.code.as_str().to_owned()
        }))
    }

    /// The unit of that code on that day.
    pub async fn get(&self, code: &UnitCode, at: NaiveDate) -> Result<Option<Unit>, StoreError> {
        self.db
            .read()
            .await?
            .query(concat!(
                "SELECT u.* FROM units u WHERE u.code = $1 AND ",
                in_force!("u", "$2")
            ))
            .bind(code)
            .bind(at)
            .optional()
            .await
    }

    /// Every period of that code, earliest first.
    pub async fn history(&self, code: &UnitCode) -> Result<Vec<Unit>, StoreError> {
        self.db
            .read()
            .await?
            .query("SELECT * FROM units WHERE code = $1 ORDER BY valid_from")
            .bind(code)
            .all()
            .await
    }

    /// The unit and everything below it on that day, from the top down, each level by code. Empty
    /// when the unit isn't in force.
    pub async fn subtree(&self, code: &UnitCode, at: NaiveDate) -> Result<Vec<Unit>, StoreError> {
        self.db
            .read()
            .await?
            .query(concat!(
                below!("$1", "$2"),
                "SELECT u.* FROM tree JOIN units u ON u.code = tree.code AND ",
                in_force!("u", "$2"),
                " ORDER BY tree.depth, u.code"
            ))
            .bind(code)
            .bind(at)
            .all()
            .await
    }

    /// The units above on that day, from the top down, without the unit itself.
    pub async fn ancestors(&self, code: &UnitCode, at: NaiveDate) -> Result<Vec<Unit>, StoreError> {
        self.db
            .read()
            .await?
            .query(concat!(
                above!("$1", "$2"),
                "SELECT u.* FROM chain JOIN units u ON u.code = chain.code AND ",
                in_force!("u", "$2"),
                " WHERE chain.height > 0 ORDER BY chain.height DESC"
            ))
            .bind(code)
            .bind(at)
            .all()
            .await
    }

    /// Every unit that has another directly below it on that day.
    pub async fn parents(&self, at: NaiveDate) -> Result<HashSet<UnitCode>, StoreError> {
        let codes: Vec<UnitCode> = self
            .db
            .read()
            .await?
            .query(concat!(
                "SELECT DISTINCT u.parent_code FROM units u WHERE u.parent_code IS NOT NULL AND ",
                in_force!("u", "$1")
            ))
            .bind(at)
            .column()
            .await?;
        Ok(codes.into_iter().collect())
    }

    /// Whether `code` is `root` or below it on that day.
    pub async fn is_within(
        &self,
        code: &UnitCode,
        root: &UnitCode,
        at: NaiveDate,
    ) -> Result<bool, StoreError> {
        let found = self
            .db
            .read()
            .await?
            .query(concat!(
                above!("$1", "$2"),
                "SELECT COUNT(*) FROM chain WHERE code = $3"
            ))
            .bind(code)
            .bind(at)
            .bind(root)
            .count()
            .await?;
        Ok(found > 0)
    }
}

impl FromRow for Unit {
    fn from_row(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            code: row.get("code")?,
            name: row.get("name")?,
            tier: row.get("tier")?,
            parent: row.get("parent_code")?,
            valid_from: row.get("valid_from")?,
            valid_to: row.get("valid_to")?,
            link_kbps: row.get("link_kbps")?,
        })
    }
}
