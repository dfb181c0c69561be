//! One client's socket, from its hello to its goodbye.

use super::outlet::{Inlet, Next, outlet};
use super::{Outlet, encode};
use crate::rate::Bucket;
use crate::rooms::{Entrance, Rooms};
use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, close_code};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use giaoban_signaling::wire::{
    ClientMessage, Goodbye, Outcome, PROTOCOL, RefusalCode, ServerMessage,
};
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

/// How long a new socket may take to say who it is.
const HELLO: Duration = Duration::from_secs(10);
const PING: Duration = Duration::from_secs(15);
/// A client answers pings by itself, so whoever is silent this long is not there any more.
const SILENCE: Duration = Duration::from_secs(20);
/// How long one message may take to leave.
const WRITE: Duration = Duration::from_secs(10);
/// How long the goodbye and the closing handshake may take.
const CLOSING: Duration = Duration::from_secs(2);

/// A person presses a few buttons a second at most; a client that returns sends what it kept at once.
const BURST: u32 = 60;
const PER_SECOND: u32 = 20;
/// After so many messages above the rate the socket is closed.
const TOLERATED: u32 = 300;

type Sink = SplitSink<WebSocket, Message>;
type Stream = SplitStream<WebSocket>;

pub(super) async fn serve(socket: WebSocket, rooms: Rooms) {
    let (sink, mut stream) = socket.split();
    let (outlet, inlet) = outlet();
    let writing = tokio::spawn(write(sink, inlet));
    match hello(&mut stream).await {
        Ok(Some(hello)) => meet(&mut stream, &rooms, outlet, hello).await,
        Ok(None) => drop(outlet),
        Err(reason) => say_goodbye(outlet, reason),
    }
    // Reading on lets the closing handshake finish, so that the goodbye isn't lost to a reset.
    let draining = async { while let Some(Ok(_)) = stream.next().await {} };
    let _ = timeout(CLOSING, async { tokio::join!(draining, writing) }).await;
}

fn say_goodbye(outlet: Outlet, reason: Goodbye) {
    outlet.close(reason);
    drop(outlet);
}

/// The first message. `None`: the client left without a word.
async fn hello(stream: &mut Stream) -> Result<Option<Hello>, Goodbye> {
    let first = timeout(HELLO, async {
        loop {
            match stream.next().await {
                Some(Ok(Message::Text(text))) => return Some(text),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                _ => return None,
            }
        }
    });
    let Ok(Some(text)) = first.await else {
        return Ok(None);
    };
    match serde_json::from_str(&text) {
        Ok(ClientMessage::Hello {
            protocol: PROTOCOL,
            token,
            resume,
            client,
        }) => Ok(Some(Hello {
            token,
            resume,
            client,
        })),
        _ => Err(Goodbye::BadMessage),
    }
}

/// What a client says first.
struct Hello {
    token: String,
    resume: Option<giaoban_signaling::wire::Resume>,
    client: String,
}

/// Takes the client to its room and carries its messages there until one of the two has enough.
async fn meet(stream: &mut Stream, rooms: &Rooms, outlet: Outlet, hello: Hello) {
    tracing::debug!(client = %hello.client.escape_debug(), "a client says hello");
    let entrance = match rooms
        .enter(&hello.token, hello.resume, outlet.clone())
        .await
    {
        Ok(entrance) => entrance,
        Err(reason) => return say_goodbye(outlet, reason),
    };
    read(stream, &entrance, &outlet).await;
    entrance.leave().await;
}

async fn read(stream: &mut Stream, entrance: &Entrance, outlet: &Outlet) {
    let mut bucket = Bucket::new(BURST, f64::from(PER_SECOND), Instant::now());
    let mut above = 0_u32;
    let closed = outlet.closed();
    tokio::pin!(closed);
    loop {
        let next = tokio::select! {
            next = timeout(SILENCE, stream.next()) => next,
            () = &mut closed => return,
        };
        let text = match next {
            Ok(Some(Ok(Message::Text(text)))) => text,
            Ok(Some(Ok(Message::Ping(_) | Message::Pong(_)))) => continue,
            Ok(Some(Ok(Message::Binary(_)) | Err(_))) => {
                outlet.close(Goodbye::BadMessage);
                return;
            }
            // Closed by the client, or silent for too long.
            Ok(Some(Ok(Message::Close(_))) | None) | Err(_) => return,
        };
        let Ok(message) = serde_json::from_str::<ClientMessage>(&text) else {
            outlet.close(Goodbye::BadMessage);
            return;
        };
        if !bucket.take(Instant::now()) {
            above += 1;
            if above > TOLERATED {
                outlet.close(Goodbye::BadMessage);
                return;
            }
            if let ClientMessage::Command { id, .. } | ClientMessage::Media { id, .. } = message {
                outlet.send(encode(&ServerMessage::Reply {
                    id,
                    outcome: Outcome::Refused {
                        code: RefusalCode::TooFast,
                    },
                }));
            }
            continue;
        }
        match message {
            ClientMessage::Ping { n } => outlet.send(encode(&ServerMessage::Pong {
                n,
                now: entrance.now(),
            })),
            ClientMessage::Command { id, command } => entrance.command(id, command).await,
            ClientMessage::Media { id, media } => entrance.media(id, media).await,
            ClientMessage::Hello { .. } => {
                outlet.close(Goodbye::BadMessage);
                return;
            }
        }
    }
}

/// Sends what the room says, and pings, until the goodbye.
async fn write(mut sink: Sink, mut inlet: Inlet) {
    let mut pings = interval_at(Instant::now() + PING, PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let message = tokio::select! {
            next = inlet.next() => match next {
                Next::Send(text) => Message::Text(text),
                Next::Close(reason) => return close(sink, reason).await,
                Next::Gone => return,
            },
            _ = pings.tick() => Message::Ping(Bytes::new()),
        };
        tokio::select! {
            sent = timeout(WRITE, sink.send(message)) => {
                if !matches!(sent, Ok(Ok(()))) {
                    return;
                }
            }
            () = Inlet::too_slow(inlet.goodbyes()) => return close(sink, Goodbye::TooSlow).await,
        }
    }
}

async fn close(mut sink: Sink, reason: Goodbye) {
    let goodbye = encode(&ServerMessage::Goodbye { reason });
    let code = match reason {
        Goodbye::Restarting => close_code::RESTART,
        Goodbye::BadMessage
        | Goodbye::BadToken
        | Goodbye::TooSlow
        | Goodbye::Full
        | Goodbye::TooMany => close_code::POLICY,
        Goodbye::Replaced
        | Goodbye::Removed
        | Goodbye::Refused
        | Goodbye::Left
        | Goodbye::Ended => close_code::NORMAL,
    };
    let frame = CloseFrame {
        code,
        reason: Utf8Bytes::default(),
    };
    let _ = timeout(CLOSING, async {
        sink.send(Message::Text(goodbye)).await?;
        sink.send(Message::Close(Some(frame))).await
    })
    .await;
}
