//! A client of the WebSocket protocol that keeps what it was told.

use crate::site::Api;
use futures_util::{SinkExt, StreamExt};
use giaoban_signaling::ids::{CommandId, SeatId};
use giaoban_signaling::wire::{
    Change, ClientMessage, Command, Goodbye, MediaNotice, MediaRequest, Outcome, PROTOCOL, Resume,
    ServerMessage, View,
};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use uuid::Uuid;

/// Nothing that a test waits for takes this long unless it never comes.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub(crate) view: View,
    pub(crate) seq: u64,
    pub(crate) resume: String,
    pub(crate) media: Vec<MediaNotice>,
    /// Whether the server sent only what changed.
    pub(crate) resumed: bool,
    token: String,
}

impl Client {
    /// Joins over REST and says hello.
    pub(crate) async fn join(api: &Api, username: &str) -> Self {
        let token = api.join_token(username).await;
        Self::hello(api, token, None)
            .await
            .expect("the client should be let in")
    }

    /// Comes back with what it knows.
    pub(crate) async fn come_back(self, api: &Api) -> Result<Self, Goodbye> {
        let resume = Resume {
            token: self.resume.clone(),
            seq: self.seq,
        };
        Self::hello(api, self.token.clone(), Some((resume, self.view))).await
    }

    pub(crate) async fn hello(
        api: &Api,
        token: String,
        known: Option<(Resume, View)>,
    ) -> Result<Self, Goodbye> {
        let mut socket = connect(api).await;
        let (resume, view) = known.unzip();
        let hello = ClientMessage::Hello {
            protocol: PROTOCOL,
            token: token.clone(),
            resume,
            client: "test".to_owned(),
        };
        send(&mut socket, &hello).await;
        match receive(&mut socket).await {
            Some(ServerMessage::Welcome {
                resume, seq, view, ..
            }) => Ok(Self {
                socket,
                view: *view,
                seq,
                resume,
                media: Vec::new(),
                resumed: false,
                token,
            }),
            Some(ServerMessage::Resumed {
                resume,
                seq,
                changes,
                ..
            }) => {
                let mut client = Self {
                    socket,
                    view: view.expect("only who was there resumes"),
                    seq,
                    resume,
                    media: Vec::new(),
                    resumed: true,
                    token,
                };
                client.apply(changes);
                Ok(client)
            }
            Some(ServerMessage::Goodbye { reason }) => Err(reason),
            other => panic!("not an answer to hello: {other:?}"),
        }
    }

    pub(crate) fn seat(&self) -> SeatId {
        self.view.me.label.seat
    }

    /// Sends a command and waits for its outcome.
    pub(crate) async fn command(&mut self, command: Command) -> Outcome {
        let id = CommandId(Uuid::new_v4());
        self.send_command(id, command).await;
        self.outcome(id).await
    }

    pub(crate) async fn done(&mut self, command: Command) {
        let outcome = self.command(command.clone()).await;
        assert_eq!(outcome, Outcome::Done, "{command:?}");
    }

    pub(crate) async fn send_command(&mut self, id: CommandId, command: Command) {
        send(&mut self.socket, &ClientMessage::Command { id, command }).await;
    }

    pub(crate) async fn offer(&mut self, sdp: &str) -> CommandId {
        let id = CommandId(Uuid::new_v4());
        let media = MediaRequest::Offer {
            sdp: sdp.to_owned(),
        };
        send(&mut self.socket, &ClientMessage::Media { id, media }).await;
        id
    }

    pub(crate) async fn outcome(&mut self, id: CommandId) -> Outcome {
        loop {
            match self.next().await {
                Some(ServerMessage::Reply { id: of, outcome }) if of == id => return outcome,
                Some(ServerMessage::Goodbye { reason }) => panic!("goodbye: {reason:?}"),
                Some(_) => {}
                None => panic!("closed before the reply"),
            }
        }
    }

    /// Reads until the view is as wanted.
    pub(crate) async fn until(&mut self, what: &str, wanted: impl Fn(&View) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !wanted(&self.view) {
            let Ok(told) = timeout_at(deadline, self.next()).await else {
                panic!("waited in vain until {what}: {:#?}", self.view)
            };
            assert!(told.is_some(), "closed while waiting until {what}");
        }
    }

    pub(crate) async fn until_media(&mut self, what: &str, wanted: impl Fn(&MediaNotice) -> bool) {
        while !self.media.iter().any(&wanted) {
            assert!(
                self.next().await.is_some(),
                "closed while waiting for {what}"
            );
        }
    }

    /// Reads until the server says goodbye.
    pub(crate) async fn goodbye(&mut self) -> Goodbye {
        loop {
            match self.next().await {
                Some(ServerMessage::Goodbye { reason }) => return reason,
                Some(_) => {}
                None => panic!("closed without a goodbye"),
            }
        }
    }

    /// Waits until the socket is closed, however.
    pub(crate) async fn closed(&mut self) {
        while self.next().await.is_some() {}
    }

    /// Applies the next message to the view. `None`: closed.
    pub(crate) async fn next(&mut self) -> Option<ServerMessage> {
        let message = receive(&mut self.socket).await?;
        match &message {
            ServerMessage::Update { seq, changes, .. } => {
                self.seq = *seq;
                self.apply(changes.clone());
            }
            ServerMessage::Welcome { seq, view, .. } => {
                self.seq = *seq;
                self.view = (**view).clone();
            }
            ServerMessage::Media { media } => self.media.push(media.clone()),
            _ => {}
        }
        Some(message)
    }

    fn apply(&mut self, changes: Vec<Change>) {
        for change in changes {
            self.view.apply(change);
        }
    }
}

pub(crate) async fn connect(api: &Api) -> WebSocketStream<MaybeTlsStream<TcpStream>> {
    let url = format!("ws://{}/api/v1/ws", api.address);
    tokio_tungstenite::connect_async(url).await.unwrap().0
}

async fn send(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>, message: &ClientMessage) {
    let text = serde_json::to_string(message).unwrap();
    // A server that has gone meanwhile is noticed by what is read next.
    let _ = socket.send(Message::text(text)).await;
}

pub(crate) async fn receive(
    socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>,
) -> Option<ServerMessage> {
    loop {
        let next = timeout(PATIENCE, socket.next())
            .await
            .expect("nothing came for too long");
        match next {
            Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).unwrap()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
            Some(Ok(_)) => {}
        }
    }
}
