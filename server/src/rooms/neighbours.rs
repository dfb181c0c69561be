//! Messages between a parent's and a child's room in one process. Each is the whole truth of its sender, so only the last one
//! counts: whoever starts later finds it here. A site with several processes puts a bus in this place.

use giaoban_signaling::hierarchy::HierarchyMessage;
use giaoban_signaling::ids::BriefingId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Default)]
pub(super) struct Neighbours {
    last: Mutex<HashMap<(BriefingId, BriefingId), HierarchyMessage>>,
}

impl Neighbours {
    /// Keeps what `from` said to `to`.
    pub(super) fn keep(&self, from: BriefingId, to: BriefingId, message: HierarchyMessage) {
        self.lock().insert((to, from), message);
    }

    /// The last words of everybody to `to`.
    pub(super) fn said_to(&self, to: BriefingId) -> Vec<(BriefingId, HierarchyMessage)> {
        self.lock()
            .iter()
            .filter(|((receiver, _), _)| *receiver == to)
            .map(|((_, from), message)| (*from, message.clone()))
            .collect()
    }

    /// A briefing that is closed neither hears nor speaks.
    pub(super) fn forget(&self, briefing: BriefingId) {
        self.lock()
            .retain(|(to, from), _| *to != briefing && *from != briefing);
    }

    fn lock(
        &self,
    ) -> std::sync::MutexGuard<'_, HashMap<(BriefingId, BriefingId), HierarchyMessage>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
