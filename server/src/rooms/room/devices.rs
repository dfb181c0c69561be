//! The room's devices: WHIP publishers, which make their seat present, and WHEP screens, which only watch.

use super::Room;
use crate::rooms::OfferError;
use crate::rooms::mailbox::{Message, Publication, WatchPass};
use crate::rooms::media::Behind;
use crate::rooms::sessions::HttpSession;
use giaoban_media::{ConnectRequest, PeerKind};
use giaoban_signaling::ids::{ConnectionId, PeerId, SeatId};
use giaoban_signaling::meeting::{Channel, Connect, Input};
use giaoban_signaling::wire::{Goodbye, RefusalCode};
use std::collections::HashMap;
use std::sync::Arc;

/// One publisher.
pub(super) struct Device {
    pub(super) peer: PeerId,
    /// Not answered yet: its seat is not durably taken.
    waiting: Option<Publication>,
}

impl Device {
    /// Answers a publisher that is not let in. One that was answered already sees its session end.
    pub(super) fn refuse(self, reason: Goodbye) -> PeerId {
        if let Some(publication) = self.waiting {
            // Whoever no longer waits for the answer doesn't need it.
            let _ = publication.answer.send(Err(refusal(reason)));
        }
        self.peer
    }
}

fn refusal(reason: Goodbye) -> OfferError {
    match reason {
        Goodbye::Ended => OfferError::Ended,
        Goodbye::BadToken => OfferError::BadToken,
        Goodbye::Restarting => OfferError::Stopping,
        Goodbye::Full => OfferError::Refused(RefusalCode::Full),
        Goodbye::Replaced
        | Goodbye::Removed
        | Goodbye::Refused
        | Goodbye::Left
        | Goodbye::TooSlow
        | Goodbye::TooMany
        | Goodbye::BadMessage => OfferError::Refused(RefusalCode::NotAllowed),
    }
}

#[derive(Default)]
pub(super) struct Devices {
    devices: HashMap<ConnectionId, Device>,
}

impl Devices {
    pub(super) fn len(&self) -> usize {
        self.devices.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.devices.is_empty()
    }

    pub(super) fn remove(&mut self, connection: ConnectionId) -> Option<Device> {
        self.devices.remove(&connection)
    }
}

impl Room {
    /// A device wants to publish: its seat is taken first.
    pub(super) fn publish(&mut self, publication: Publication) {
        if self.is_full() {
            // Whoever no longer waits for the answer doesn't need it.
            let _ = publication
                .answer
                .send(Err(OfferError::Refused(RefusalCode::Full)));
            return;
        }
        let connection = publication.connection;
        let claims = publication.claims.machine();
        self.devices.devices.insert(
            connection,
            Device {
                peer: publication.peer,
                waiting: Some(publication),
            },
        );
        self.feed(Input::Connect(Connect {
            connection,
            channel: Channel::Device,
            claims,
            resume_seq: None,
            resume_token: String::new(),
        }));
        self.answer_devices();
    }

    /// Connects the media of devices whose seat is durably taken by now.
    pub(super) fn answer_devices(&mut self) {
        let seated: Vec<(ConnectionId, SeatId)> = self
            .devices
            .devices
            .iter()
            .filter(|(_, device)| device.waiting.is_some())
            .filter_map(|(connection, _)| {
                let standing = self.meeting.standing(*connection)?;
                Some((*connection, standing.seat))
            })
            .collect();
        for (connection, seat) in seated {
            let publication = self
                .devices
                .devices
                .get_mut(&connection)
                .and_then(|device| device.waiting.take());
            if let Some(publication) = publication {
                self.connect_device(connection, seat, publication);
            }
        }
    }

    fn connect_device(&mut self, connection: ConnectionId, seat: SeatId, publication: Publication) {
        let Publication {
            claims,
            peer,
            token,
            offer,
            answer,
            ..
        } = publication;
        self.peers.expect(peer, seat, Behind::Device(connection));
        let session = HttpSession::asked(ConnectRequest {
            peer,
            briefing: self.briefing,
            publishes: Some(seat),
            views: None,
            kind: PeerKind::Whip,
            offer,
            link_kbps: self.plan.links.get(&claims.point).copied(),
        });
        let (shared, mailbox) = (Arc::clone(&self.shared), self.mailbox.clone());
        tokio::spawn(async move {
            let result = shared
                .connect_http(session, &token, None, Some(mailbox.clone()))
                .await;
            if result.is_err() {
                // A room that has ended has forgotten the device already.
                let _ = mailbox.send(Message::Gone { connection }).await;
            }
            if answer.send(result).is_err() {
                // Nobody knows where the session is, so nobody could end it.
                shared.end_media(peer);
            }
        });
    }

    /// Whether a screen may watch.
    pub(super) fn watch(
        &mut self,
        seat: Option<SeatId>,
        peer: PeerId,
    ) -> Result<WatchPass, OfferError> {
        let Some(seat) = seat else {
            return if self.door.is_closed() {
                Err(OfferError::Ended)
            } else {
                Ok(WatchPass)
            };
        };
        match self.door.may_watch(seat) {
            Ok(()) => {
                self.peers.expect(peer, seat, Behind::Screen);
                Ok(WatchPass)
            }
            Err(RefusalCode::Ended) => Err(OfferError::Ended),
            Err(code) => Err(OfferError::Refused(code)),
        }
    }
}
