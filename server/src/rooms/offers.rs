//! Media that comes over HTTP: publishing and watching, behind `http::whip` and `http::whep`.

use super::mailbox::{Mailbox, Message, Publication, WatchPass};
use super::sessions::{HttpSession, Place};
use super::shared::Shared;
use super::token::JoinClaims;
use super::{Rooms, ids};
use giaoban_media::{ConnectRequest, MediaError, PeerKind};
use giaoban_signaling::ids::{BriefingId, PeerId, SeatId};
use giaoban_signaling::wire::RefusalCode;
use giaoban_store::{StoreError, WatchLinkId};
use sha2::{Digest, Sha256};
use tokio::sync::oneshot;
use uuid::Uuid;

/// Why an offer over HTTP is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OfferError {
    #[error("the token is wrong or has expired")]
    BadToken,
    #[error("the token is for another briefing")]
    OtherBriefing,
    #[error("the token is for watching only")]
    MayNotPublish,
    #[error("the briefing is over")]
    Ended,
    #[error("the briefing refuses the seat: {0:?}")]
    Refused(RefusalCode),
    #[error("all {most} places of the watch link are taken")]
    WatchersFull { most: u32 },
    #[error("there is no such media session")]
    UnknownSession,
    #[error(transparent)]
    Media(#[from] MediaError),
    #[error("the server is stopping")]
    Stopping,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who watches.
enum Watcher {
    Seat(SeatId),
    Link { id: WatchLinkId, most: u32 },
}

impl Rooms {
    /// Publishes as the seat of a join token.
    pub(crate) async fn publish(
        &self,
        briefing: BriefingId,
        token: &str,
        offer: String,
    ) -> Result<HttpSession, OfferError> {
        let claims = match self.claims(briefing, token) {
            Err(OfferError::BadToken) if self.link(briefing, token).await.is_ok() => {
                return Err(OfferError::MayNotPublish);
            }
            other => other?,
        };
        let (answer, answered) = oneshot::channel();
        self.deliver(
            briefing,
            Message::Publish(Box::new(Publication {
                connection: self.shared.next_connection(),
                claims,
                peer: PeerId(Uuid::new_v4()),
                token: token.to_owned(),
                offer,
                answer,
            })),
        )
        .await?;
        answered.await.map_err(|_| OfferError::Stopping)?
    }

    /// Watches as the seat of a join token, or as a screen of a watch link.
    pub(crate) async fn watch(
        &self,
        briefing: BriefingId,
        token: &str,
        offer: String,
    ) -> Result<HttpSession, OfferError> {
        let watcher = match self.claims(briefing, token) {
            Ok(claims) => Watcher::Seat(claims.seat()),
            Err(OfferError::BadToken) => self.link(briefing, token).await?,
            Err(error) => return Err(error),
        };
        let (seat, place) = match watcher {
            Watcher::Seat(seat) => (Some(seat), None),
            Watcher::Link { id, most } => (None, Some(self.place(id, most)?)),
        };
        let peer = PeerId(Uuid::new_v4());
        let (answer, answered) = oneshot::channel();
        let room = self
            .deliver(briefing, Message::Watch { seat, peer, answer })
            .await?;
        let WatchPass = answered.await.map_err(|_| OfferError::Stopping)??;
        let session = HttpSession::asked(ConnectRequest {
            peer,
            briefing,
            publishes: None,
            views: seat,
            kind: PeerKind::Whep,
            offer,
            link_kbps: None,
        });
        // Screens of a link concern no seat, so the room needs not hear of them.
        let listener = seat.is_some().then(|| room.clone());
        let session = self
            .shared
            .connect_http(session, token, place, listener)
            .await;
        if session.is_err() {
            // A room that has ended has forgotten the screen already.
            let _ = room.send(Message::NotWatching { peer }).await;
        }
        session
    }

    /// Restarts ICE of a session that came over HTTP.
    pub(crate) async fn restart_http_session(
        &self,
        session: HttpSession,
        offer: String,
    ) -> Result<HttpSession, OfferError> {
        let request = ConnectRequest {
            offer: offer.clone(),
            ..session.request
        };
        let peer = request.peer;
        // Whoever hears of the session keeps hearing of it.
        let answer = self.shared.connect(request, None).await?;
        self.shared
            .sessions
            .answered(peer, offer, answer.sdp)
            .ok_or(OfferError::UnknownSession)
    }

    /// A session that came over HTTP, if the token is the one it was made with.
    pub(crate) fn http_session(
        &self,
        briefing: BriefingId,
        peer: PeerId,
        token: &str,
    ) -> Result<HttpSession, OfferError> {
        self.shared
            .sessions
            .get(peer, token)
            .filter(|session| session.briefing() == briefing)
            .ok_or(OfferError::UnknownSession)
    }

    /// Candidates that the client found later.
    pub(crate) fn trickle(&self, peer: PeerId, fragment: &str) -> Result<(), MediaError> {
        self.shared.engine.trickle(peer, fragment)
    }

    /// Ends a session that came over HTTP.
    pub(crate) fn end_http_session(&self, peer: PeerId) {
        self.shared.end_media(peer);
    }

    /// How many screens watch by a link now.
    pub(crate) fn watching(&self, link: WatchLinkId) -> u32 {
        self.shared.sessions.watching(link)
    }

    /// A link was revoked: its screens go dark.
    pub(crate) fn end_watch_link(&self, link: WatchLinkId) {
        for peer in self.shared.sessions.of_link(link) {
            self.shared.end_media(peer);
        }
    }

    fn place(&self, link: WatchLinkId, most: u32) -> Result<Place, OfferError> {
        self.shared
            .sessions
            .take_place(link, most)
            .ok_or(OfferError::WatchersFull { most })
    }

    fn claims(&self, briefing: BriefingId, token: &str) -> Result<JoinClaims, OfferError> {
        let claims: JoinClaims = self
            .shared
            .signer
            .verify(token, self.shared.clock.now())
            .map_err(|_| OfferError::BadToken)?;
        if self.shared.revoked.covers(&claims) {
            return Err(OfferError::BadToken);
        }
        if claims.briefing == briefing {
            Ok(claims)
        } else {
            Err(OfferError::OtherBriefing)
        }
    }

    async fn link(&self, briefing: BriefingId, token: &str) -> Result<Watcher, OfferError> {
        let hash = Sha256::digest(token);
        let link = self
            .shared
            .store
            .watch_links()
            .find(&hash)
            .await?
            .filter(|link| link.revoked_at.is_none())
            .ok_or(OfferError::BadToken)?;
        if ids::same::<BriefingId>(link.briefing) != briefing {
            return Err(OfferError::OtherBriefing);
        }
        Ok(Watcher::Link {
            id: link.id,
            most: link.max_watchers,
        })
    }

    /// Takes a message to the room of a briefing, which is started if need be.
    async fn deliver(
        &self,
        briefing: BriefingId,
        mut message: Message,
    ) -> Result<Mailbox, OfferError> {
        loop {
            let room = Shared::room(&self.shared, briefing).ok_or(OfferError::Stopping)?;
            match room.send(message).await {
                Ok(()) => return Ok(room),
                Err(refused) => message = refused,
            }
        }
    }

    /// Brings the gauges up to date that nobody else keeps.
    pub(crate) fn measure(&self) {
        self.shared
            .metrics
            .watchers
            .set(i64::from(self.shared.sessions.watching_in_all()));
    }
}
