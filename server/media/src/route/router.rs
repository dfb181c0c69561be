//! What one worker knows of everybody's media: sources that flow, plans, and who of its own viewers takes which feed.

use super::loudest::Loudest;
use crate::api::SourceKind;
use crate::driver::shared::{SourceInfo, WorkerId};
use crate::egress::cache::PacketCache;
use crate::packet::{Feed, SourceId};
use crate::sdp::Codec;
use giaoban_signaling::ids::{BriefingId, SeatId};
use giaoban_signaling::plan::MediaPlan;
use std::collections::HashMap;
use std::sync::Arc;

/// A viewer's slot: the connection's number and the slot's index.
pub(crate) type Subscription = (usize, usize);

/// What this worker does with one feed.
#[derive(Debug, Default)]
pub(crate) struct FeedState {
    pub(crate) subscribers: Vec<Subscription>,
    /// Briefings that listen for its level.
    pub(crate) listeners: Vec<BriefingId>,
    pub(crate) cache: PacketCache,
}

impl FeedState {
    fn is_wanted(&self) -> bool {
        !self.subscribers.is_empty() || !self.listeners.is_empty()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Briefing {
    pub(crate) plan: Option<Arc<MediaPlan>>,
    /// Connections of this worker that receive.
    pub(crate) viewers: Vec<usize>,
    pub(crate) loudest: Loudest,
    /// Those of the plan's strip who have a camera on, in order; a national plan lists thousands.
    pub(crate) live_strip: Vec<SeatId>,
    listening: Vec<Feed>,
}

impl Briefing {
    pub(crate) fn leave(&mut self, viewer: usize) {
        if let Some(index) = self.viewers.iter().position(|known| *known == viewer) {
            self.viewers.swap_remove(index);
        }
    }

    pub(crate) fn holds_floor(&self, seat: SeatId) -> bool {
        self.plan
            .as_ref()
            .is_some_and(|plan| plan.floor.contains(&seat))
    }
}

#[derive(Default)]
pub(crate) struct Router {
    sources: HashMap<SourceId, SourceInfo>,
    /// Newest last: who publishes a seat twice shows what came last.
    by_seat: HashMap<(SeatId, SourceKind), Vec<SourceId>>,
    pub(crate) feeds: HashMap<Feed, FeedState>,
    pub(crate) briefings: HashMap<BriefingId, Briefing>,
    /// In how many briefings a seat holds the floor.
    floor: HashMap<SeatId, u32>,
    /// For each feed of a publisher here, which other workers want it; a bit for each.
    remote: HashMap<Feed, u64>,
    /// Feeds that began or ceased to be wanted here, for their owners to know.
    pub(crate) wants: Vec<(Feed, bool)>,
}

impl Router {
    pub(crate) fn holds_floor(&self, seat: SeatId) -> bool {
        self.floor.contains_key(&seat)
    }

    /// Returns false for a plan that is not newer than the one in force.
    pub(crate) fn set_plan(&mut self, id: BriefingId, plan: &Arc<MediaPlan>) -> bool {
        let briefing = self.briefings.entry(id).or_default();
        if briefing
            .plan
            .as_ref()
            .is_some_and(|known| known.revision >= plan.revision)
        {
            return false;
        }
        let before = briefing.plan.replace(Arc::clone(plan));
        for seat in &plan.floor {
            *self.floor.entry(*seat).or_default() += 1;
        }
        self.release_floor(before.as_deref());
        true
    }

    fn release_floor(&mut self, plan: Option<&MediaPlan>) {
        for seat in plan.iter().flat_map(|plan| &plan.floor) {
            if let Some(count) = self.floor.get_mut(seat) {
                *count -= 1;
                if *count == 0 {
                    self.floor.remove(seat);
                }
            }
        }
    }

    pub(crate) fn close(&mut self, id: BriefingId) {
        if let Some(briefing) = self.briefings.remove(&id) {
            self.release_floor(briefing.plan.as_deref());
            for feed in briefing.listening {
                self.unlisten(feed, id);
            }
        }
    }

    /// Notes a source. Returns whether it is new.
    pub(crate) fn add_source(&mut self, info: SourceInfo) -> bool {
        let new = self
            .sources
            .insert(info.id, info)
            .is_none_or(|before| before.codec != info.codec);
        let seat = self.by_seat.entry((info.seat, info.kind)).or_default();
        if !seat.contains(&info.id) {
            seat.push(info.id);
        }
        new
    }

    pub(crate) fn remove_source(&mut self, id: SourceId) -> Option<SourceInfo> {
        let info = self.sources.remove(&id)?;
        self.remote.retain(|feed, _| feed.source != id);
        if let Some(seat) = self.by_seat.get_mut(&(info.seat, info.kind)) {
            seat.retain(|source| *source != id);
            if seat.is_empty() {
                self.by_seat.remove(&(info.seat, info.kind));
            }
        }
        Some(info)
    }

    pub(crate) fn source(&self, id: SourceId) -> Option<&SourceInfo> {
        self.sources.get(&id)
    }

    /// The newest source of a seat that a viewer can decode.
    pub(crate) fn find(
        &self,
        seat: SeatId,
        kind: SourceKind,
        takes: impl Fn(Codec) -> bool,
    ) -> Option<&SourceInfo> {
        self.by_seat
            .get(&(seat, kind))?
            .iter()
            .rev()
            .filter_map(|id| self.sources.get(id))
            .find(|source| takes(source.codec))
    }

    /// Briefings whose plan or viewers have to do with a seat.
    pub(crate) fn briefings_with(&self, seat: SeatId) -> Vec<BriefingId> {
        self.briefings
            .iter()
            .filter(|(_, briefing)| {
                briefing.plan.as_ref().is_some_and(|plan| {
                    plan.main == Some(seat)
                        || plan.content == Some(seat)
                        || plan.floor.contains(&seat)
                        || plan.strip.contains(&seat)
                        || plan.viewers.values().any(|view| {
                            view.main == Some(seat)
                                || view
                                    .strip
                                    .as_ref()
                                    .is_some_and(|strip| strip.contains(&seat))
                        })
                })
            })
            .map(|(id, _)| *id)
            .collect()
    }

    /// Finds out anew who of a briefing's strip has a camera on.
    pub(crate) fn refresh_strip(&mut self, id: BriefingId) {
        let Some(briefing) = self.briefings.get_mut(&id) else {
            return;
        };
        let by_seat = &self.by_seat;
        briefing.live_strip.clear();
        if let Some(plan) = &briefing.plan {
            let live = plan
                .strip
                .iter()
                .filter(|seat| by_seat.contains_key(&(**seat, SourceKind::Camera)));
            briefing.live_strip.extend(live);
        }
    }

    pub(crate) fn subscribe(&mut self, feed: Feed, subscription: Subscription) {
        let state = self.feeds.entry(feed).or_default();
        if !state.is_wanted() {
            self.wants.push((feed, true));
        }
        if !state.subscribers.contains(&subscription) {
            state.subscribers.push(subscription);
        }
    }

    pub(crate) fn unsubscribe(&mut self, feed: Feed, subscription: Subscription) {
        if let Some(state) = self.feeds.get_mut(&feed) {
            state.subscribers.retain(|known| *known != subscription);
            self.drop_unwanted(feed);
        }
    }

    fn unlisten(&mut self, feed: Feed, id: BriefingId) {
        if let Some(state) = self.feeds.get_mut(&feed) {
            state.listeners.retain(|known| *known != id);
            self.drop_unwanted(feed);
        }
    }

    fn drop_unwanted(&mut self, feed: Feed) {
        if self
            .feeds
            .get(&feed)
            .is_some_and(|state| !state.is_wanted())
        {
            self.feeds.remove(&feed);
            self.wants.push((feed, false));
        }
    }

    /// Listens to the microphones of exactly those who hold the floor of a briefing, where this worker has viewers of it
    /// or is the one that reports its speakers.
    pub(crate) fn sync_listening(&mut self, id: BriefingId, reports: bool) {
        let Some(briefing) = self.briefings.get(&id) else {
            return;
        };
        let mut wanted: Vec<Feed> = Vec::new();
        if let Some(plan) = briefing
            .plan
            .as_ref()
            .filter(|_| reports || !briefing.viewers.is_empty())
        {
            for seat in &plan.floor {
                let newest = self
                    .by_seat
                    .get(&(*seat, SourceKind::Mic))
                    .and_then(|sources| sources.last());
                wanted.extend(newest.map(|source| Feed {
                    source: *source,
                    layer: 0,
                }));
            }
        }
        let before = self
            .briefings
            .get_mut(&id)
            .map(|briefing| std::mem::replace(&mut briefing.listening, wanted.clone()));
        for feed in before
            .into_iter()
            .flatten()
            .filter(|feed| !wanted.contains(feed))
        {
            self.unlisten(feed, id);
        }
        for feed in wanted {
            let state = self.feeds.entry(feed).or_default();
            if !state.is_wanted() {
                self.wants.push((feed, true));
            }
            if !state.listeners.contains(&id) {
                state.listeners.push(id);
            }
        }
    }

    /// Another worker wants, or no longer wants, a feed of a publisher here.
    pub(crate) fn set_remote(&mut self, feed: Feed, worker: WorkerId, wanted: bool) {
        let bit = 1_u64 << (worker.0 % 64);
        let workers = self.remote.entry(feed).or_default();
        if wanted {
            *workers |= bit;
        } else {
            *workers &= !bit;
        }
        if *workers == 0 {
            self.remote.remove(&feed);
        }
    }

    /// Whether anybody takes a feed, here or elsewhere.
    pub(crate) fn is_wanted(&self, feed: Feed) -> bool {
        self.feeds.contains_key(&feed) || self.remote.contains_key(&feed)
    }

    /// The other workers that want a feed; a bit for each.
    pub(crate) fn remote(&self, feed: Feed) -> u64 {
        self.remote.get(&feed).copied().unwrap_or_default()
    }
}
