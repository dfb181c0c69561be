//! The state of a briefing in the store's list follows its ledger.

use super::ids::same;
use crate::clock::Clock;
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::wire::Phase;
use giaoban_store::{BriefingState, Store, StoreError};
use std::time::Duration;
use tokio::sync::watch;

const RETRY: Duration = Duration::from_secs(1);

/// Notes each phase until the sender is gone. Phases that follow quickly may be skipped; the last one never is.
pub(super) async fn mirror(
    store: Store,
    clock: Clock,
    briefing: BriefingId,
    mut phases: watch::Receiver<Phase>,
) {
    loop {
        let phase = *phases.borrow_and_update();
        if let Err(error) = store
            .briefings()
            .set_state(same(briefing), state(phase), clock.now())
            .await
        {
            if matches!(error, StoreError::NotFound(_)) {
                return;
            }
            tracing::warn!(%briefing, %error, "the state of a briefing could not be noted");
            tokio::time::sleep(RETRY).await;
            continue;
        }
        if phases.changed().await.is_err() {
            return;
        }
    }
}

/// A phase as the store calls it.
pub(super) fn state(phase: Phase) -> BriefingState {
    match phase {
        Phase::Planned => BriefingState::Planned,
        Phase::Open => BriefingState::Open,
        Phase::InSession => BriefingState::InSession,
        Phase::Adjourned => BriefingState::Adjourned,
        Phase::Closed => BriefingState::Closed,
    }
}
