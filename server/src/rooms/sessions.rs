//! Media sessions that came over HTTP (WHIP, WHEP), and how many screens watch by each link.

use giaoban_media::ConnectRequest;
use giaoban_signaling::ids::{BriefingId, PeerId};
use giaoban_store::WatchLinkId;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A session as its client sees it.
#[derive(Clone, Debug)]
pub(crate) struct HttpSession {
    /// What was asked of the engine; with another offer it is asked again for a restart.
    pub(crate) request: ConnectRequest,
    /// Empty until the engine has answered.
    pub(crate) answer: String,
    /// Counts ICE sessions from 1.
    pub(crate) ice: u32,
}

impl HttpSession {
    pub(super) fn asked(request: ConnectRequest) -> Self {
        Self {
            request,
            answer: String::new(),
            ice: 0,
        }
    }

    pub(crate) fn briefing(&self) -> BriefingId {
        self.request.briefing
    }

    pub(crate) fn peer(&self) -> PeerId {
        self.request.peer
    }
}

#[derive(Debug)]
struct Entry {
    session: HttpSession,
    token: [u8; 32],
    /// Kept as long as the session, so that the place is free when it ends.
    place: Option<Place>,
}

/// Shared by all rooms. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct HttpSessions {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    entries: Mutex<HashMap<PeerId, Entry>>,
    watching: Mutex<HashMap<WatchLinkId, u32>>,
}

/// One of the places of a watch link; given back when dropped.
#[derive(Debug)]
pub(super) struct Place {
    sessions: HttpSessions,
    link: WatchLinkId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut watching = lock(&self.sessions.inner.watching);
        if let Some(count) = watching.get_mut(&self.link) {
            *count -= 1;
            if *count == 0 {
                watching.remove(&self.link);
            }
        }
    }
}

impl HttpSessions {
    /// Takes one of `most` places of a link; `None` when all are taken.
    pub(super) fn take_place(&self, link: WatchLinkId, most: u32) -> Option<Place> {
        let mut watching = lock(&self.inner.watching);
        let count = watching.entry(link).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Place {
            sessions: self.clone(),
            link,
        })
    }

    /// How many watch by a link now.
    pub(super) fn watching(&self, link: WatchLinkId) -> u32 {
        lock(&self.inner.watching).get(&link).copied().unwrap_or(0)
    }

    /// How many watch by any link now.
    pub(super) fn watching_in_all(&self) -> u32 {
        lock(&self.inner.watching).values().sum()
    }

    pub(super) fn insert(&self, session: HttpSession, token: &str, place: Option<Place>) {
        let entry = Entry {
            token: Sha256::digest(token).into(),
            session,
            place,
        };
        lock(&self.inner.entries).insert(entry.session.peer(), entry);
    }

    /// The session, if it is this token's.
    pub(super) fn get(&self, peer: PeerId, token: &str) -> Option<HttpSession> {
        let token: [u8; 32] = Sha256::digest(token).into();
        lock(&self.inner.entries)
            .get(&peer)
            .filter(|entry| entry.token == token)
            .map(|entry| entry.session.clone())
    }

    /// Notes the engine's answer to an offer. `None`: the session has ended meanwhile.
    pub(super) fn answered(
        &self,
        peer: PeerId,
        offer: String,
        answer: String,
    ) -> Option<HttpSession> {
        let mut entries = lock(&self.inner.entries);
        let session = &mut entries.get_mut(&peer)?.session;
        session.request.offer = offer;
        session.answer = answer;
        session.ice += 1;
        Some(session.clone())
    }

    pub(super) fn remove(&self, peer: PeerId) {
        let removed = lock(&self.inner.entries).remove(&peer);
        // Its place is given back outside of the lock.
        drop(removed);
    }

    /// The sessions of one watch link.
    pub(super) fn of_link(&self, link: WatchLinkId) -> Vec<PeerId> {
        lock(&self.inner.entries)
            .iter()
            .filter(|(_, entry)| entry.place.as_ref().is_some_and(|place| place.link == link))
            .map(|(peer, _)| *peer)
            .collect()
    }
}

/// Nothing is left half done under these locks, so a panic elsewhere doesn't spoil them.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use giaoban_media::PeerKind;
    use uuid::Uuid;

    fn session(peer: u128) -> HttpSession {
        HttpSession::asked(ConnectRequest {
            peer: PeerId(Uuid::from_u128(peer)),
            briefing: BriefingId(Uuid::from_u128(1)),
            publishes: None,
            views: None,
            kind: PeerKind::Whep,
            offer: String::new(),
            link_kbps: None,
        })
    }

    #[test]
    fn a_link_has_so_many_places_and_each_is_free_again_when_its_session_ends() {
        let sessions = HttpSessions::default();
        let link = WatchLinkId::from(Uuid::from_u128(9));
        for peer in 0..2 {
            let place = sessions.take_place(link, 2).unwrap();
            sessions.insert(session(peer), "token", Some(place));
        }
        assert!(sessions.take_place(link, 2).is_none());
        sessions.remove(PeerId(Uuid::from_u128(0)));
        assert!(sessions.take_place(link, 2).is_some());
        assert_eq!(sessions.watching(link), 1);
    }

    #[test]
    fn a_session_is_its_own_token_s() {
        let sessions = HttpSessions::default();
        sessions.insert(session(1), "mine", None);
        let peer = PeerId(Uuid::from_u128(1));
        assert!(sessions.get(peer, "mine").is_some());
        assert!(sessions.get(peer, "yours").is_none());
    }
}
