//! The room's writing hand: facts go to the ledger in groups, one append at a time, and the room goes on meanwhile.

use crate::telemetry::Metrics;
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::ledger::Entry;
use giaoban_store::{AppendError, Batch, FactRow, Store};
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
    briefing: BriefingId,
    waiting: Vec<Entry>,
    writing: Option<Writing>,
}

struct Writing {
    task: JoinHandle<Result<(), AppendError>>,
    entries: Arc<Vec<Entry>>,
    since: Instant,
}

impl Journal {
    pub(super) fn new(store: Store, metrics: Metrics, briefing: BriefingId) -> Self {
        Self {
            store,
            metrics,
            briefing,
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
        let written = Arc::clone(&entries);
        let briefing = giaoban_store::BriefingId::from(self.briefing.0);
        let store = self.store.clone();
        self.writing = Some(Writing {
            entries,
            since: Instant::now(),
            task: tokio::spawn(async move {
                let batch = Batch {
                    briefing,
                    facts: written.iter().map(|entry| row(briefing, entry)).collect(),
                    fence: None,
                };
                timeout(PATIENCE, store.ledger().append(batch))
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
        self.writing = None;
        self.metrics.append.observe(took.as_secs_f64());
        let error = match result {
            Ok(Ok(())) => {
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
                tracing::warn!(briefing = %self.briefing, %error, "the ledger has moved on without this room");
                Written::Diverged
            }
            AppendError::Unavailable(_) | AppendError::Malformed(_) => {
                tracing::error!(briefing = %self.briefing, %error, facts = entries.len(), "facts could not be appended");
                Written::Failed
            }
        }
    }
}

fn row(briefing: giaoban_store::BriefingId, entry: &Entry) -> FactRow {
    FactRow {
        briefing,
        seq: entry.fact.seq,
        at: entry.fact.at,
        actor: entry.fact.actor.to_string(),
        kind: entry.fact.body.kind(),
        payload: entry.fact.payload(),
        prev_hash: entry.prev,
        hash: entry.hash,
    }
}
