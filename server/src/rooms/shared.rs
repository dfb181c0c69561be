//! What all rooms of this process share, and how they find each other.

use super::ids::same;
use super::mailbox::{Mailbox, Message, mailbox};
use super::mirror::state;
use super::neighbours::Neighbours;
use super::revoked::Revoked;
use super::sessions::{HttpSession, HttpSessions, Place};
use super::setup::{Planned, planned};
use super::token::Signer;
use super::windows::Windows;
use super::{Foundations, OfferError, room};
use crate::clock::Clock;
use crate::config::{LimitsConfig, TurnConfig};
use crate::signing::SigningKey;
use crate::telemetry::Metrics;
use chrono::{DateTime, Utc};
use giaoban_media::{
    ConnectRequest, DisconnectReason, MediaEngine, MediaError, MediaEvent, MediaEvents, SdpAnswer,
};
use giaoban_signaling::hierarchy::HierarchyMessage;
use giaoban_signaling::ids::{BriefingId, ConnectionId, PeerId};
use giaoban_signaling::plan::MediaPlan;
use giaoban_signaling::wire::Phase;
use giaoban_store::{BriefingQuery, BriefingState, Limit, Store, StoreError};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;

const RETRY: Duration = Duration::from_millis(500);
/// How long rooms may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

pub(super) struct Shared {
    pub(super) store: Store,
    pub(super) clock: Clock,
    pub(super) signer: Signer,
    /// Names the subjects of personal data.
    pub(super) site: SigningKey,
    pub(super) revoked: Revoked,
    pub(super) metrics: Metrics,
    pub(super) turn: TurnConfig,
    pub(super) limits: LimitsConfig,
    pub(super) windows: Windows,
    pub(super) chair_speaks_from_start: bool,
    pub(super) engine: MediaEngine,
    pub(super) sessions: HttpSessions,
    pub(super) neighbours: Neighbours,
    connections: AtomicU64,
    rooms: Mutex<Registry>,
    /// Which room hears of which media session.
    listeners: Mutex<HashMap<PeerId, Mailbox>>,
    /// The plans of live rooms, so that a storm of joins doesn't read the store.
    plans: Mutex<HashMap<BriefingId, Known>>,
    /// The revision of the last plan that the engine was given.
    given_plans: Mutex<HashMap<BriefingId, u64>>,
    /// How many windows and devices are in each live room.
    present: Mutex<HashMap<BriefingId, u32>>,
    tasks: TaskTracker,
}

/// The plan of a live room, its phase, and its time.
#[derive(Clone)]
struct Known {
    plan: Arc<Planned>,
    phase: watch::Receiver<Phase>,
    clock: Clock,
}

#[derive(Default)]
struct Registry {
    rooms: HashMap<BriefingId, Mailbox>,
    stopping: bool,
}

impl Shared {
    pub(super) fn new(foundations: Foundations, engine: MediaEngine) -> Self {
        let Foundations {
            store,
            clock,
            key,
            metrics,
            turn,
            limits,
            chair_speaks_from_start,
        } = foundations;
        Self {
            store,
            clock,
            signer: Signer::new(key.clone()),
            site: key,
            revoked: Revoked::default(),
            metrics,
            turn,
            limits,
            windows: Windows::new(limits.sockets_per_account),
            chair_speaks_from_start,
            engine,
            sessions: HttpSessions::default(),
            neighbours: Neighbours::default(),
            connections: AtomicU64::new(1),
            rooms: Mutex::default(),
            listeners: Mutex::default(),
            plans: Mutex::default(),
            given_plans: Mutex::default(),
            present: Mutex::default(),
            tasks: TaskTracker::new(),
        }
    }

    pub(super) fn next_connection(&self) -> ConnectionId {
        ConnectionId(self.connections.fetch_add(1, Ordering::Relaxed))
    }

    /// The room of a briefing, started if there is none. `None` while the server stops.
    pub(super) fn room(shared: &Arc<Self>, briefing: BriefingId) -> Option<Mailbox> {
        let mut registry = lock(&shared.rooms);
        if registry.stopping {
            return None;
        }
        let entry = registry.rooms.entry(briefing);
        if let Entry::Occupied(running) = &entry
            && !running.get().is_closed()
        {
            return Some(running.get().clone());
        }
        let (mailbox, letters) = mailbox();
        entry.insert_entry(mailbox.clone());
        shared.tasks.spawn(room::run(
            Arc::clone(shared),
            briefing,
            mailbox.clone(),
            letters,
        ));
        Some(mailbox)
    }

    /// The room of a briefing, if there is one.
    pub(super) fn live(&self, briefing: BriefingId) -> Option<Mailbox> {
        lock(&self.rooms)
            .rooms
            .get(&briefing)
            .filter(|room| !room.is_closed())
            .cloned()
    }

    /// Every room looks who is in it with a token that is refused by now.
    pub(super) async fn put_out_revoked(&self) {
        let rooms: Vec<Mailbox> = lock(&self.rooms).rooms.values().cloned().collect();
        for room in rooms {
            // A room that has just ended holds nobody.
            let _ = room.send(Message::Revoked).await;
        }
    }

    /// The plan of a briefing and where it stands. `None`: there is no such briefing.
    pub(super) async fn planned(
        &self,
        briefing: BriefingId,
    ) -> Result<Option<(Arc<Planned>, BriefingState)>, StoreError> {
        let known = lock(&self.plans).get(&briefing).cloned();
        if let Some(Known { plan, phase, .. }) = known {
            let state = state(*phase.borrow());
            return Ok(Some((plan, state)));
        }
        let planned = planned(&self.store, briefing, self.chair_speaks_from_start).await?;
        Ok(planned.map(|planned| {
            let state = planned.state;
            (Arc::new(planned), state)
        }))
    }

    /// A room shows its plan to whoever comes.
    pub(super) fn show_plan(
        &self,
        briefing: BriefingId,
        plan: Arc<Planned>,
        phase: watch::Receiver<Phase>,
        clock: Clock,
    ) {
        let known = Known { plan, phase, clock };
        lock(&self.plans).insert(briefing, known);
    }

    /// The time in a room.
    pub(super) fn time_of(&self, briefing: BriefingId) -> DateTime<Utc> {
        let plans = lock(&self.plans);
        let clock = plans
            .get(&briefing)
            .map_or(&self.clock, |known| &known.clock);
        clock.now()
    }

    /// A room says how many are in it.
    pub(super) fn show_present(&self, briefing: BriefingId, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        lock(&self.present).insert(briefing, count);
    }

    pub(super) fn present(&self, briefing: BriefingId) -> u32 {
        lock(&self.present).get(&briefing).copied().unwrap_or(0)
    }

    pub(super) fn hide_plan(&self, briefing: BriefingId) {
        lock(&self.present).remove(&briefing);
        lock(&self.plans).remove(&briefing);
    }

    /// Takes a message from one room to its neighbour in the tree of briefings.
    pub(super) fn tell(&self, from: BriefingId, to: BriefingId, message: HierarchyMessage) {
        self.neighbours.keep(from, to, message.clone());
        let Some(room) = self.live(to) else {
            return;
        };
        if let Err(message) = room.try_send(Message::Hierarchy { from, message }) {
            // The room has much to do, or has just ended. Order doesn't matter: messages are numbered.
            tokio::spawn(async move { room.send(message).await });
        }
    }

    /// Gives the engine a plan. A room that was loaded anew counts from less than it did before; the engine must not notice.
    pub(super) fn set_plan(&self, briefing: BriefingId, mut plan: MediaPlan) {
        let mut given = lock(&self.given_plans);
        let last = given.entry(briefing).or_default();
        plan.revision = plan.revision.max(*last + 1);
        *last = plan.revision;
        self.engine.set_plan(briefing, Arc::new(plan));
    }

    /// The briefing is over: its media ends.
    pub(super) fn close_media(&self, briefing: BriefingId) {
        lock(&self.given_plans).remove(&briefing);
        self.engine.close(briefing);
    }

    /// Has the engine answer an offer; `listener` hears of the session from then on.
    pub(super) async fn connect(
        &self,
        request: ConnectRequest,
        listener: Option<Mailbox>,
    ) -> Result<SdpAnswer, MediaError> {
        let peer = request.peer;
        let new = match listener {
            Some(listener) => lock(&self.listeners).insert(peer, listener).is_none(),
            None => false,
        };
        let answer = self.engine.connect(request).await;
        if answer.is_err() && new {
            lock(&self.listeners).remove(&peer);
        }
        answer
    }

    /// The same for a session that came over HTTP, which is known under its peer from before the engine knows it.
    pub(super) async fn connect_http(
        &self,
        session: HttpSession,
        token: &str,
        place: Option<Place>,
        listener: Option<Mailbox>,
    ) -> Result<HttpSession, OfferError> {
        let request = session.request.clone();
        let (peer, offer) = (request.peer, request.offer.clone());
        self.sessions.insert(session, token, place);
        match self.connect(request, listener).await {
            Ok(answer) => self
                .sessions
                .answered(peer, offer, answer.sdp)
                .ok_or(OfferError::UnknownSession),
            Err(error) => {
                self.sessions.remove(peer);
                Err(error.into())
            }
        }
    }

    /// Ends a media session of whatever kind. Unknown ones are ignored.
    pub(super) fn end_media(&self, peer: PeerId) {
        self.engine.disconnect(peer);
        self.sessions.remove(peer);
    }

    pub(super) async fn shutdown(&self) {
        let rooms: Vec<Mailbox> = {
            let mut registry = lock(&self.rooms);
            registry.stopping = true;
            registry.rooms.drain().map(|(_, room)| room).collect()
        };
        self.tasks.close();
        let goodbye = async {
            for room in rooms {
                // A room that has ended needs not be told.
                let _ = room.send(Message::Stop).await;
            }
            self.tasks.wait().await;
        };
        if timeout(GOODBYE, goodbye).await.is_err() {
            tracing::warn!("stopped with rooms that had not said goodbye");
        }
    }

    fn heard(&self, event: MediaEvent) {
        if let MediaEvent::Quality { quality, .. } = &event {
            self.metrics.points.observe(quality);
        }
        let room = match &event {
            MediaEvent::Loudest { briefing, .. } => self.live(*briefing),
            MediaEvent::Disconnected {
                peer,
                reason: DisconnectReason::Replaced,
            }
            | MediaEvent::Connected { peer }
            | MediaEvent::Flowing { peer, .. }
            | MediaEvent::Slots { peer, .. }
            | MediaEvent::Outgoing { peer, .. }
            | MediaEvent::Quality { peer, .. } => lock(&self.listeners).get(peer).cloned(),
            MediaEvent::Disconnected { peer, .. } => {
                self.sessions.remove(*peer);
                lock(&self.listeners).remove(peer)
            }
        };
        if let Some(room) = room {
            room.event(event);
        }
    }
}

/// Takes the engine's events to the rooms they concern.
pub(super) async fn dispatch(shared: Arc<Shared>, mut events: MediaEvents) {
    while let Some(event) = events.recv().await {
        shared.heard(event);
    }
}

/// Opens the rooms of all briefings that were under way when the server stopped, so that clients find their seats.
pub(super) async fn resume(shared: Arc<Shared>) {
    loop {
        match under_way(&shared.store).await {
            Ok(briefings) => {
                for briefing in briefings {
                    Shared::room(&shared, briefing);
                }
                return;
            }
            Err(error) => {
                tracing::error!(%error, "the briefings under way could not be listed");
                sleep(RETRY).await;
            }
        }
    }
}

async fn under_way(store: &Store) -> Result<Vec<BriefingId>, StoreError> {
    let mut found = Vec::new();
    let mut query = BriefingQuery {
        states: BriefingState::UNDER_WAY.to_vec(),
        limit: Limit::new(500),
        ..BriefingQuery::default()
    };
    loop {
        let page = store.briefings().list(&query).await?;
        found.extend(
            page.items
                .iter()
                .map(|briefing| same::<BriefingId>(briefing.id)),
        );
        match page.next {
            Some(next) => query.cursor = Some(next),
            None => return Ok(found),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
