//! The hot path: from a publisher's packet to all who take it.

use super::Worker;
use crate::api::{MediaEvent, SourceKind};
use crate::driver::shared::{Control, SourceInfo, add};
use crate::egress::slot::{Offered, Slot};
use crate::egress::subscriber::Wishes;
use crate::packet::{Feed, Packet, SourceId};
use giaoban_signaling::ids::BriefingId;
use std::sync::Arc;
use std::time::Instant;

/// So many subscribers make it worth to wait for the rest of a picture.
const CROWD: usize = 32;
/// So many subscribers are looked at together before each gets its packets; see `Connection::look_ahead`.
const TOGETHER: usize = 8;

impl Worker {
    /// A packet of a publisher of ours. **The floor is enforced here**: a voice without it goes no further.
    pub(super) fn published(&mut self, now: Instant, key: usize, track: usize, mut packet: Packet) {
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let (Some(seat), Some(source)) = (
            connection.admission.publishes,
            connection.publisher.tracks.get(track),
        ) else {
            return;
        };
        add(&self.shared.counters[self.id.0].packets_received, 1);
        let kind = source.kind;
        let presence = &mut connection.presence[track];
        if !presence.flowing {
            presence.flowing = true;
            let info = SourceInfo {
                id: source.source,
                seat,
                kind,
                codec: packet.codec(),
                owner: self.id,
                rates: [0; 3],
                scalable: source.is_scalable(),
            };
            let peer = connection.admission.peer;
            self.shared.event(MediaEvent::Flowing {
                peer,
                seat,
                kind,
                flowing: true,
            });
            self.shared.tell_all(|| Control::Source(info));
        }
        if kind == SourceKind::Mic {
            if !self.router.holds_floor(seat) {
                presence.opened_at = None;
                if presence.forwarded {
                    presence.forwarded = false;
                    presence.last_forwarded = None;
                    let peer = connection.admission.peer;
                    self.shared.event(MediaEvent::Outgoing {
                        peer,
                        mic_forwarded: false,
                    });
                }
                add(&self.shared.counters[self.id.0].packets_without_floor, 1);
                return;
            }
            presence.last_forwarded = Some(now);
            // What was said before the floor was given is not repeated after it.
            let opened_at = *presence.opened_at.get_or_insert(packet.timestamp);
            if packet.redundancy_reach() > packet.timestamp.wrapping_sub(opened_at) {
                packet.forget_redundancy();
            }
            if !presence.forwarded {
                presence.forwarded = true;
                let peer = connection.admission.peer;
                self.shared.event(MediaEvent::Outgoing {
                    peer,
                    mic_forwarded: true,
                });
            }
        }
        self.pictured |= kind != SourceKind::Mic;
        if !self.router.is_wanted(packet.feed) {
            return;
        }
        let layer = usize::from(packet.feed.layer);
        if let Some(packets) = connection.packets[track].get_mut(layer) {
            self.fresh.push(packets.share(packet, &mut self.buffers));
        }
    }

    /// Gives packets of our publishers to the other workers that want them.
    fn pass_on(&self, packets: &[Arc<Packet>]) {
        let mut told = 0_u64;
        for packet in packets {
            let mut workers = self.router.remote(packet.feed);
            told |= workers;
            while workers != 0 {
                let worker = workers.trailing_zeros() as usize;
                workers &= workers - 1;
                if let Some(mailbox) = self.shared.mailboxes.get(worker)
                    && !mailbox.pass(Arc::clone(packet))
                {
                    add(&self.counters().ring_drops, 1);
                }
            }
        }
        for (worker, mailbox) in self.shared.mailboxes.iter().enumerate() {
            if told & (1 << worker) != 0 {
                mailbox.wake();
            }
        }
    }

    /// Whether the rest of a picture is about to come in. One for many is awaited longer: to send it whole costs each of
    /// them one run of datagrams, to send it in parts several.
    pub(super) fn expects_rest(&mut self, rests: usize) -> bool {
        let pictured = std::mem::take(&mut self.pictured);
        rests == 0 && pictured || self.incomplete()
    }

    fn incomplete(&self) -> bool {
        self.fresh.last().is_some_and(|packet| {
            let subscribers = self.router.feeds.get(&packet.feed);
            !packet.is_audio()
                && !packet.marker
                && subscribers.is_some_and(|feed| feed.subscribers.len() >= CROWD)
        })
    }

    /// Packets of other workers' publishers.
    pub(super) fn take_passed(&mut self, _now: Instant) {
        while let Some(packet) = self.shared.mailboxes[self.id.0].media.pop() {
            self.fresh.push(packet);
        }
    }

    /// Sends this round's packets to all who take them: voices first, which are small and cannot wait, then feed by feed,
    /// and within one subscriber by subscriber, so that a burst for one peer lies in one piece.
    pub(super) fn fan_out(&mut self, now: Instant) {
        let mut fresh = std::mem::take(&mut self.fresh);
        self.pass_on(&fresh);
        // Stable, and without memory of its own for what a round brings.
        fresh.sort_by_key(|packet| (!packet.is_audio(), packet.feed));
        let mut rest = &fresh[..];
        while let Some(first) = rest.first() {
            let count = rest
                .iter()
                .take_while(|packet| packet.feed == first.feed)
                .count();
            let (group, tail) = rest.split_at(count);
            rest = tail;
            self.fan_out_feed(now, first.feed, group);
        }
        fresh.clear();
        self.fresh = fresh;
    }

    fn fan_out_feed(&mut self, now: Instant, feed: Feed, packets: &[Arc<Packet>]) {
        let Some(state) = self.router.feeds.get_mut(&feed) else {
            return;
        };
        let listeners = std::mem::take(&mut state.listeners);
        for id in &listeners {
            self.hear(now, *id, packets);
        }
        let Some(state) = self.router.feeds.get_mut(&feed) else {
            return;
        };
        state.listeners = listeners;
        if packets.first().is_some_and(|packet| !packet.is_audio()) {
            for packet in packets {
                state.cache.insert(packet);
            }
        }
        let subscribers = std::mem::take(&mut state.subscribers);
        let mut forwarded = 0;
        let mut switched: Vec<((usize, usize), Option<Feed>)> = Vec::new();
        let mut waiting: Vec<usize> = Vec::new();
        for together in subscribers.chunks(TOGETHER) {
            let connections = together.iter().map(|(key, slot)| {
                let connection = self.connections.get(*key);
                connection.map_or(0, |connection| connection.look_ahead(*slot))
            });
            std::hint::black_box(connections.fold(0, u64::wrapping_add));
            for &(key, slot) in together {
                let Some(connection) = self.connections.get_mut(key) else {
                    continue;
                };
                for packet in packets {
                    if let Offered::Send {
                        switched: true,
                        replaced,
                        ..
                    } = {
                        let offered = connection.forward(now, slot, packet, &mut self.out);
                        forwarded += u64::from(offered != Offered::Ignored);
                        offered
                    } {
                        switched.push(((key, slot), replaced));
                    }
                }
                if connection.subscriber.next_release(now).is_some() {
                    waiting.push(key);
                }
                if self.out.is_full() {
                    self.flush();
                }
            }
        }
        if let Some(state) = self.router.feeds.get_mut(&feed) {
            state.subscribers = subscribers;
        }
        add(&self.counters().packets_forwarded, forwarded);
        for key in waiting {
            self.reschedule(now, key);
        }
        for (subscription, replaced) in switched {
            self.switched(subscription, replaced);
        }
    }

    /// A slot shows another feed from now on.
    fn switched(&mut self, (key, slot): (usize, usize), replaced: Option<Feed>) {
        let shown = self
            .connections
            .get(key)
            .and_then(|connection| connection.subscriber.slots.get(slot))
            .and_then(Slot::bound);
        if let Some(replaced) = replaced.filter(|replaced| Some(*replaced) != shown) {
            self.router.unsubscribe(replaced, (key, slot));
        }
        self.tell_bindings(key);
    }

    /// Sends what had to wait for a narrow link.
    pub(super) fn release(&mut self, now: Instant, key: usize) {
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let (switches, forwarded) = connection.release(now, &mut self.out);
        add(&self.counters().packets_forwarded, forwarded);
        for (slot, replaced) in switches {
            self.switched((key, slot), replaced);
        }
    }

    /// Notes the levels of a floor holder's packets for a briefing; who is heard may change by it.
    fn hear(&mut self, now: Instant, id: BriefingId, packets: &[Arc<Packet>]) {
        let Some(source) = packets
            .first()
            .and_then(|packet| self.router.source(packet.feed.source))
        else {
            return;
        };
        let seat = source.seat;
        let Some(briefing) = self.router.briefings.get_mut(&id) else {
            return;
        };
        if !briefing.holds_floor(seat) {
            return;
        }
        let mut changed = false;
        for packet in packets {
            changed |= briefing.loudest.hear(now, seat, packet.audio_level);
        }
        if changed {
            self.rebind_voices(now, id);
        }
    }

    /// Does what a viewer's reports ask for.
    pub(super) fn grant(&mut self, now: Instant, key: usize, wishes: Wishes) {
        let mut repeated = 0;
        for (slot, repeat) in &wishes.repeats {
            let cached = self
                .router
                .feeds
                .get(&repeat.feed)
                .and_then(|state| state.cache.get(repeat.source_sequence));
            if let (Some(packet), Some(connection)) = (cached, self.connections.get_mut(key)) {
                repeated += u64::from(connection.repeat(now, *slot, repeat, packet, &mut self.out));
            }
        }
        add(&self.counters().retransmissions, repeated);
        for feed in wishes.keyframes {
            self.request_keyframe(now, feed.source);
        }
    }

    /// Asks a source's publisher, wherever it is, for a key frame.
    pub(super) fn request_keyframe(&mut self, now: Instant, source: SourceId) {
        let Some(owner) = self.router.source(source).map(|source| source.owner) else {
            return;
        };
        if owner == self.id {
            self.ask_keyframe(now, source);
        } else if let Some(mailbox) = self.shared.mailboxes.get(owner.0) {
            mailbox.tell(Control::Keyframe(source));
        }
    }

    /// Asks a publisher of ours for a key frame.
    pub(super) fn ask_keyframe(&mut self, now: Instant, source: SourceId) {
        let key = self.by_source.get(&source).copied();
        if let Some(key) = key
            && let Some(connection) = self.connections.get_mut(key)
        {
            connection.publisher.want_keyframe(source);
            self.reschedule(now, key);
        }
    }
}
