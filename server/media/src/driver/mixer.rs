//! The thread that mixes. It is reached as a worker is, hears of plans and sources as workers do, and asks them for the
//! voices it needs; what it mixes goes back to those workers whose viewers take it. Decoding and encoding never keep a
//! packet of anybody else waiting.

use super::pool::{Buffers, Packets};
use super::shared::{Control, MixKey, Shared, WorkerId};
use crate::api::SourceKind;
use crate::codec::red::Voice;
use crate::mix::Mixer;
use crate::packet::{Feed, Format, Packet, SourceId};
use crate::route::router::Router;
use giaoban_signaling::ids::{BriefingId, SeatId};
use mio::Poll;
use mio::event::Events;
use std::collections::HashMap;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// How often it is looked at who has stopped speaking.
const HOUSEKEEPING: Duration = Duration::from_millis(500);

/// A mix that somebody takes.
#[derive(Debug)]
struct Taken {
    feed: Feed,
    without: Option<SeatId>,
    /// The workers that take it; a bit for each.
    workers: u64,
    sequence: u64,
    packets: Packets,
}

/// The mixes of one briefing.
#[derive(Default)]
struct Room {
    mixer: Mixer,
    taken: Vec<Taken>,
    /// Who is heard: seat and source.
    heard: Vec<(SeatId, SourceId)>,
}

pub(crate) struct MixerThread {
    id: WorkerId,
    shared: Arc<Shared>,
    poll: Poll,
    inbox: mpsc::Receiver<Control>,
    /// Came in on the way to sleep.
    stashed: Option<Control>,
    router: Router,
    rooms: HashMap<BriefingId, Room>,
    buffers: Buffers,
    housekeeping_at: Instant,
    running: bool,
}

impl MixerThread {
    /// `poll` has the mixer's waker registered.
    pub(crate) fn new(shared: Arc<Shared>, poll: Poll, inbox: mpsc::Receiver<Control>) -> Self {
        Self {
            id: shared.mixer(),
            shared,
            poll,
            inbox,
            stashed: None,
            router: Router::default(),
            rooms: HashMap::new(),
            buffers: Buffers::default(),
            housekeeping_at: Instant::now(),
            running: true,
        }
    }

    /// Runs until told to stop.
    pub(crate) fn run(mut self) {
        let mut events = Events::with_capacity(4);
        while self.running {
            let timeout = self.sleep_time(Instant::now());
            if let Err(error) = self.poll.poll(&mut events, Some(timeout))
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::debug!(%error, "waiting for voices failed");
            }
            self.mailbox().asleep.store(false, Ordering::SeqCst);
            let now = Instant::now();
            while let Some(control) = self.stashed.take().or_else(|| self.inbox.try_recv().ok()) {
                self.obey(control);
            }
            while let Some(packet) = self.shared.mailboxes[self.id.0].media.pop() {
                self.hear(now, &packet);
            }
            self.mix(now);
            if now >= self.housekeeping_at {
                self.housekeeping_at = now + HOUSEKEEPING;
                self.housekeeping(now);
            }
        }
    }

    fn mailbox(&self) -> &super::shared::Mailbox {
        &self.shared.mailboxes[self.id.0]
    }

    /// Zero if something came in while nobody was looking.
    fn sleep_time(&mut self, now: Instant) -> Duration {
        self.mailbox().asleep.store(true, Ordering::SeqCst);
        self.stashed = self.inbox.try_recv().ok();
        if self.stashed.is_some() || !self.mailbox().media.is_empty() {
            return Duration::ZERO;
        }
        if self.rooms.is_empty() {
            return HOUSEKEEPING;
        }
        self.rooms
            .values()
            .filter_map(|room| room.mixer.due())
            .fold(self.housekeeping_at, Instant::min)
            .saturating_duration_since(now)
    }

    fn obey(&mut self, control: Control) {
        match control {
            Control::Plan(briefing, plan) => {
                if self.router.set_plan(briefing, &plan) {
                    self.listen(briefing);
                }
            }
            Control::Close(briefing) => {
                self.rooms.remove(&briefing);
                self.router.close(briefing);
                self.shared.mixes().close(briefing);
                self.tell_wants();
            }
            Control::Source(info) => {
                if self.router.add_source(info) && info.kind == SourceKind::Mic {
                    self.listen_to(info.seat);
                }
            }
            Control::SourceGone(id) => {
                if let Some(info) = self.router.remove_source(id) {
                    self.listen_to(info.seat);
                }
            }
            Control::Want(feed, worker, wanted) => self.want(feed, worker, wanted),
            Control::Stop => self.running = false,
            // Of connections, which the mixer has none of.
            Control::Disconnect(..)
            | Control::Restart(..)
            | Control::Keyframe(_)
            | Control::Stray(..)
            | Control::Tcp(..) => {}
        }
    }

    /// A worker takes, or no longer takes, a mix.
    fn want(&mut self, feed: Feed, worker: WorkerId, wanted: bool) {
        let Some(MixKey { briefing, without }) = self.shared.mixes().key(feed.source) else {
            return;
        };
        let room = self.rooms.entry(briefing).or_default();
        let bit = 1_u64 << (worker.0 % 64);
        match room.taken.iter_mut().find(|taken| taken.feed == feed) {
            Some(taken) if wanted => taken.workers |= bit,
            Some(taken) => taken.workers &= !bit,
            None if wanted => room.taken.push(Taken {
                feed,
                without,
                workers: bit,
                sequence: 0,
                packets: Packets::default(),
            }),
            None => {}
        }
        // One that nobody takes just now keeps its place: its numbers must go on when somebody does.
        if room.taken.iter().all(|taken| taken.workers == 0) {
            room.mixer = Mixer::default();
        }
        self.listen(briefing);
    }

    fn listen_to(&mut self, seat: SeatId) {
        for briefing in self.router.briefings_with(seat) {
            self.listen(briefing);
        }
    }

    /// Listens to those who hold the floor of a briefing, if anybody takes its mix.
    fn listen(&mut self, id: BriefingId) {
        let taken = self
            .rooms
            .get(&id)
            .is_some_and(|room| room.taken.iter().any(|taken| taken.workers != 0));
        self.router.sync_listening(id, taken);
        self.tell_wants();
        if let Some(briefing) = self.router.briefings.get_mut(&id) {
            let plan = briefing.plan.clone();
            briefing.loudest.keep(Instant::now(), |seat| {
                plan.as_ref().is_some_and(|plan| plan.floor.contains(&seat))
            });
        }
        self.choose(id);
    }

    /// Tells owners of voices which are wanted here now.
    fn tell_wants(&mut self) {
        for (feed, wanted) in std::mem::take(&mut self.router.wants) {
            if let Some(source) = self.router.source(feed.source)
                && let Some(mailbox) = self.shared.mailboxes.get(source.owner.0)
            {
                mailbox.tell(Control::Want(feed, self.id, wanted));
            }
        }
    }

    /// Makes a briefing's mixes hold whom its listeners hear.
    fn choose(&mut self, id: BriefingId) {
        let (Some(room), Some(briefing)) =
            (self.rooms.get_mut(&id), self.router.briefings.get(&id))
        else {
            return;
        };
        room.heard.clear();
        for seat in briefing.loudest.heard_by(None) {
            if let Some(source) = self.router.find(seat, SourceKind::Mic, |_| true) {
                room.heard.push((seat, source.id));
            }
        }
        let heard: Vec<SourceId> = room.heard.iter().map(|(_, source)| *source).collect();
        let mut wanted: Vec<Option<SourceId>> = Vec::new();
        for taken in room.taken.iter().filter(|taken| taken.workers != 0) {
            let without = left_out(&room.heard, taken.without);
            if !wanted.contains(&without) {
                wanted.push(without);
            }
        }
        if let Err(error) = room
            .mixer
            .hear(&heard)
            .and_then(|()| room.mixer.want(&wanted))
        {
            tracing::warn!(%error, "a mix cannot be made");
        }
    }

    /// A packet of somebody who holds the floor.
    fn hear(&mut self, now: Instant, packet: &Packet) {
        let (Some(seat), Format::Opus(_)) = (
            self.router
                .source(packet.feed.source)
                .map(|source| source.seat),
            &packet.format,
        ) else {
            return;
        };
        let listeners = self
            .router
            .feeds
            .get_mut(&packet.feed)
            .map(|state| std::mem::take(&mut state.listeners))
            .unwrap_or_default();
        for id in &listeners {
            let changed = self.router.briefings.get_mut(id).is_some_and(|briefing| {
                briefing.holds_floor(seat) && briefing.loudest.hear(now, seat, packet.audio_level)
            });
            if changed {
                self.choose(*id);
            }
            if let Some(room) = self.rooms.get_mut(id) {
                let mut voice = packet.clone();
                voice.forget_redundancy();
                let (source, payload) = (packet.feed.source, voice.payload);
                room.mixer.push(now, source, packet.timestamp, payload);
            }
        }
        if let Some(state) = self.router.feeds.get_mut(&packet.feed) {
            state.listeners = listeners;
        }
    }

    /// Mixes what is due and passes it to the workers.
    fn mix(&mut self, now: Instant) {
        for room in self.rooms.values_mut() {
            let Room {
                mixer,
                taken,
                heard,
            } = room;
            if mixer.due().is_none_or(|due| due > now) {
                continue;
            }
            let (shared, buffers) = (&self.shared, &mut self.buffers);
            mixer.mix(now, |mixed| {
                for taken in taken.iter_mut().filter(|taken| {
                    taken.workers != 0 && left_out(heard, taken.without) == mixed.without
                }) {
                    taken.sequence += 1;
                    let packet = Packet {
                        feed: taken.feed,
                        generation: 0,
                        format: Format::Opus(Voice::Plain(None)),
                        sequence: taken.sequence,
                        timestamp: mixed.timestamp,
                        arrival: now,
                        marker: false,
                        starts_keyframe: true,
                        audio_level: Some(mixed.level),
                        payload: buffers.keep(mixed.payload),
                    };
                    let packet = taken.packets.share(packet, buffers);
                    pass(shared, taken.workers, &packet);
                }
            });
        }
    }

    /// Frees the places of voices that have stopped.
    fn housekeeping(&mut self, now: Instant) {
        let stopped: Vec<BriefingId> = self
            .rooms
            .keys()
            .copied()
            .filter(|id| {
                self.router
                    .briefings
                    .get_mut(id)
                    .is_some_and(|briefing| briefing.loudest.keep(now, |_| true))
            })
            .collect();
        for id in stopped {
            self.choose(id);
        }
    }
}

/// Whose voice a mix leaves out: of one who is not heard there is nothing to leave out.
fn left_out(heard: &[(SeatId, SourceId)], without: Option<SeatId>) -> Option<SourceId> {
    let without = without?;
    heard
        .iter()
        .find(|(seat, _)| *seat == without)
        .map(|(_, source)| *source)
}

fn pass(shared: &Shared, workers: u64, packet: &Arc<Packet>) {
    for (index, mailbox) in shared.mailboxes.iter().enumerate().take(shared.workers()) {
        if workers & (1 << (index % 64)) != 0 && mailbox.pass(Arc::clone(packet)) {
            mailbox.wake();
        }
    }
}
