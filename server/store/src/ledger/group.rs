//! Group commit: whoever comes while a commit is under way shares the next.

use tokio::sync::{mpsc, oneshot};

use super::Batch;
use super::append::{AppendError, append_many};
use crate::db::Db;

/// How many appends may wait. Each room waits for its own before it makes another.
const WAITING: usize = 4_096;
/// How many share a commit at most, so that the first doesn't wait for thousands.
const TOGETHER: usize = 256;

type Waiting = (Batch, oneshot::Sender<Result<(), AppendError>>);

/// A handle to the task that commits. The task ends when the last handle is dropped and what was
/// waiting is committed.
#[derive(Debug, Clone)]
pub(super) struct Committer {
    queue: mpsc::Sender<Waiting>,
}

impl Committer {
    pub(super) fn start(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(WAITING);
        tokio::spawn(commit_in_groups(db, waiting));
        Self { queue }
    }

    pub(super) async fn append(&self, batch: Batch) -> Result<(), AppendError> {
        let (answer, result) = oneshot::channel();
        self.queue.send((batch, answer)).await.map_err(|_| gone())?;
        result.await.unwrap_or_else(|_| Err(gone()))
    }
}

fn gone() -> AppendError {
    AppendError::Unavailable("the store is closing".to_owned())
}

async fn commit_in_groups(db: Db, mut queue: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(TOGETHER);
    while queue.recv_many(&mut group, TOGETHER).await > 0 {
        let (batches, answers): (Vec<_>, Vec<_>) = group.drain(..).unzip();
        let results = append_many(&db, &batches).await;
        for (answer, result) in answers.into_iter().zip(results) {
            // Who no longer waits for the answer doesn't need it.
            let _ = answer.send(result);
        }
    }
}
