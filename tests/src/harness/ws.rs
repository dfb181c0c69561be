//! A participant's WebSocket, spoken with the protocol's own types.

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use giaoban_signaling::ids::{CommandId, SeatId};
use giaoban_signaling::wire::{
    Change, ClientMessage, Command, MediaNotice, MediaRequest, Outcome, PROTOCOL, RefusalCode,
    Resume, ServerMessage, View,
};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(10);

/// What a client must keep to come back as the same seat.
#[derive(Clone, Debug)]
pub struct Returning {
    pub url: String,
    pub token: String,
    pub resume: Resume,
    pub seat: SeatId,
}

/// One connection. Updates are applied to [`WsClient::view`] whenever something is awaited.
pub struct WsClient {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    url: String,
    token: String,
    resume: String,
    seq: u64,
    /// Known after `welcome`; after `resumed` only what changed since is added to the view that was passed in.
    view: View,
    /// Media notices that nobody has taken yet.
    notices: Vec<MediaNotice>,
}

impl WsClient {
    /// Connects and says hello as somebody new.
    pub async fn connect(url: &str, token: &str) -> Result<Self> {
        let mut socket = open(url).await?;
        send(&mut socket, &hello(token, None)).await?;
        match receive(&mut socket).await? {
            ServerMessage::Welcome {
                resume, seq, view, ..
            } => Ok(Self {
                socket,
                url: url.to_owned(),
                token: token.to_owned(),
                resume,
                seq,
                view: *view,
                notices: Vec::new(),
            }),
            other => bail!("not welcomed: {other:?}"),
        }
    }

    /// Comes back with what a lost connection knew. `view` is the last one it had.
    pub async fn come_back(from: &Returning, view: View) -> Result<Self> {
        let mut socket = open(&from.url).await?;
        send(&mut socket, &hello(&from.token, Some(from.resume.clone()))).await?;
        let mut client = Self {
            socket,
            url: from.url.clone(),
            token: from.token.clone(),
            resume: from.resume.token.clone(),
            seq: from.resume.seq,
            view,
            notices: Vec::new(),
        };
        match receive(&mut client.socket).await? {
            ServerMessage::Resumed {
                resume,
                seq,
                changes,
                ..
            } => {
                client.resume = resume;
                client.seq = seq;
                client.apply(changes);
            }
            ServerMessage::Welcome {
                resume, seq, view, ..
            } => {
                client.resume = resume;
                client.seq = seq;
                client.view = *view;
            }
            other => bail!("not let in again: {other:?}"),
        }
        Ok(client)
    }

    /// What is needed to come back after the socket is gone.
    #[must_use]
    pub fn returning(&self) -> Returning {
        Returning {
            url: self.url.clone(),
            token: self.token.clone(),
            resume: Resume {
                token: self.resume.clone(),
                seq: self.seq,
            },
            seat: self.seat(),
        }
    }

    #[must_use]
    pub fn view(&self) -> &View {
        &self.view
    }

    #[must_use]
    pub fn seat(&self) -> SeatId {
        self.view.me.label.seat
    }

    #[must_use]
    pub fn seq(&self) -> u64 {
        self.seq
    }

    /// Sends a command and waits for its reply. A refusal is the inner error.
    pub async fn command(
        &mut self,
        command: Command,
    ) -> Result<std::result::Result<(), RefusalCode>> {
        self.command_as(CommandId(Uuid::new_v4()), command).await
    }

    /// The same under an id of one's own: whoever did not hear the reply sends it again under the same.
    pub async fn command_as(
        &mut self,
        id: CommandId,
        command: Command,
    ) -> Result<std::result::Result<(), RefusalCode>> {
        send(&mut self.socket, &ClientMessage::Command { id, command }).await?;
        self.reply(id).await
    }

    /// Sends a command that must be carried out.
    pub async fn done(&mut self, command: Command) -> Result<()> {
        let text = format!("{command:?}");
        match self.command(command).await? {
            Ok(()) => Ok(()),
            Err(code) => bail!("{text} was refused: {code:?}"),
        }
    }

    async fn reply(&mut self, wanted: CommandId) -> Result<std::result::Result<(), RefusalCode>> {
        loop {
            match self.next().await? {
                ServerMessage::Reply { id, outcome } if id == wanted => {
                    return Ok(match outcome {
                        Outcome::Done => Ok(()),
                        Outcome::Refused { code } => Err(code),
                    });
                }
                _ => {}
            }
        }
    }

    /// Sends an offer and waits for the answer.
    pub async fn offer(&mut self, sdp: String) -> Result<String> {
        let wanted = CommandId(Uuid::new_v4());
        let media = MediaRequest::Offer { sdp };
        send(
            &mut self.socket,
            &ClientMessage::Media { id: wanted, media },
        )
        .await?;
        loop {
            match self.next().await? {
                ServerMessage::Media {
                    media: MediaNotice::Answer { id, sdp },
                } if id == wanted => return Ok(sdp),
                ServerMessage::Reply {
                    id,
                    outcome: Outcome::Refused { code },
                } if id == wanted => bail!("the offer was refused: {code:?}"),
                _ => {}
            }
        }
    }

    /// Reads until the view is as wanted.
    pub async fn until(&mut self, what: &str, holds: impl Fn(&View) -> bool) -> Result<()> {
        let begin = tokio::time::Instant::now();
        while !holds(&self.view) {
            if begin.elapsed() > PATIENCE {
                bail!("waited in vain for: {what}");
            }
            self.next()
                .await
                .with_context(|| format!("while waiting for: {what}"))?;
        }
        Ok(())
    }

    /// Takes the media notices that have come, oldest first.
    pub fn take_notices(&mut self) -> Vec<MediaNotice> {
        std::mem::take(&mut self.notices)
    }

    /// Reads until a media notice is as wanted; earlier ones count.
    pub async fn until_notice(
        &mut self,
        what: &str,
        wanted: impl Fn(&MediaNotice) -> bool,
    ) -> Result<MediaNotice> {
        let begin = tokio::time::Instant::now();
        loop {
            if let Some(place) = self.notices.iter().position(&wanted) {
                return Ok(self.notices.remove(place));
            }
            if begin.elapsed() > PATIENCE {
                bail!("waited in vain for the notice: {what}");
            }
            self.next()
                .await
                .with_context(|| format!("while waiting for the notice: {what}"))?;
        }
    }

    /// Reads for a while, so that the view is up to date.
    pub async fn settle(&mut self, duration: Duration) -> Result<()> {
        let until = tokio::time::Instant::now() + duration;
        while let Ok(read) = tokio::time::timeout_at(until, self.next()).await {
            read?;
        }
        Ok(())
    }

    /// Reads one message and applies it.
    pub async fn next(&mut self) -> Result<ServerMessage> {
        let message = receive(&mut self.socket).await?;
        match &message {
            ServerMessage::Update { seq, changes, .. } => {
                self.seq = *seq;
                self.apply(changes.clone());
            }
            ServerMessage::Media { media } => self.notices.push(media.clone()),
            _ => {}
        }
        Ok(message)
    }

    fn apply(&mut self, changes: Vec<Change>) {
        for change in changes {
            self.view.apply(change);
        }
    }

    /// Reads on, so that the socket stays open, until `until` comes or the server closes it.
    pub async fn stay(mut self, until: impl Future<Output = ()>) -> Result<Self> {
        tokio::pin!(until);
        loop {
            tokio::select! {
                () = &mut until => return Ok(self),
                frame = self.socket.next() => match frame {
                    Some(Ok(Message::Close(why))) => bail!("the server closed the connection: {why:?}"),
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Err(error).context("the connection broke"),
                    None => bail!("the server closed the connection"),
                },
            }
        }
    }

    /// Closes the socket without leaving the briefing.
    pub async fn close(mut self) {
        let _ = self.socket.close(None).await;
    }
}

fn hello(token: &str, resume: Option<Resume>) -> ClientMessage {
    ClientMessage::Hello {
        protocol: PROTOCOL,
        token: token.to_owned(),
        resume,
        client: "giaoban-tests".to_owned(),
    }
}

async fn open(url: &str) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>> {
    let (socket, _) = timeout(PATIENCE, connect_async(url))
        .await
        .context("connecting takes too long")?
        .with_context(|| format!("connecting to {url}"))?;
    Ok(socket)
}

async fn send(
    socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>,
    message: &ClientMessage,
) -> Result<()> {
    let text = serde_json::to_string(message).context("writing a message")?;
    socket
        .send(Message::text(text))
        .await
        .context("sending to the server")
}

async fn receive(socket: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Result<ServerMessage> {
    loop {
        let frame = timeout(PATIENCE, socket.next())
            .await
            .context("the server says nothing")?
            .context("the server closed the connection")?
            .context("the connection broke")?;
        match frame {
            Message::Text(text) => {
                return serde_json::from_str(&text)
                    .with_context(|| format!("a message we cannot read: {text}"));
            }
            Message::Close(why) => bail!("the server closed the connection: {why:?}"),
            _ => {}
        }
    }
}
