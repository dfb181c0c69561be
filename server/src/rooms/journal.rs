//! The room's writing hand: facts go to the ledger in groups, one append at a time, and the room goes on meanwhile.
//!
//! An append whose outcome is not known (it takes long, or the connection broke while it was committed) stays under way until
//! the ledger itself says what became of it. Meanwhile nothing else is written: what is added is refused at once.

use super::ids::same;
use crate::personal::{Rows, Sealer, UnsealError};
use crate::telemetry::Metrics;
use crate::telemetry::traces::TARGET;
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::ledger::{Entry, Head};
use giaoban_store::{AppendError, Batch, PersonKey, Store};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tracing::Instrument as _;

/// An append that takes longer is in doubt.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two questions to the ledger about an append in doubt.
const ASK_AGAIN: Duration = Duration::from_millis(250);

/// What became of an append.
#[derive(Debug)]
pub(super) enum Written {
    /// These are durable, and everything before them.
    Kept(Arc<Vec<Entry>>),
    /// No fact after this one is kept.
    Failed { seq: u64 },
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
    /// The last append failed, and it has been said.
    failing: bool,
}

struct Writing {
    task: JoinHandle<Outcome>,
    entries: Arc<Vec<Entry>>,
    keys: Vec<PersonKey>,
    head: Head,
    since: Instant,
    in_doubt: watch::Receiver<bool>,
}

enum Outcome {
    Kept,
    NotKept(AppendError),
    Diverged,
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
            failing: false,
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
        if self.writing.is_some() || self.waiting.is_empty() {
            return;
        }
        let entries = Arc::new(std::mem::take(&mut self.waiting));
        let sealed = self.sealer.rows(self.head, &entries);
        let (keys, head) = sealed.as_ref().map_or((Vec::new(), self.head), |sealed| {
            (sealed.keys.clone(), sealed.head)
        });
        let (doubt, in_doubt) = watch::channel(false);
        let (store, briefing) = (self.store.clone(), self.sealer.briefing());
        let span = tracing::debug_span!(target: TARGET, "append", facts = entries.len());
        let keeping = keep(store, briefing, sealed, self.head, doubt).instrument(span);
        self.writing = Some(Writing {
            task: tokio::spawn(keeping),
            entries,
            keys,
            head,
            since: Instant::now(),
            in_doubt,
        });
    }

    /// The next result; never, when nothing is being written. Cancel safe.
    pub(super) async fn written(&mut self) -> Written {
        let Some(writing) = &mut self.writing else {
            return std::future::pending().await;
        };
        let outcome = tokio::select! {
            // A task that ends says so itself.
            Ok(_) = writing.in_doubt.wait_for(|doubt| *doubt), if !self.waiting.is_empty() => None,
            outcome = &mut writing.task => Some(outcome),
        };
        let last = writing.entries.last().map_or(0, |entry| entry.fact.seq);
        let Some(outcome) = outcome else {
            self.metrics.append_failures.inc();
            self.waiting.clear();
            return Written::Failed { seq: last };
        };
        let (entries, took) = (Arc::clone(&writing.entries), writing.since.elapsed());
        let (keys, head) = (std::mem::take(&mut writing.keys), writing.head);
        self.writing = None;
        self.metrics.append.observe(took.as_secs_f64());
        let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
        match outcome {
            Ok(Outcome::Kept) => {
                self.sealer.saved(&keys);
                self.head = head;
                self.metrics.facts.inc_by(count);
                if std::mem::take(&mut self.failing) {
                    tracing::warn!(briefing = %self.sealer.briefing(), "facts are appended again");
                }
                Written::Kept(entries)
            }
            Ok(Outcome::NotKept(error)) => {
                // Once, not for each of the commands that are refused from now on.
                if !std::mem::replace(&mut self.failing, true) {
                    tracing::error!(briefing = %self.sealer.briefing(), %error, facts = count, "facts cannot be appended");
                }
                self.metrics.append_failures.inc();
                self.waiting.clear();
                Written::Failed {
                    seq: last.saturating_sub(count),
                }
            }
            Ok(Outcome::Diverged) | Err(_) => {
                self.metrics.append_failures.inc();
                self.waiting.clear();
                Written::Diverged
            }
        }
    }
}

/// Appends, and does not end before it is known what became of it.
async fn keep(
    store: Store,
    briefing: BriefingId,
    sealed: Result<Rows, UnsealError>,
    before: Head,
    doubt: watch::Sender<bool>,
) -> Outcome {
    let after = sealed.as_ref().map_or(before, |sealed| sealed.head);
    let mut append = pin!(append(&store, briefing, sealed));
    let result = if let Ok(result) = timeout(PATIENCE, &mut append).await {
        result
    } else {
        tracing::warn!(%briefing, "an append takes long");
        doubt.send_replace(true);
        append.await
    };
    let error = match result {
        Ok(()) => return Outcome::Kept,
        Err(error) => error,
    };
    match error {
        AppendError::Conflict | AppendError::Fenced => {
            tracing::warn!(%briefing, %error, "the ledger has moved on without this room");
            Outcome::Diverged
        }
        AppendError::Unavailable(_) | AppendError::Malformed(_) => Outcome::NotKept(error),
        AppendError::Unknown(_) => {
            tracing::warn!(%briefing, %error, "whether facts were appended will be seen later");
            doubt.send_replace(true);
            match ask(&store, briefing, before, after).await {
                Found::End => Outcome::Kept,
                Found::Before => Outcome::NotKept(error),
                Found::Other => Outcome::Diverged,
            }
        }
    }
}

/// Where the ledger ends.
enum Found {
    /// With these facts.
    End,
    /// Before the first of them.
    Before,
    Other,
}

/// Asks the ledger until it says where it ends.
async fn ask(store: &Store, briefing: BriefingId, before: Head, after: Head) -> Found {
    loop {
        if let Ok(end) = store.ledger().high_water(same(briefing)).await {
            let hash = end.map(|end| end.hash);
            return if hash == Some(after.hash) {
                Found::End
            } else if hash == (before.seq > 0).then_some(before.hash) {
                Found::Before
            } else {
                Found::Other
            };
        }
        sleep(ASK_AGAIN).await;
    }
}

/// Keys first: a fact whose key is lost could never be read again.
async fn append(
    store: &Store,
    briefing: BriefingId,
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
        briefing: same(briefing),
        facts: rows,
        fence: None,
    };
    store.ledger().append(batch).await
}
