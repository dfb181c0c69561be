//! The room's writing hand: facts go to the ledger in groups, one append at a time, and the room goes on meanwhile.

use super::ids::same;
use crate::personal::{Rows, Sealer, UnsealError};
use crate::telemetry::Metrics;
use giaoban_signaling::ledger::{Entry, Head};
use giaoban_store::{AppendError, Batch, PersonKey, Store};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout};

/// An append that takes longer counts as failed; what it did in the end, the next one will see.
const PATIENCE: Duration = Duration::from_secs(10);

/// What became of an append.
#[derive(Debug)]
pub(super) enum Written {
    /// These are durable, and everything before them.
    Kept(Arc<Vec<Entry>>),
    /// None of what was given to the journal is durable, as far as is known.
    Failed,
    /// The ledger holds something that this room doesn't know: it must be read again.
    Diverged,
}

pub(super) struct Journal {
    store: Store,
    metrics: Metrics,
    sealer: Sealer,
    /// The end of the ledger as it is stored: its hashes are over what is written, not over what the machine said.
    head: Head,
    waiting: Vec<Entry>,
    writing: Option<Writing>,
}

struct Writing {
    task: JoinHandle<Result<(), AppendError>>,
    entries: Arc<Vec<Entry>>,
    keys: Vec<PersonKey>,
    head: Head,
    since: Instant,
}

impl Journal {
    /// For the ledger that ends at `head`.
    pub(super) fn new(store: Store, metrics: Metrics, sealer: Sealer, head: Head) -> Self {
        Self {
            store,
            metrics,
            sealer,
            head,
            waiting: Vec::new(),
            writing: None,
        }
    }

    pub(super) fn add(&mut self, entries: Vec<Entry>) {
        self.waiting.extend(entries);
    }

    /// Facts that wait for the append under way to end.
    pub(super) fn backlog(&self) -> usize {
        self.waiting.len()
    }

    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.writing.is_none()
    }

    /// Begins to write what has been added, unless an append is under way.
    pub(super) fn write(&mut self) {
        if self.writing.is_some() {
            return;
        }
        if self.waiting.is_empty() {
            return;
        }
        let entries = Arc::new(std::mem::take(&mut self.waiting));
        let briefing = same(self.sealer.briefing());
        let store = self.store.clone();
        let sealed = self.sealer.rows(self.head, &entries);
        let (keys, head) = sealed.as_ref().map_or((Vec::new(), self.head), |sealed| {
            (sealed.keys.clone(), sealed.head)
        });
        self.writing = Some(Writing {
            entries,
            keys,
            head,
            since: Instant::now(),
            task: tokio::spawn(async move {
                timeout(PATIENCE, append(&store, briefing, sealed))
                    .await
                    .unwrap_or_else(|_| {
                        Err(AppendError::Unavailable(
                            "the append took too long".to_owned(),
                        ))
                    })
            }),
        });
    }

    /// The result of the append under way; never, when there is none. Cancel safe.
    pub(super) async fn written(&mut self) -> Written {
        let Some(writing) = &mut self.writing else {
            return std::future::pending().await;
        };
        let result = (&mut writing.task).await;
        let (entries, took) = (Arc::clone(&writing.entries), writing.since.elapsed());
        let (keys, head) = (std::mem::take(&mut writing.keys), writing.head);
        self.writing = None;
        self.metrics.append.observe(took.as_secs_f64());
        let error = match result {
            Ok(Ok(())) => {
                self.sealer.saved(&keys);
                self.head = head;
                self.metrics
                    .facts
                    .inc_by(u64::try_from(entries.len()).unwrap_or(u64::MAX));
                return Written::Kept(entries);
            }
            Ok(Err(error)) => error,
            Err(error) => AppendError::Unavailable(error.to_string()),
        };
        self.metrics.append_failures.inc();
        self.waiting.clear();
        match error {
            AppendError::Conflict | AppendError::Fenced => {
                tracing::warn!(briefing = %self.sealer.briefing(), %error, "the ledger has moved on without this room");
                Written::Diverged
            }
            AppendError::Unavailable(_) | AppendError::Malformed(_) => {
                tracing::error!(briefing = %self.sealer.briefing(), %error, facts = entries.len(), "facts could not be appended");
                Written::Failed
            }
        }
    }
}

/// Keys first: a fact whose key is lost could never be read again.
async fn append(
    store: &Store,
    briefing: giaoban_store::BriefingId,
    sealed: Result<Rows, UnsealError>,
) -> Result<(), AppendError> {
    let Rows { rows, keys, .. } =
        sealed.map_err(|_| AppendError::Malformed("it can't be sealed"))?;
    if !keys.is_empty() {
        store
            .person_keys()
            .add_all(&keys)
            .await
            .map_err(|error| AppendError::Unavailable(error.to_string()))?;
    }
    let batch = Batch {
        briefing,
        facts: rows,
        fence: None,
    };
    store.ledger().append(batch).await
}
