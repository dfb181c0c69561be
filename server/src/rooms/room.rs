//! One live briefing: the task that owns its meeting.
//!
//! It feeds the machine, writes the facts, and carries out the rest. What the machine holds back until facts are durable, it
//! gives when [`Journal`] says that they are; meanwhile the room goes on with the next inputs.

mod clients;
mod devices;

use super::OfferError;
use super::door::Door;
use super::ids::same;
use super::journal::{Journal, Written};
use super::load;
use super::mailbox::{Letters, Mailbox, Message};
use super::media::Peers;
use super::mirror::mirror;
use super::setup::{Planned, planned};
use super::shared::Shared;
use crate::clock::Clock;
use crate::personal::Sealer;
use clients::Clients;
use devices::Devices;
use giaoban_media::MediaEvent;
use giaoban_signaling::ids::{BriefingId, ConnectionId, MessageId};
use giaoban_signaling::ledger::Entry;
use giaoban_signaling::meeting::{Input, Meeting, Output};
use giaoban_signaling::wire::{Goodbye, Phase};
use giaoban_store::BriefingState;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

/// So many messages at most before the next look at what else has happened.
const BATCH: usize = 256;
/// With more facts than this unwritten the room takes no more messages.
const BACKLOG: usize = 4_096;
/// After a failure of the store.
const RETRY: Duration = Duration::from_millis(500);
/// The longest sleep: after a jump of the wall clock the timers are right again soon.
const NAP: Duration = Duration::from_secs(1);
/// A room that nobody needs is kept this long.
const LINGER: Duration = Duration::from_secs(30);

pub(super) struct Room {
    shared: Arc<Shared>,
    briefing: BriefingId,
    mailbox: Mailbox,
    meeting: Meeting,
    /// Never behind the ledger.
    clock: Clock,
    journal: Journal,
    door: Door,
    clients: Clients,
    devices: Devices,
    peers: Peers,
    plan: Arc<Planned>,
    /// Inputs that follow from outputs, in order.
    next: VecDeque<Input>,
    phases: watch::Sender<Phase>,
    idle_since: Option<Instant>,
    ended: bool,
}

/// Runs the room of a briefing until nobody needs it or the server stops.
pub(super) async fn run(
    shared: Arc<Shared>,
    briefing: BriefingId,
    mailbox: Mailbox,
    mut letters: Letters,
) {
    if let Some(room) = open(&shared, briefing, mailbox, &mut letters).await {
        shared.metrics.rooms.inc();
        Box::pin(room.live(&mut letters)).await;
        shared.metrics.rooms.dec();
    }
    letters.messages.close();
    while let Some(message) = letters.messages.recv().await {
        turn_away(message, Goodbye::Restarting);
    }
}

/// Loads the meeting, trying until the store gives it. `None`: there is no such briefing, or the server stops.
async fn open(
    shared: &Arc<Shared>,
    briefing: BriefingId,
    mailbox: Mailbox,
    letters: &mut Letters,
) -> Option<Room> {
    loop {
        match Room::load(shared, briefing, mailbox.clone()).await {
            Ok(Some(room)) => return Some(room),
            Ok(None) => {
                letters.messages.close();
                while let Some(message) = letters.messages.recv().await {
                    turn_away(message, Goodbye::Ended);
                }
                return None;
            }
            Err(error) => {
                tracing::error!(%briefing, %error, "a briefing could not be loaded");
            }
        }
        let retry = sleep(RETRY);
        tokio::pin!(retry);
        loop {
            tokio::select! {
                () = &mut retry => break,
                message = letters.messages.recv() => match message {
                    None | Some(Message::Stop) => return None,
                    Some(message) => turn_away(message, Goodbye::Restarting),
                },
            }
        }
    }
}

/// Why a room could not be opened.
#[derive(Debug, thiserror::Error)]
enum OpenError {
    #[error(transparent)]
    Read(#[from] load::ReadError),
    #[error(transparent)]
    Store(#[from] giaoban_store::StoreError),
    #[error(transparent)]
    Load(#[from] giaoban_signaling::meeting::LoadError),
    #[error("the beginning could not be written")]
    Write,
}

fn turn_away(message: Message, reason: Goodbye) {
    let error = || match reason {
        Goodbye::Ended => OfferError::Ended,
        _ => OfferError::Stopping,
    };
    match message {
        Message::Connect(arrival) => arrival.outlet.close(reason),
        // Whoever no longer waits for the answer doesn't need it.
        Message::Publish(publication) => drop(publication.answer.send(Err(error()))),
        Message::Watch { answer, .. } => drop(answer.send(Err(error()))),
        Message::Command { .. }
        | Message::Offer { .. }
        | Message::StopMedia { .. }
        | Message::Gone { .. }
        | Message::NotWatching { .. }
        | Message::Hierarchy { .. }
        | Message::Advance(_)
        | Message::Revoked
        | Message::Replanned
        | Message::Plan(_)
        | Message::Stop => {}
    }
}

impl Room {
    async fn load(
        shared: &Arc<Shared>,
        briefing: BriefingId,
        mailbox: Mailbox,
    ) -> Result<Option<Self>, OpenError> {
        let Some(plan) = planned(&shared.store, briefing, shared.chair_speaks_from_start).await?
        else {
            return Ok(None);
        };
        if plan.state == BriefingState::Cancelled {
            return Ok(None);
        }
        let plan = Arc::new(plan);
        let load::Begun { entries, head } = load::begun(&shared.store, briefing).await?;
        let mut door = Door::default();
        for entry in &entries {
            door.take(&entry.fact.body);
            shared.revoked.take(&entry.fact);
        }
        let keys = shared
            .store
            .person_keys()
            .of_briefing(same(briefing))
            .await?;
        let facts = entries.iter().map(|entry| &entry.fact);
        let journal = Journal::new(
            shared.store.clone(),
            shared.metrics.clone(),
            Sealer::new(briefing, shared.site.clone(), keys, facts),
            head,
        );
        let clock = match entries.last() {
            Some(last) => shared.clock.no_earlier_than(last.fact.at),
            None => shared.clock.clone(),
        };
        let (meeting, outputs) = Meeting::load(plan.setup.clone(), entries, clock.now())?;
        let (phases, phases_seen) = watch::channel(meeting.phase());
        let mut room = Self {
            journal,
            shared: Arc::clone(shared),
            briefing,
            mailbox,
            meeting,
            clock,
            door,
            clients: Clients::new(shared.metrics.clone()),
            devices: Devices::default(),
            peers: Peers::default(),
            plan,
            next: VecDeque::new(),
            phases,
            idle_since: None,
            ended: false,
        };
        room.carry_out(outputs);
        while !room.journal.is_idle() {
            room.journal.write();
            match room.journal.written().await {
                Written::Kept(entries) => room.kept(&entries),
                Written::Failed { .. } | Written::Diverged => return Err(OpenError::Write),
            }
        }
        room.phases.send_replace(room.meeting.phase());
        shared.show_plan(
            briefing,
            Arc::clone(&room.plan),
            phases_seen.clone(),
            room.clock.clone(),
        );
        tokio::spawn(mirror(
            shared.store.clone(),
            room.clock.clone(),
            briefing,
            phases_seen,
        ));
        shared.set_plan(briefing, room.meeting.plan().clone());
        for (from, message) in shared.neighbours.said_to(briefing) {
            room.feed(Input::Hierarchy { from, message });
        }
        Ok(Some(room))
    }

    async fn live(mut self, letters: &mut Letters) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut events = Vec::with_capacity(BATCH);
        while !self.ended {
            self.shared.show_present(self.briefing, self.present());
            self.journal.write();
            let wake = self.wake();
            let takes_more = self.journal.backlog() < BACKLOG;
            tokio::select! {
                written = self.journal.written() => self.written(&written),
                _ = letters.messages.recv_many(&mut batch, BATCH), if takes_more => {
                    for message in batch.drain(..) {
                        self.take(message);
                    }
                }
                _ = letters.events.recv_many(&mut events, BATCH) => {
                    for event in events.drain(..) {
                        self.media_event(event);
                    }
                }
                () = sleep_until(wake) => self.on_time(),
            }
        }
        self.finish().await;
    }

    /// When to look at the timers next.
    fn wake(&self) -> Instant {
        let nap = self.meeting.poll_timeout().map_or(NAP, |at| {
            (at - self.clock.now())
                .to_std()
                .unwrap_or(Duration::ZERO)
                .min(NAP)
        });
        Instant::now() + nap
    }

    fn on_time(&mut self) {
        let due = self
            .meeting
            .poll_timeout()
            .is_some_and(|at| at <= self.clock.now());
        if due {
            self.feed(Input::Timeout);
        }
        let under_way = !matches!(self.meeting.phase(), Phase::Planned | Phase::Closed);
        let needed = under_way
            || !self.meeting.idle()
            || !self.journal.is_idle()
            || !self.clients.is_empty()
            || !self.devices.is_empty();
        if needed {
            self.idle_since = None;
        } else if self.idle_since.get_or_insert_with(Instant::now).elapsed() > LINGER {
            self.ended = true;
        }
    }

    fn written(&mut self, written: &Written) {
        match written {
            Written::Kept(entries) => self.kept(entries),
            Written::Failed { seq } => self.feed(Input::AppendFailed { seq: *seq }),
            // Somebody wrote what this room doesn't know. Everybody comes back at once to a room that has read the ledger again,
            // and hears from it what became of the commands.
            Written::Diverged => {
                self.ended = true;
            }
        }
        self.answer_devices();
    }

    fn kept(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.door.take(&entry.fact.body);
            self.shared.revoked.take(&entry.fact);
        }
        if let Some(last) = entries.last() {
            let seq = last.fact.seq;
            self.feed(Input::Appended { seq });
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Connect(arrival) => self.arrive(*arrival),
            Message::Command {
                connection,
                id,
                command,
                since,
            } => {
                self.clients.commanded(connection, id, since);
                self.feed(Input::Command {
                    connection,
                    id,
                    command,
                    message: MessageId(uuid::Uuid::now_v7()),
                });
            }
            Message::Offer {
                connection,
                id,
                sdp,
            } => self.offered(connection, id, sdp),
            Message::StopMedia { connection, id } => self.stop_media(connection, id),
            Message::Gone { connection } => self.gone(connection),
            Message::Publish(publication) => self.publish(*publication),
            Message::Watch { seat, peer, answer } => {
                // Whoever no longer waits for the answer doesn't need it.
                let _ = answer.send(self.watch(seat, peer));
            }
            Message::NotWatching { peer } => {
                self.peers.remove(peer);
            }
            Message::Hierarchy { from, message } => self.feed(Input::Hierarchy { from, message }),
            Message::Advance(phase) => self.feed(Input::Advance(phase)),
            Message::Revoked => self.put_out_revoked(),
            Message::Replanned => self.read_plan(),
            Message::Plan(planned) => self.replan(planned),
            Message::Stop => self.ended = true,
        }
    }

    fn media_event(&mut self, event: MediaEvent) {
        for input in self.peers.event(event) {
            if let Input::Disconnect { connection } = &input {
                self.devices.remove(*connection);
            }
            self.feed(input);
        }
    }

    /// Windows and devices in the room.
    fn present(&self) -> usize {
        self.clients.len() + self.devices.len()
    }

    fn is_full(&self) -> bool {
        self.present() >= self.shared.limits.participants as usize
    }

    fn gone(&mut self, connection: ConnectionId) {
        self.clients.remove(connection);
        if let Some(device) = self.devices.remove(connection) {
            self.shared.end_media(device.peer);
        }
        self.feed(Input::Disconnect { connection });
    }

    /// Reads the plan beside the room, so that a slow store doesn't hold it up.
    fn read_plan(&self) {
        let (shared, briefing, mailbox) = (
            Arc::clone(&self.shared),
            self.briefing,
            self.mailbox.clone(),
        );
        tokio::spawn(async move {
            match planned(&shared.store, briefing, shared.chair_speaks_from_start).await {
                Ok(Some(planned)) => {
                    // A room that has ended reads the plan when it starts again.
                    let _ = mailbox.send(Message::Plan(Arc::new(planned))).await;
                }
                Ok(None) => {}
                Err(error) => {
                    tracing::error!(%briefing, %error, "an edited plan could not be read");
                }
            }
        });
    }

    fn replan(&mut self, plan: Arc<Planned>) {
        if plan.state == BriefingState::Cancelled {
            self.clients.close_all(Goodbye::Ended);
            self.ended = true;
            return;
        }
        self.shared.show_plan(
            self.briefing,
            Arc::clone(&plan),
            self.phases.subscribe(),
            self.clock.clone(),
        );
        let setup = plan.setup.clone();
        self.plan = plan;
        if setup != *self.meeting.setup() {
            self.feed(Input::Replanned(Box::new(setup)));
        }
    }

    /// Gives the machine an input and carries out what follows from it.
    fn feed(&mut self, input: Input) {
        self.next.push_back(input);
        while let Some(input) = self.next.pop_front() {
            let outputs = self.meeting.handle(self.clock.now(), input);
            self.carry_out(outputs);
        }
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Append(entries) => self.journal.add(entries),
                Output::Send { to, message } => self.clients.send(&to, &message),
                Output::Close { connection, reason } => self.close(connection, reason),
                Output::Plan(plan) => self.shared.set_plan(self.briefing, *plan),
                Output::DropMedia { seat } => {
                    for peer in self.peers.of_seat(seat) {
                        self.shared.end_media(peer);
                        self.next.extend(self.peers.remove(peer));
                    }
                }
                Output::Phase { phase, .. } => {
                    self.phases.send_replace(phase);
                    if phase == Phase::Closed {
                        self.shared.close_media(self.briefing);
                    }
                }
                Output::Tell { to, message } => self.shared.tell(self.briefing, to, message),
            }
        }
    }

    fn close(&mut self, connection: ConnectionId, reason: Goodbye) {
        self.clients.close(connection, reason);
        if let Some(device) = self.devices.remove(connection) {
            let peer = device.refuse(reason);
            self.shared.end_media(peer);
        }
    }

    async fn finish(mut self) {
        self.shared.hide_plan(self.briefing);
        self.clients.close_all(Goodbye::Restarting);
        // What clients were promised nothing for may still be written: it is true.
        while !self.journal.is_idle() {
            self.journal.write();
            if !matches!(self.journal.written().await, Written::Kept(_)) {
                break;
            }
        }
        if self.door.is_closed() {
            self.shared.neighbours.forget(self.briefing);
        }
    }
}
