use giaoban_store::{AuditRow, Hash, Store, StoreError};

/// Read from the store at once.
const PAGE: u32 = 2_000;

/// The first act that is not as it was written, or does not follow the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "dòng {seq} của nhật ký đã bị sửa, hoặc dòng trước nó đã mất / line {seq} of the log was edited, or the one before it is gone"
)]
pub struct Broken {
    pub seq: u64,
}

/// Why the log is not vouched for.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// Follows the chain of the whole audit log. Gives its last line and that line's hash; zeros for an empty log.
pub async fn verify(store: &Store) -> Result<(u64, Hash), VerifyError> {
    let mut end = (0, [0; 32]);
    loop {
        let rows = store.audit().from(end.0 + 1, PAGE).await?;
        if rows.is_empty() {
            return Ok(end);
        }
        for row in &rows {
            end = follow(end, row)?;
        }
    }
}

fn follow((seq, hash): (u64, Hash), row: &AuditRow) -> Result<(u64, Hash), Broken> {
    if row.seq == seq + 1 && row.prev_hash == hash && row.is_whole() {
        Ok((row.seq, row.hash))
    } else {
        Err(Broken { seq: row.seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::{AuditLog, Deed};
    use sqlx::{Connection as _, Executor as _, SqliteConnection};

    /// The log of three acts after `sql`, past the database's own guards.
    async fn after(sql: &'static str) -> Result<u64, u64> {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("giaoban.db").display());
        let store = Store::open(&url).await.unwrap();
        for deed in [Deed::SignedIn, Deed::AuditExported, Deed::SignedOut] {
            AuditLog::at_the_machine(&store, deed).await.unwrap();
        }
        let mut raw = SqliteConnection::connect(&url).await.unwrap();
        for guard in ["audit_never_updated", "audit_never_deleted"] {
            let drop = sqlx::AssertSqlSafe(format!("DROP TRIGGER {guard}"));
            raw.execute(drop).await.unwrap();
        }
        raw.execute(sql).await.unwrap();
        match verify(&store).await {
            Ok((lines, _)) => Ok(lines),
            Err(VerifyError::Broken(broken)) => Err(broken.seq),
            Err(VerifyError::Store(error)) => panic!("{error}"),
        }
    }

    #[tokio::test]
    async fn an_edited_line_and_a_missing_one_are_found() {
        assert_eq!(after("SELECT 1").await, Ok(3));
        assert_eq!(
            after("UPDATE audit SET actor = 'x' WHERE seq = 2").await,
            Err(2)
        );
        assert_eq!(after("DELETE FROM audit WHERE seq = 2").await, Err(3));
        assert_eq!(after("DELETE FROM audit WHERE seq = 1").await, Err(2));
    }
}
