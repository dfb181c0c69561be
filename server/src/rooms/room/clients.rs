//! The room's windows: who is connected, what they offer, what is sent to them.

use super::Room;
use crate::rooms::mailbox::Arrival;
use crate::rooms::media::Behind;
use crate::rooms::token::JoinClaims;
use crate::telemetry::traces::TARGET;
use crate::telemetry::{CommandLabels, CommandOutcome, Metrics};
use crate::ws::{Outlet, encode};
use giaoban_media::{ConnectRequest, PeerKind};
use giaoban_signaling::ids::{CommandId, ConnectionId, PeerId};
use giaoban_signaling::meeting::{Channel, Connect, Input, Standing};
use giaoban_signaling::wire::{Goodbye, MediaNotice, Outcome, RefusalCode, ServerMessage};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::time::Instant;
use tracing::Span;
use tracing::field::Empty;

struct Client {
    outlet: Outlet,
    peer: PeerId,
    claims: JoinClaims,
    since: Instant,
    /// From its hello to its welcome.
    joining: Span,
    /// Has had its welcome.
    welcomed: bool,
    /// Comes back to a server that doesn't know its media session any more.
    renegotiate: bool,
    commands: Vec<(CommandId, Instant, Span)>,
}

/// All windows in the room.
pub(super) struct Clients {
    clients: HashMap<ConnectionId, Client>,
    metrics: Metrics,
}

impl Clients {
    pub(super) fn new(metrics: Metrics) -> Self {
        Self {
            clients: HashMap::new(),
            metrics,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.clients.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }

    fn add(&mut self, connection: ConnectionId, client: Client) {
        self.metrics.connections.inc();
        self.clients.insert(connection, client);
    }

    pub(super) fn remove(&mut self, connection: ConnectionId) {
        if self.clients.remove(&connection).is_some() {
            self.metrics.connections.dec();
        }
    }

    pub(super) fn close(&mut self, connection: ConnectionId, reason: Goodbye) {
        if let Some(client) = self.clients.get(&connection) {
            client.outlet.close(reason);
        }
        self.remove(connection);
    }

    pub(super) fn close_all(&mut self, reason: Goodbye) {
        let all: Vec<ConnectionId> = self.clients.keys().copied().collect();
        for connection in all {
            self.close(connection, reason);
        }
    }

    /// Notes when a command came, to measure how long it took.
    pub(super) fn commanded(&mut self, connection: ConnectionId, id: CommandId, since: Instant) {
        if let Some(client) = self.clients.get_mut(&connection) {
            let span = tracing::debug_span!(target: TARGET, "command", outcome = Empty);
            client.commands.push((id, since, span));
        }
    }

    /// The same message to many: written as JSON once.
    pub(super) fn send(&mut self, to: &[ConnectionId], message: &ServerMessage) {
        let text = encode(message);
        for connection in to {
            let Some(client) = self.clients.get_mut(connection) else {
                continue;
            };
            if !client.outlet.try_send(text.clone()) {
                self.metrics.slow_clients.inc();
            }
            match message {
                ServerMessage::Reply { id, outcome } => {
                    answered(&self.metrics, client, *id, outcome);
                }
                ServerMessage::Welcome { .. } | ServerMessage::Resumed { .. }
                    if !client.welcomed =>
                {
                    client.welcomed = true;
                    client.joining = Span::none();
                    self.metrics
                        .join
                        .observe(client.since.elapsed().as_secs_f64());
                    if client.renegotiate {
                        client.outlet.send(encode(&ServerMessage::Media {
                            media: MediaNotice::Renegotiate,
                        }));
                    }
                }
                _ => {}
            }
        }
    }
}

fn answered(metrics: &Metrics, client: &mut Client, id: CommandId, outcome: &Outcome) {
    let outcome = match outcome {
        Outcome::Done => CommandOutcome::Done,
        Outcome::Refused {
            code: RefusalCode::StoreUnavailable,
        } => CommandOutcome::StoreUnavailable,
        Outcome::Refused { .. } => CommandOutcome::Refused,
    };
    metrics
        .commands
        .get_or_create(&CommandLabels { outcome })
        .inc();
    if let Some(index) = client.commands.iter().position(|(of, ..)| *of == id) {
        let (_, since, span) = client.commands.swap_remove(index);
        span.record("outcome", tracing::field::debug(outcome));
        metrics.command.observe(since.elapsed().as_secs_f64());
    }
}

impl Room {
    /// A client is at the door.
    pub(super) fn arrive(&mut self, arrival: Arrival) {
        let Arrival {
            connection,
            claims,
            peer,
            resume_seq,
            resume_token,
            outlet,
            since,
        } = arrival;
        // Whoever comes back has had a place.
        if resume_seq.is_none() && self.is_full() {
            return outlet.close(Goodbye::Full);
        }
        self.clients.add(
            connection,
            Client {
                outlet,
                peer,
                claims: claims.clone(),
                since,
                joining: tracing::debug_span!(target: TARGET, "join"),
                welcomed: false,
                renegotiate: resume_seq.is_some() && !self.peers.knows(peer),
                commands: Vec::new(),
            },
        );
        self.feed(Input::Connect(Connect {
            connection,
            channel: Channel::Client,
            claims: claims.machine(),
            resume_seq,
            resume_token,
        }));
    }

    /// Whoever came with a token that is revoked by now must sign in again. The seat keeps its grace period.
    pub(super) fn put_out_revoked(&mut self) {
        let revoked: Vec<ConnectionId> = self
            .clients
            .clients
            .iter()
            .filter(|(_, client)| self.shared.revoked.covers(&client.claims))
            .map(|(connection, _)| *connection)
            .collect();
        for connection in revoked {
            self.clients.close(connection, Goodbye::BadToken);
        }
    }

    /// A client's offer: a new media session, or the restart of the one it has.
    pub(super) fn offered(&mut self, connection: ConnectionId, id: CommandId, sdp: String) {
        let Some(client) = self.clients.clients.get(&connection) else {
            return;
        };
        let standing = match self.meeting.standing(connection) {
            Some(standing) if standing.admitted => standing,
            Some(_) => return refuse(&client.outlet, id, RefusalCode::NotAdmitted),
            None => return refuse(&client.outlet, id, RefusalCode::NotConnected),
        };
        let Standing {
            seat, publishes, ..
        } = standing;
        let peer = client.peer;
        for old in self.peers.other_clients(seat, peer) {
            self.shared.end_media(old);
        }
        self.peers.expect(peer, seat, Behind::Client);
        let request = ConnectRequest {
            peer,
            briefing: self.briefing,
            publishes: publishes.then_some(seat),
            views: Some(seat),
            kind: PeerKind::Participant,
            offer: sdp,
            link_kbps: self.plan.links.get(&client.claims.point).copied(),
        };
        let (shared, mailbox, outlet) = (
            Arc::clone(&self.shared),
            self.mailbox.clone(),
            client.outlet.clone(),
        );
        tokio::spawn(async move {
            match shared.connect(request, Some(mailbox)).await {
                Ok(answer) => outlet.send(encode(&ServerMessage::Media {
                    media: MediaNotice::Answer {
                        id,
                        sdp: answer.sdp,
                    },
                })),
                Err(error) => {
                    tracing::info!(%peer, %error, "an offer was refused");
                    refuse(&outlet, id, RefusalCode::MediaRefused);
                }
            }
        });
    }

    /// The client stays without media.
    pub(super) fn stop_media(&mut self, connection: ConnectionId, id: CommandId) {
        let Some(client) = self.clients.clients.get(&connection) else {
            return;
        };
        self.shared.end_media(client.peer);
        client.outlet.send(encode(&ServerMessage::Reply {
            id,
            outcome: Outcome::Done,
        }));
    }
}

fn refuse(outlet: &Outlet, id: CommandId, code: RefusalCode) {
    outlet.send(encode(&ServerMessage::Reply {
        id,
        outcome: Outcome::Refused { code },
    }));
}
