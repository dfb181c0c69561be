//! What other threads tell a worker, and what it looks at now and then.

use super::Worker;
use crate::api::{DisconnectReason, MediaEvent};
use crate::driver::outbox::Path;
use crate::driver::shared::{Control, SourceInfo, WorkerId};
use giaoban_signaling::ids::BriefingId;
use std::time::Instant;

impl Worker {
    pub(super) fn take_control(&mut self, now: Instant) {
        while let Some(control) = self.stashed.take().or_else(|| self.inbox.try_recv().ok()) {
            self.obey(now, control);
        }
    }

    fn obey(&mut self, now: Instant, control: Control) {
        match control {
            Control::Plan(briefing, plan) => {
                if self.router.set_plan(briefing, &plan) {
                    self.dirty.insert(briefing);
                }
            }
            Control::Close(briefing) => self.close_briefing(now, briefing),
            Control::Disconnect(peer, reason) => {
                if let Some(&key) = self.by_peer.get(&peer) {
                    self.remove(now, key, reason);
                }
            }
            Control::Restart(peer, credentials) => {
                if let Some(connection) = self
                    .by_peer
                    .get(&peer)
                    .and_then(|key| self.connections.get_mut(*key))
                {
                    connection.ice.restart(credentials);
                }
            }
            Control::Source(info) => {
                if self.router.add_source(info) {
                    self.dirty.extend(self.router.briefings_with(info.seat));
                }
            }
            Control::SourceGone(id) => {
                if let Some(info) = self.router.remove_source(id) {
                    self.dirty.extend(self.router.briefings_with(info.seat));
                }
            }
            Control::Want(feed, worker, wanted) => self.router.set_remote(feed, worker, wanted),
            Control::Keyframe(source) => self.ask_keyframe(now, source),
            Control::Stray(from, mut datagram) => {
                self.datagram(now, Path::Udp(from), from, &mut datagram);
            }
            Control::Tcp(stream, from, read) => {
                let before = self.tcp.vacant_key();
                self.add_tcp(mio::net::TcpStream::from_std(stream), from, &read);
                self.tcp_frames(now, before);
            }
            Control::Stop => self.running = false,
        }
    }

    fn close_briefing(&mut self, now: Instant, briefing: BriefingId) {
        let keys: Vec<usize> = self
            .connections
            .iter()
            .filter(|(_, connection)| connection.admission.briefing == briefing)
            .map(|(key, _)| key)
            .collect();
        for key in keys {
            self.remove(now, key, DisconnectReason::Requested);
        }
        self.router.close(briefing);
        self.dirty.remove(&briefing);
    }

    /// Presence, rates and layers of one connection.
    pub(super) fn review(&mut self, now: Instant, key: usize) {
        self.look_at_sources(now, key);
        self.rebind(now, key);
    }

    /// Speakers, and peers that never came.
    pub(super) fn housekeeping(&mut self, now: Instant) {
        let ids: Vec<BriefingId> = self.router.briefings.keys().copied().collect();
        for id in ids {
            self.hear_who_stopped(now, id);
            self.report_loudest(now, id);
        }
        self.strays.forget_old(now);
        if self.id == WorkerId(0) {
            self.forget_the_late(now);
        }
    }

    /// Tells what a publisher's sources do now.
    fn look_at_sources(&mut self, now: Instant, key: usize) {
        let Some(connection) = self.connections.get_mut(key) else {
            return;
        };
        let peer = connection.admission.peer;
        let Some(seat) = connection.admission.publishes else {
            return;
        };
        for (index, flowing) in connection.presence_changes(now) {
            let track = &connection.publisher.tracks[index];
            self.shared.event(MediaEvent::Flowing {
                peer,
                seat,
                kind: track.kind,
                flowing,
            });
            if !flowing {
                let source = track.source;
                self.shared.tell_all(|| Control::SourceGone(source));
            }
        }
        if let Some(mic_forwarded) = connection.outgoing_change(now) {
            self.shared.event(MediaEvent::Outgoing {
                peer,
                mic_forwarded,
            });
        }
        for (track, presence) in connection.publisher.tracks.iter().zip(&connection.presence) {
            let Some(codec) = track.codec.filter(|_| presence.flowing) else {
                continue;
            };
            let rates = track.bitrates(now).map(|rate| rate.div_ceil(1000));
            let info = SourceInfo {
                id: track.source,
                seat,
                kind: track.kind,
                codec,
                owner: self.id,
                rates,
                scalable: track.is_scalable(),
            };
            self.shared.tell_all(|| Control::Source(info));
        }
    }

    /// Peers that were answered and never heard of.
    fn forget_the_late(&self, now: Instant) {
        let mut registry = self.shared.registry();
        while let Some(peer) = registry.next_late(now, self.timeouts.connect) {
            self.shared.event(MediaEvent::Disconnected {
                peer,
                reason: DisconnectReason::NeverConnected,
            });
        }
    }
}
