//! The briefings that are live in this process: one task for each, started when somebody needs it and, after a restart, for
//! every briefing that was under way.

mod admission;
mod door;
mod ice;
pub(crate) mod ids;
mod journal;
pub mod load;
mod mailbox;
mod media;
mod mirror;
mod neighbours;
mod offers;
mod quality;
mod revoked;
mod room;
mod sessions;
pub mod setup;
mod shared;
mod token;
mod windows;

pub(crate) use admission::{Candidate, NotAdmitted, admit};
pub(crate) use ice::IceServer;
pub(crate) use offers::OfferError;
pub(crate) use sessions::HttpSession;
pub(crate) use token::{BadToken, Device, JoinClaims};

use crate::clock::Clock;
use crate::config::{LimitsConfig, TurnConfig};
use crate::signing::SigningKey;
use crate::telemetry::Metrics;
use crate::ws::Outlet;
use chrono::{DateTime, Utc};
use giaoban_media::{MediaEngine, MediaEvents};
use giaoban_signaling::ids::{AccountId, BriefingId, CommandId, ConnectionId, PeerId};
use giaoban_signaling::wire::{Command, Goodbye, MediaRequest, Phase, Resume};
use giaoban_store::{BriefingState, Store, StoreError};
use mailbox::{Arrival, Mailbox, Message};
use setup::Planned;
use shared::Shared;
use std::sync::Arc;
use std::time::Duration;
use token::{Claims as _, ResumeClaims};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;
use windows::Window;

const LOOK_AGAIN: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(5);

/// What the rooms stand on.
#[derive(Debug)]
pub struct Foundations {
    pub store: Store,
    pub clock: Clock,
    pub key: SigningKey,
    pub metrics: Metrics,
    pub turn: TurnConfig,
    pub limits: LimitsConfig,
    /// The chair is heard from the start of a session without opening the microphone first (demonstration).
    pub chair_speaks_from_start: bool,
}

/// A handle on all live briefings. Cheap to clone.
#[derive(Clone)]
pub struct Rooms {
    shared: Arc<Shared>,
}

/// A client's way into its room.
pub(crate) struct Entrance {
    shared: Arc<Shared>,
    briefing: BriefingId,
    room: Mailbox,
    connection: ConnectionId,
    /// One of those that the account may have.
    _window: Window,
}

impl Rooms {
    /// Begins to listen to the media engine, and opens the room of every briefing that is under way.
    #[must_use]
    pub fn start(foundations: Foundations, engine: MediaEngine, events: MediaEvents) -> Self {
        let shared = Arc::new(Shared::new(foundations, engine));
        tokio::spawn(shared::dispatch(Arc::clone(&shared), events));
        tokio::spawn(shared::resume(Arc::clone(&shared)));
        tokio::spawn(revoked::follow(Arc::clone(&shared)));
        Self { shared }
    }

    /// Makes sure that the briefing has a room, so that whoever comes finds it open.
    pub(crate) fn open(&self, briefing: BriefingId) {
        Shared::room(&self.shared, briefing);
    }

    /// Brings a client that said hello into its room.
    pub(crate) async fn enter(
        &self,
        token: &str,
        resume: Option<Resume>,
        outlet: Outlet,
    ) -> Result<Entrance, Goodbye> {
        let since = Instant::now();
        let claims: JoinClaims = self
            .shared
            .signer
            .read(token)
            .map_err(|BadToken| Goodbye::BadToken)?;
        let window = self
            .shared
            .windows
            .open(claims.account)
            .ok_or(Goodbye::TooMany)?;
        // A resume token that is not good is none: the client gets the whole view.
        let back = resume.and_then(|resume| {
            let known: ResumeClaims = self
                .shared
                .signer
                .verify(&resume.token, self.shared.clock.now())
                .ok()?;
            (known.seat == claims.seat()).then_some((known.peer, resume.seq))
        });
        let now = self.shared.clock.now();
        let in_time = claims.holds_at(now) || (back.is_some() && claims.returns_at(now));
        if !in_time || self.shared.revoked.covers(&claims) {
            return Err(Goodbye::BadToken);
        }
        let peer = back.map_or_else(|| PeerId(Uuid::new_v4()), |(peer, _)| peer);
        let resume_token = self
            .shared
            .signer
            .sign(&ResumeClaims {
                seat: claims.seat(),
                peer,
            })
            .map_err(|_| Goodbye::BadToken)?;
        let connection = self.shared.next_connection();
        let briefing = claims.briefing;
        let mut message = Message::Connect(Box::new(Arrival {
            connection,
            claims,
            peer,
            resume_seq: back.map(|(_, seq)| seq),
            resume_token,
            outlet,
            since,
        }));
        // A room may end between being found and being told; the next one takes the message.
        loop {
            let room = Shared::room(&self.shared, briefing).ok_or(Goodbye::Restarting)?;
            match room.send(message).await {
                Ok(()) => {
                    return Ok(Entrance {
                        shared: Arc::clone(&self.shared),
                        briefing,
                        room,
                        connection,
                        _window: window,
                    });
                }
                Err(refused) => message = refused,
            }
        }
    }

    /// The plan of a briefing and where it stands. `None`: there is no such briefing.
    pub(crate) async fn planned(
        &self,
        briefing: BriefingId,
    ) -> Result<Option<(Arc<Planned>, BriefingState)>, StoreError> {
        self.shared.planned(briefing).await
    }

    /// How many may be in one briefing at once, if this one has as many.
    pub(crate) fn full(&self, briefing: BriefingId) -> Option<u32> {
        let most = self.shared.limits.participants;
        (self.shared.present(briefing) >= most).then_some(most)
    }

    /// A token with which the bearer joins.
    pub(crate) fn join_token(&self, claims: &JoinClaims) -> Result<String, serde_json::Error> {
        self.shared.signer.sign(claims)
    }

    /// Join tokens of the account that were issued until now are refused, and who is in with one is put out. The store must
    /// say so already.
    pub(crate) async fn revoke_tokens(&self, account: AccountId, at: DateTime<Utc>) {
        self.shared.revoked.account(account, at);
        self.shared.put_out_revoked().await;
    }

    /// The ICE servers for one client, with credentials where the TURN server wants them.
    pub(crate) fn ice_servers(&self, whose: Uuid) -> Vec<IceServer> {
        ice::servers(&self.shared.turn, self.shared.clock.now(), whose)
    }

    /// The plan of a briefing changed in the store: a live room takes it over, others need nothing.
    pub async fn replanned(&self, briefing: BriefingId) {
        let mut concerned = vec![briefing];
        // A parent shows its children.
        if let Ok(Some(head)) = self
            .shared
            .store
            .briefings()
            .head(ids::same(briefing))
            .await
        {
            concerned.extend(head.parent.map(ids::same::<BriefingId>));
        }
        for briefing in concerned {
            if let Some(room) = self.shared.live(briefing) {
                // A room that has just ended reads the plan when it starts again.
                let _ = room.send(Message::Replanned).await;
            }
        }
    }

    /// Moves a briefing on by the server itself, and waits until the list of briefings says so. One that is there already, or
    /// beyond, stays where it is.
    pub async fn advance(&self, briefing: BriefingId, phase: Phase) {
        let Some(room) = Shared::room(&self.shared, briefing) else {
            return;
        };
        // A room that ends just now leaves the briefing as it is.
        let _ = room.send(Message::Advance(phase)).await;
        let listed = async {
            while !self.is_listed_as(briefing, phase).await {
                sleep(LOOK_AGAIN).await;
            }
        };
        if timeout(PATIENCE, listed).await.is_err() {
            tracing::warn!(%briefing, ?phase, "a briefing could not be moved on");
        }
    }

    async fn is_listed_as(&self, briefing: BriefingId, phase: Phase) -> bool {
        let head = self
            .shared
            .store
            .briefings()
            .head(ids::same(briefing))
            .await;
        matches!(head, Ok(Some(head)) if stage(head.state) >= stage(mirror::state(phase)))
    }

    /// Tells the clients that the server stops and ends every room.
    pub async fn shutdown(&self) {
        self.shared.shutdown().await;
    }
}

/// How far a briefing has come; a break belongs to the session.
fn stage(state: BriefingState) -> u8 {
    match state {
        BriefingState::Planned => 0,
        BriefingState::Open => 1,
        BriefingState::InSession | BriefingState::Adjourned => 2,
        BriefingState::Closed | BriefingState::Cancelled => 3,
    }
}

impl Entrance {
    /// The time in the room.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.shared.time_of(self.briefing)
    }

    pub(crate) async fn command(&self, id: CommandId, command: Command) {
        self.send(Message::Command {
            connection: self.connection,
            id,
            command,
            since: Instant::now(),
        })
        .await;
    }

    pub(crate) async fn media(&self, id: CommandId, request: MediaRequest) {
        let connection = self.connection;
        self.send(match request {
            MediaRequest::Offer { sdp } => Message::Offer {
                connection,
                id,
                sdp,
            },
            MediaRequest::Stop => Message::StopMedia { connection, id },
        })
        .await;
    }

    /// The socket is gone.
    pub(crate) async fn leave(&self) {
        self.send(Message::Gone {
            connection: self.connection,
        })
        .await;
    }

    async fn send(&self, message: Message) {
        // A room that has ended has said goodbye to this client.
        let _ = self.room.send(message).await;
    }
}
