//! Many rows in few statements.

use std::fmt::Write as _;

use sqlx::AssertSqlSafe;

use super::Transaction;
use super::query::Query;
use crate::StoreError;

/// Rows per statement, tried from the largest. Fixed, so that the prepared statements are few and
/// stay cached; 256 rows of 20 columns are well below both databases' limit of bound values (32,766).
const SIZES: [usize; 3] = [256, 16, 1];

/// An `INSERT` of many rows: `head VALUES (…), (…) tail`.
#[derive(Clone, Copy)]
pub(crate) struct Insert {
    /// `INSERT INTO table (columns)`
    pub(crate) head: &'static str,
    /// Number of columns.
    pub(crate) columns: usize,
    /// `ON CONFLICT …`, or empty.
    pub(crate) tail: &'static str,
}

impl Insert {
    /// Inserts the rows, each bound by `bind`, and calls `progress` with the number of rows done.
    pub(crate) async fn run<'t, T: 't>(
        &self,
        transaction: &mut Transaction,
        rows: &'t [T],
        bind: impl for<'q> Fn(Query<'q>, &'t T) -> Query<'q>,
        mut progress: impl FnMut(usize),
    ) -> Result<(), StoreError> {
        let mut rest = rows;
        for size in SIZES {
            let chunks = rest.chunks_exact(size);
            rest = chunks.remainder();
            for chunk in chunks {
                let mut query = transaction.query(AssertSqlSafe(self.sql(size)));
                for row in chunk {
                    query = bind(query, row);
                }
                query.execute().await?;
                progress(chunk.len());
            }
        }
        Ok(())
    }

    fn sql(&self, rows: usize) -> String {
        let mut sql = format!("{} VALUES ", self.head);
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..self.columns {
                let comma = if column == 0 { "" } else { ", " };
                // Writing to a string can't fail.
                let _ = write!(sql, "{comma}${}", row * self.columns + column + 1);
            }
            sql.push(')');
        }
        sql.push(' ');
        sql.push_str(self.tail);
        sql
    }
}
