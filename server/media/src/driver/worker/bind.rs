//! Makes slots show what the plan and the voices say.

use super::Worker;
use crate::api::{MediaEvent, SlotKind, SourceKind};
use crate::codec::layers::Target;
use crate::driver::shared::{Control, MixKey, WorkerId};
use crate::egress::allocate::{Allocation, Demand, Pace};
use crate::packet::Feed;
use crate::route::assign::{View, place};
use crate::route::router::Router;
use giaoban_signaling::ids::{BriefingId, SeatId};
use std::time::{Duration, Instant};

/// A link with a queue this long is full.
const CROWDED: Duration = Duration::from_millis(80);

impl Worker {
    /// Looks at the slots of all viewers of the briefings that changed.
    pub(super) fn rebind_dirty(&mut self, now: Instant) {
        for id in std::mem::take(&mut self.dirty) {
            let reports = self.reports(id);
            if let Some(briefing) = self.router.briefings.get_mut(&id) {
                let plan = briefing.plan.clone();
                briefing.loudest.keep(now, |seat| {
                    plan.as_ref().is_some_and(|plan| plan.floor.contains(&seat))
                });
            }
            self.router.sync_listening(id, reports);
            self.router.refresh_strip(id);
            self.for_viewers(id, |worker, key| worker.rebind(now, key));
        }
        self.tell_wants();
    }

    /// Which worker tells who speaks in a briefing: all hear the same, one says so.
    fn reports(&self, id: BriefingId) -> bool {
        let workers = self.shared.workers() as u128;
        WorkerId(usize::try_from(id.0.as_u128() % workers.max(1)).unwrap_or(0)) == self.id
    }

    pub(super) fn report_loudest(&mut self, now: Instant, id: BriefingId) {
        if !self.reports(id) {
            return;
        }
        if let Some(seats) = self
            .router
            .briefings
            .get_mut(&id)
            .and_then(|briefing| briefing.loudest.report(now))
        {
            self.shared.event(MediaEvent::Loudest {
                briefing: id,
                seats,
            });
        }
    }

    /// Frees the slots of voices that have stopped.
    pub(super) fn hear_who_stopped(&mut self, now: Instant, id: BriefingId) {
        if self
            .router
            .briefings
            .get_mut(&id)
            .is_some_and(|briefing| briefing.loudest.keep(now, |_| true))
        {
            self.rebind_voices(now, id);
        }
    }

    /// Tells owners of sources which feeds are wanted here now.
    fn tell_wants(&mut self) {
        for (feed, wanted) in std::mem::take(&mut self.router.wants) {
            let source = self.router.source(feed.source);
            let Some(owner) = source.map(|source| source.owner).or_else(|| {
                let is_mix = self.shared.mixes().key(feed.source).is_some();
                is_mix.then(|| self.shared.mixer())
            }) else {
                continue;
            };
            if owner != self.id
                && let Some(mailbox) = self.shared.mailboxes.get(owner.0)
            {
                mailbox.tell(Control::Want(feed, self.id, wanted));
            }
        }
    }

    /// Makes the audio slots of a briefing's viewers follow the loudest.
    pub(super) fn rebind_voices(&mut self, now: Instant, id: BriefingId) {
        self.for_viewers(id, |worker, key| {
            worker.bind_voices(now, key);
            worker.tell_bindings(key);
        });
        self.tell_wants();
    }

    /// Does something for each viewer of a briefing, during which nobody may come or leave.
    fn for_viewers(&mut self, id: BriefingId, mut act: impl FnMut(&mut Self, usize)) {
        let Some(briefing) = self.router.briefings.get_mut(&id) else {
            return;
        };
        let viewers = std::mem::take(&mut briefing.viewers);
        for key in &viewers {
            act(self, *key);
        }
        if let Some(briefing) = self.router.briefings.get_mut(&id) {
            briefing.viewers = viewers;
        }
    }

    /// Makes all slots of a viewer show what they should.
    pub(super) fn rebind(&mut self, now: Instant, key: usize) {
        let Some(connection) = self.connections.get(key) else {
            return;
        };
        if !connection.is_connected() || connection.subscriber.slots.is_empty() {
            return;
        }
        self.bind_voices(now, key);
        self.bind_pictures(now, key);
        self.tell_bindings(key);
        self.tell_wants();
        self.reschedule(now, key);
    }

    fn bind_voices(&mut self, now: Instant, key: usize) {
        let Some(connection) = self.connections.get(key) else {
            return;
        };
        let Some(briefing) = self.router.briefings.get(&connection.admission.briefing) else {
            return;
        };
        let subscriber = &connection.subscriber;
        let slots = indices(
            subscriber.slots.iter().map(|slot| slot.offered.kind),
            |kind| matches!(kind, SlotKind::Audio(_)),
        );
        let viewer = connection.admission.views;
        let heard = briefing.loudest.heard_by(viewer);
        let current: Vec<Option<SeatId>> =
            slots.iter().map(|index| subscriber.seats[*index]).collect();
        if self.takes_one_voice(key, slots.len(), heard.len()) {
            self.bind_one_voice(now, key, &slots, &heard);
            return;
        }
        for (index, seat) in slots.into_iter().zip(place(&current, &heard)) {
            self.show(now, key, index, seat, SourceKind::Mic, (0, Pace::Full));
        }
    }

    /// Whether a viewer is to get all voices in one stream: it has one slot for them, or no link for more.
    fn takes_one_voice(&mut self, key: usize, slots: usize, heard: usize) -> bool {
        let Some(connection) = self.connections.get_mut(key) else {
            return false;
        };
        let subscriber = &mut connection.subscriber;
        let estimate = subscriber.estimator.bitrate_kbps();
        let narrow = subscriber.has_feedback && subscriber.narrow.judge(estimate, heard);
        slots == 1 || narrow
    }

    /// A single voice as it is, several as their mix.
    fn bind_one_voice(&mut self, now: Instant, key: usize, slots: &[usize], heard: &[SeatId]) {
        let Some((&first, others)) = slots.split_first() else {
            return;
        };
        for index in others {
            self.show(now, key, *index, None, SourceKind::Mic, (0, Pace::Full));
        }
        if heard.len() < 2 {
            self.show(
                now,
                key,
                first,
                heard.first().copied(),
                SourceKind::Mic,
                (0, Pace::Full),
            );
            return;
        }
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let (briefing, viewer) = (connection.admission.briefing, connection.admission.views);
        connection.subscriber.seats[first] = None;
        let speaks = |seat: &SeatId| {
            self.router
                .briefings
                .get(&briefing)
                .is_some_and(|briefing| briefing.loudest.heard_by(None).contains(seat))
        };
        let source = self.shared.mix(MixKey {
            briefing,
            without: viewer.filter(speaks),
        });
        self.aim(key, first, Feed { source, layer: 0 });
    }

    fn bind_pictures(&mut self, now: Instant, key: usize) {
        let Some(connection) = self.connections.get(key) else {
            return;
        };
        let viewer = connection.admission.views;
        let briefing = self.router.briefings.get(&connection.admission.briefing);
        let plan = briefing.and_then(|briefing| briefing.plan.clone());
        let view = plan
            .as_deref()
            .map(|plan| View::of(plan, viewer))
            .unwrap_or_default();
        let kinds: Vec<SlotKind> = connection
            .subscriber
            .slots
            .iter()
            .map(|slot| slot.offered.kind)
            .collect();
        let thumbnails = indices(kinds.iter().copied(), |kind| {
            matches!(kind, SlotKind::Thumbnail(_))
        });
        let live = briefing.map(|briefing| briefing.live_strip.iter().copied());
        let strip: Vec<SeatId> = match view.strip {
            None => view.thumbnails(live.into_iter().flatten(), viewer, thumbnails.len()),
            Some(own) => {
                let has_camera = |seat: &SeatId| {
                    self.router
                        .find(*seat, SourceKind::Camera, |_| true)
                        .is_some()
                };
                view.thumbnails(
                    own.iter().copied().filter(has_camera),
                    viewer,
                    thumbnails.len(),
                )
            }
        };
        let allocation = self.allocate(now, key, &view, &strip);
        let has_main = view.main.is_some_and(|seat| {
            self.router
                .find(seat, SourceKind::Camera, |_| true)
                .is_some()
        });
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        connection.subscriber.main_paused = has_main && allocation.main.is_none();
        let current: Vec<Option<SeatId>> = thumbnails
            .iter()
            .map(|index| connection.subscriber.seats[*index])
            .collect();
        let placed = place(&current, &strip[..strip.len().min(allocation.thumbnails)]);
        for (index, seat) in thumbnails.into_iter().zip(placed) {
            let layer = seat.map_or(0, |seat| self.lowest_layer(seat));
            self.show(
                now,
                key,
                index,
                seat,
                SourceKind::Camera,
                (layer, Pace::Full),
            );
        }
        for (index, kind) in kinds.into_iter().enumerate() {
            match kind {
                SlotKind::Main => {
                    let seat = view.main.filter(|_| allocation.main.is_some());
                    self.show(
                        now,
                        key,
                        index,
                        seat,
                        SourceKind::Camera,
                        (allocation.main.unwrap_or_default(), allocation.pace),
                    );
                }
                SlotKind::Content => {
                    self.show(
                        now,
                        key,
                        index,
                        view.content,
                        SourceKind::Content,
                        (2, Pace::Full),
                    );
                }
                SlotKind::Audio(_) | SlotKind::Thumbnail(_) => {}
            }
        }
    }

    fn lowest_layer(&self, seat: SeatId) -> u8 {
        let rates = self
            .router
            .find(seat, SourceKind::Camera, |_| true)
            .map_or([0; 3], |source| source.rates);
        (0_u8..3)
            .find(|layer| rates[usize::from(*layer)] > 0)
            .unwrap_or(0)
    }

    fn allocate(&mut self, now: Instant, key: usize, view: &View, strip: &[SeatId]) -> Allocation {
        let none = Allocation {
            main: Some(0),
            pace: Pace::Full,
            thumbnails: strip.len(),
        };
        let rates = |router: &Router, seat: SeatId, kind| {
            router.find(seat, kind, |_| true).map(|source| source.rates)
        };
        let main = view
            .main
            .and_then(|seat| rates(&self.router, seat, SourceKind::Camera));
        let content = view
            .content
            .and_then(|seat| rates(&self.router, seat, SourceKind::Content));
        let thumbnails: Vec<u32> = strip
            .iter()
            .map(|seat| {
                let layers = rates(&self.router, *seat, SourceKind::Camera).unwrap_or_default();
                layers
                    .into_iter()
                    .find(|rate| *rate > 0)
                    .unwrap_or_default()
            })
            .collect();
        let Some(connection) = self.connections.get_mut(key) else {
            return none;
        };
        let subscriber = &mut connection.subscriber;
        let voices = subscriber
            .slots
            .iter()
            .filter(|slot| {
                matches!(slot.offered.kind, SlotKind::Audio(_)) && slot.bound().is_some()
            })
            .count();
        let voices = u32::try_from(voices).unwrap_or(0);
        let redundant = subscriber.judge_redundancy(voices);
        let has = |kind| {
            subscriber
                .slots
                .iter()
                .any(|slot| slot.offered.kind == kind)
        };
        let demand = Demand {
            voices,
            redundant,
            content: content
                .filter(|_| has(SlotKind::Content))
                .map(|layers| layers.into_iter().max().unwrap_or_default()),
            main: main.filter(|_| has(SlotKind::Main)),
            thumbnails: &thumbnails,
        };
        if subscriber.has_feedback {
            subscriber.estimator.want(now, demand.all());
        }
        subscriber
            .allocator
            .allocate(now, subscriber.estimator.usable_kbps(), &demand)
    }

    /// Makes one slot show a seat's stream in a layer, or nothing.
    fn show(
        &mut self,
        now: Instant,
        key: usize,
        index: usize,
        seat: Option<SeatId>,
        kind: SourceKind,
        (layer, pace): (u8, Pace),
    ) {
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let Some(slot) = connection.subscriber.slots.get_mut(index) else {
            return;
        };
        let source = seat.and_then(|seat| self.router.find(seat, kind, |codec| slot.takes(codec)));
        connection.subscriber.seats[index] = seat.filter(|_| source.is_some());
        let subscription = (key, index);
        let Some(source) = source else {
            for feed in connection.subscriber.clear(index).into_iter().flatten() {
                self.router.unsubscribe(feed, subscription);
            }
            return;
        };
        // A single encoding is layer 0 whatever was asked for.
        let live = |layer: u8| source.rates[usize::from(layer)] > 0;
        let layer = if live(layer) {
            layer
        } else {
            (0..3).rev().find(|layer| live(*layer)).unwrap_or(0)
        };
        // Layers of a scalable stream are chosen within it.
        let temporal = pace.temporal();
        let (layer, spatial) = if source.scalable {
            (0, layer)
        } else {
            (layer, Target::ALL.spatial)
        };
        slot.want_layers(Target { spatial, temporal });
        let feed = Feed {
            source: source.id,
            layer,
        };
        if slot.target() == Some(feed) {
            // Its key frame may have been lost on the way to us; ask again until it comes.
            let waits = slot.pending().is_some() || slot.layers_need_keyframe();
            if waits && kind != SourceKind::Mic {
                self.request_keyframe(now, feed.source);
            }
            return;
        }
        self.aim(key, index, feed);
        if kind != SourceKind::Mic {
            self.request_keyframe(now, feed.source);
        }
    }

    /// Makes a slot show a feed as soon as it can.
    fn aim(&mut self, key: usize, index: usize, feed: Feed) {
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let Some(slot) = connection.subscriber.slots.get_mut(index) else {
            return;
        };
        if slot.target() == Some(feed) {
            return;
        }
        let subscription = (key, index);
        // Going down because the link is full: what is shown stops at once, so that the queue drains.
        let down = slot
            .bound()
            .is_some_and(|bound| bound.source == feed.source && bound.layer > feed.layer);
        let dropped = slot.aim(feed);
        let estimator = &connection.subscriber.estimator;
        let crowded = estimator.queue() > CROWDED || estimator.drained_at().is_some();
        if down && crowded {
            connection.subscriber.give_up(index);
        }
        let Some(slot) = connection.subscriber.slots.get_mut(index) else {
            return;
        };
        if let Some(dropped) = dropped.filter(|dropped| Some(*dropped) != slot.bound()) {
            self.router.unsubscribe(dropped, subscription);
        }
        self.router.subscribe(feed, subscription);
    }

    /// Tells a viewer's client what its slots show, if that changed.
    pub(super) fn tell_bindings(&mut self, key: usize) {
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let router = &self.router;
        let owner_of = |feed: Feed| {
            router
                .source(feed.source)
                .map(|source| (source.seat, source.kind))
        };
        if let Some(slots) = connection.subscriber.changed_bindings(owner_of) {
            self.shared.event(MediaEvent::Slots {
                peer: connection.admission.peer,
                slots,
            });
        }
    }
}

fn indices(kinds: impl Iterator<Item = SlotKind>, wanted: impl Fn(SlotKind) -> bool) -> Vec<usize> {
    kinds
        .enumerate()
        .filter(|(_, kind)| wanted(*kind))
        .map(|(index, _)| index)
        .collect()
}
