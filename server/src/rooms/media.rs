//! Which media session belongs to which seat, and what the engine's events mean to the meeting.

use super::quality::{link_quality, measured, slots};
use giaoban_media::{DisconnectReason, MediaEvent, SourceKind};
use giaoban_signaling::ids::{ConnectionId, PeerId, SeatId};
use giaoban_signaling::ledger::MediaKind;
use giaoban_signaling::meeting::{Input, MediaReport};
use giaoban_signaling::wire::MediaNotice;
use std::collections::{BTreeSet, HashMap};

/// Who stands behind a media session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behind {
    /// The window that holds the seat.
    Client,
    /// A WHIP publisher, which makes its seat present.
    Device(ConnectionId),
    /// A WHEP screen of a seat.
    Screen,
}

#[derive(Debug)]
struct Peer {
    seat: SeatId,
    behind: Behind,
    connected: bool,
    flowing: BTreeSet<MediaKind>,
}

/// The media sessions of one room.
#[derive(Debug, Default)]
pub(super) struct Peers {
    peers: HashMap<PeerId, Peer>,
}

impl Peers {
    /// Notes a session before it is connected. Of a known one nothing changes: it restarts.
    pub(super) fn expect(&mut self, peer: PeerId, seat: SeatId, behind: Behind) {
        self.peers.entry(peer).or_insert(Peer {
            seat,
            behind,
            connected: false,
            flowing: BTreeSet::new(),
        });
    }

    pub(super) fn knows(&self, peer: PeerId) -> bool {
        self.peers.contains_key(&peer)
    }

    /// Sessions of older windows of a seat.
    pub(super) fn other_clients(&self, seat: SeatId, than: PeerId) -> Vec<PeerId> {
        self.peers
            .iter()
            .filter(|(id, peer)| **id != than && peer.seat == seat && peer.behind == Behind::Client)
            .map(|(id, _)| *id)
            .collect()
    }

    /// All sessions of a seat.
    pub(super) fn of_seat(&self, seat: SeatId) -> Vec<PeerId> {
        self.peers
            .iter()
            .filter(|(_, peer)| peer.seat == seat)
            .map(|(id, _)| *id)
            .collect()
    }

    /// Forgets a session, and says what that means.
    pub(super) fn remove(&mut self, id: PeerId) -> Vec<Input> {
        let Some(peer) = self.peers.remove(&id) else {
            return Vec::new();
        };
        let mut inputs: Vec<Input> = peer
            .flowing
            .iter()
            .map(|media| {
                Input::Media(MediaReport::Flowing {
                    seat: peer.seat,
                    media: *media,
                    on: false,
                })
            })
            .collect();
        let still_connected = self.peers.values().any(|other| {
            other.seat == peer.seat && other.connected && other.behind != Behind::Screen
        });
        if peer.connected && peer.behind != Behind::Screen && !still_connected {
            inputs.push(Input::Media(MediaReport::Connected {
                seat: peer.seat,
                on: false,
            }));
        }
        if let Behind::Device(connection) = peer.behind {
            inputs.push(Input::Disconnect { connection });
        }
        inputs
    }

    /// What an event of the engine means to the meeting.
    pub(super) fn event(&mut self, event: MediaEvent) -> Vec<Input> {
        match event {
            // The same window with a new peer connection: its session goes on.
            MediaEvent::Disconnected {
                reason: DisconnectReason::Replaced,
                ..
            } => Vec::new(),
            MediaEvent::Disconnected { peer, .. } => self.remove(peer),
            MediaEvent::Loudest { seats, .. } => {
                vec![Input::Media(MediaReport::Loudest { seats })]
            }
            MediaEvent::Connected { peer } => self.of_participant(peer, |peer| {
                peer.connected = true;
                MediaReport::Connected {
                    seat: peer.seat,
                    on: true,
                }
            }),
            MediaEvent::Flowing {
                peer,
                kind,
                flowing,
                ..
            } => self.of_participant(peer, |peer| {
                let media = media_kind(kind);
                if flowing {
                    peer.flowing.insert(media);
                } else {
                    peer.flowing.remove(&media);
                }
                MediaReport::Flowing {
                    seat: peer.seat,
                    media,
                    on: flowing,
                }
            }),
            MediaEvent::Quality { peer, quality } => {
                self.of_participant(peer, |peer| MediaReport::Quality {
                    seat: peer.seat,
                    quality: link_quality(&quality),
                    measured: measured(&quality),
                })
            }
            MediaEvent::Slots { peer, slots: bound } => self.notice(
                peer,
                MediaNotice::Slots {
                    slots: slots(&bound),
                },
            ),
            MediaEvent::Outgoing {
                peer,
                mic_forwarded,
            } => self.notice(
                peer,
                MediaNotice::MicForwarded {
                    forwarded: mic_forwarded,
                },
            ),
        }
    }

    /// A report about a seat by a session that speaks for it; screens don't.
    fn of_participant(
        &mut self,
        peer: PeerId,
        report: impl FnOnce(&mut Peer) -> MediaReport,
    ) -> Vec<Input> {
        self.peers
            .get_mut(&peer)
            .filter(|peer| peer.behind != Behind::Screen)
            .map(|peer| Input::Media(report(peer)))
            .into_iter()
            .collect()
    }

    /// Something for the window of the seat only.
    fn notice(&self, peer: PeerId, notice: MediaNotice) -> Vec<Input> {
        self.peers
            .get(&peer)
            .filter(|peer| peer.behind == Behind::Client)
            .map(|peer| {
                Input::Media(MediaReport::Notice {
                    seat: peer.seat,
                    notice,
                })
            })
            .into_iter()
            .collect()
    }
}

fn media_kind(kind: SourceKind) -> MediaKind {
    match kind {
        SourceKind::Mic => MediaKind::Mic,
        SourceKind::Camera => MediaKind::Camera,
        SourceKind::Content => MediaKind::Content,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const SEAT: SeatId = SeatId(Uuid::from_u128(1));
    const WINDOW: PeerId = PeerId(Uuid::from_u128(2));
    const CAMERA: PeerId = PeerId(Uuid::from_u128(3));
    const WALL: PeerId = PeerId(Uuid::from_u128(4));

    fn flowing(peer: PeerId, kind: SourceKind) -> MediaEvent {
        MediaEvent::Flowing {
            peer,
            seat: SEAT,
            kind,
            flowing: true,
        }
    }

    #[test]
    fn a_device_that_goes_ends_its_media_and_its_presence() {
        let mut peers = Peers::default();
        peers.expect(CAMERA, SEAT, Behind::Device(ConnectionId(7)));
        peers.event(MediaEvent::Connected { peer: CAMERA });
        peers.event(flowing(CAMERA, SourceKind::Camera));
        let inputs = peers.event(MediaEvent::Disconnected {
            peer: CAMERA,
            reason: DisconnectReason::Silent,
        });
        assert_eq!(
            inputs,
            vec![
                Input::Media(MediaReport::Flowing {
                    seat: SEAT,
                    media: MediaKind::Camera,
                    on: false
                }),
                Input::Media(MediaReport::Connected {
                    seat: SEAT,
                    on: false
                }),
                Input::Disconnect {
                    connection: ConnectionId(7)
                },
            ]
        );
    }

    #[test]
    fn a_seat_stays_connected_while_one_of_its_two_sessions_is() {
        let mut peers = Peers::default();
        peers.expect(WINDOW, SEAT, Behind::Client);
        peers.expect(CAMERA, SEAT, Behind::Device(ConnectionId(7)));
        for peer in [WINDOW, CAMERA] {
            peers.event(MediaEvent::Connected { peer });
        }
        let inputs = peers.event(MediaEvent::Disconnected {
            peer: WINDOW,
            reason: DisconnectReason::PeerClosed,
        });
        assert_eq!(inputs, vec![]);
    }

    #[test]
    fn a_screen_says_nothing_about_its_seat() {
        let mut peers = Peers::default();
        peers.expect(WALL, SEAT, Behind::Screen);
        assert_eq!(peers.event(MediaEvent::Connected { peer: WALL }), vec![]);
        assert_eq!(
            peers.event(MediaEvent::Slots {
                peer: WALL,
                slots: vec![]
            }),
            vec![]
        );
        assert_eq!(peers.remove(WALL), vec![]);
    }
}
