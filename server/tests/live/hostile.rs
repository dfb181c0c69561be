//! Clients that mean harm: half-open, flooding, repeating, out of order. The briefing goes on for the others.

use crate::client::Client;
use crate::site::{Api, CHAIR, PROVINCE, Plan, SECRETARY, Site, commune};
use futures_util::{SinkExt as _, StreamExt as _};
use giaoban_signaling::ids::{BriefingId, CommandId};
use giaoban_signaling::wire::{
    Audience, ClientMessage, Command, Goodbye, Outcome, PROTOCOL, Phase, RefusalCode, ServerMessage,
};
use rand::rngs::StdRng;
use rand::seq::{IndexedRandom as _, SliceRandom as _};
use rand::{Rng as _, SeedableRng as _};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

const HALF_OPEN: usize = 10_000;
/// Each a thousand connections or so, as a botnet would come.
const ADDRESSES: usize = 12;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thousands_of_half_open_connections_keep_nobody_out() {
    giaoban_server::front::open_all_files().unwrap();
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Open).await;
    let mut half_open = Vec::with_capacity(HALF_OPEN);
    for number in 0..HALF_OPEN {
        let mut stream = connect_from(number % ADDRESSES, api.address).await;
        // The beginning of a request, and never its end. The server may have shut the door already.
        let _ = stream
            .write_all(b"GET /api/v1/about HTTP/1.1\r\nHost: x\r\nX-")
            .await;
        half_open.push(stream);
        if number % 1_000 == 0 {
            let answer = api.http.get(api.url("/readyz")).send().await.unwrap();
            assert_eq!(answer.status(), 200, "with {number} half-open connections");
        }
    }
    // Who comes now gets in, and who was in is served.
    chair.done(Command::Start).await;
    let mut province = Client::join(&api, PROVINCE).await;
    province.done(Command::RaiseHand).await;
    // The oldest made room for the others: so many wait as may, no more.
    let most = site.server.app().config.limits.waiting_connections;
    let mut kept = HALF_OPEN;
    for _ in 0..100 {
        kept = 0;
        for stream in &mut half_open {
            kept += usize::from(is_open(stream).await);
        }
        if kept <= most {
            break;
        }
    }
    assert!(kept <= most, "{kept} of {most} are kept waiting");
    assert!(!is_open(&mut half_open[0]).await, "the oldest goes first");
}

async fn connect_from(number: usize, to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    let last = u8::try_from(number + 2).unwrap();
    socket
        .bind(SocketAddr::from((Ipv4Addr::new(127, 0, 0, last), 0)))
        .unwrap();
    socket.connect(to).await.unwrap()
}

async fn is_open(stream: &mut TcpStream) -> bool {
    let mut byte = [0; 64];
    let read = stream.read(&mut byte);
    // What the server has closed is readable at once.
    tokio::time::timeout(std::time::Duration::ZERO, read)
        .await
        .is_err()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_commands_is_refused_and_then_cut_off_and_the_others_go_on() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Open).await;
    let mut flood = Client::join(&api, PROVINCE).await;
    for _ in 0..1_000 {
        let command = Command::SetHeadcount { count: 1 };
        flood.send_command(CommandId(Uuid::new_v4()), command).await;
    }
    let mut too_fast = 0;
    let goodbye = loop {
        match flood.next().await {
            Some(ServerMessage::Goodbye { reason }) => break Some(reason),
            Some(ServerMessage::Reply { outcome, .. }) => {
                let code = RefusalCode::TooFast;
                too_fast += u32::from(outcome == Outcome::Refused { code });
            }
            Some(_) => {}
            None => break None,
        }
    };
    assert!(too_fast > 0);
    assert_eq!(goodbye, Some(Goodbye::BadMessage));
    chair.done(Command::Start).await;
    // It comes back as everybody does, into the same seat.
    let seat = flood.seat();
    let mut back = Client::join(&api, PROVINCE).await;
    assert_eq!(back.seat(), seat);
    back.done(Command::RaiseHand).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_command_that_is_repeated_is_done_once() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Open).await;
    chair.done(Command::Start).await;
    let mut province = Client::join(&api, PROVINCE).await;
    let id = CommandId(Uuid::new_v4());
    let say = Command::Say {
        to: Audience::All,
        text: "một lần".to_owned(),
    };
    for _ in 0..3 {
        province.send_command(id, say.clone()).await;
        assert_eq!(province.outcome(id).await, Outcome::Done);
    }
    // In another window, after a new join, with the same id.
    let mut again = Client::join(&api, PROVINCE).await;
    again.send_command(id, say).await;
    assert_eq!(again.outcome(id).await, Outcome::Done);
    let facts = facts(&site).await;
    let said = facts.iter().filter(|text| text.contains("một lần")).count();
    assert_eq!(said, 1, "{facts:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_speaks_before_the_hello_or_says_it_twice_is_sent_away() {
    let site = Site::start(Plan::default()).await;
    let api = site.api();
    let command = text(&ClientMessage::Command {
        id: CommandId(Uuid::new_v4()),
        command: Command::RaiseHand,
    });
    let deep = "[".repeat(20_000);
    for first in [command.as_str(), "{", "null", "[]", deep.as_str()] {
        let goodbye = raw(&api, &[first]).await;
        assert_eq!(goodbye, Some(Goodbye::BadMessage), "{first:.40}");
    }
    let hello = hello_of(&api, PROVINCE).await;
    let twice = [hello.as_str(), hello.as_str()];
    assert_eq!(raw(&api, &twice).await, Some(Goodbye::BadMessage));
    let hello = hello_of(&api, &commune(1)).await;
    let cut = [hello.as_str(), "{\"type\":\"command\"}"];
    assert_eq!(raw(&api, &cut).await, Some(Goodbye::BadMessage));
    let forged = hello.replace("\"token\":\"", "\"token\":\"x");
    assert_eq!(raw(&api, &[forged.as_str()]).await, Some(Goodbye::BadToken));
}

/// Sixty scripts of a client that mixes, repeats, cuts and invents messages, beside a briefing that goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_order_of_messages_breaks_a_briefing() {
    let site = Site::start(Plan {
        communes: 4,
        lobby: false,
    })
    .await;
    let api = site.api();
    let mut chair = Client::join(&api, CHAIR).await;
    chair.done(Command::Open).await;
    chair.done(Command::Start).await;
    let seat = chair.seat();
    let mut random = StdRng::seed_from_u64(20_261_124);
    for round in 0..60 {
        let who = commune(1 + round % 4);
        let hello = hello_of(&api, &who).await;
        let id = CommandId(Uuid::from_u128(random.random_range(0..20)));
        let commands = [
            Command::RaiseHand,
            Command::LowerHand { seat: None },
            Command::LowerHand { seat: Some(seat) },
            Command::Grant {
                seat,
                limit_seconds: Some(u32::MAX),
                beside: true,
            },
            Command::EndFloor { seat: Some(seat) },
            Command::OpenMic,
            Command::MuteAll,
            Command::Close,
            Command::Remove {
                seat,
                reason: "x".repeat(5_000),
            },
            Command::SetHeadcount { count: u32::MAX },
            Command::ExtendItem { seconds: i32::MIN },
            Command::StartRollCall { seconds: u32::MAX },
            Command::DelegateFloor { to_secretary: true },
            Command::RequestShare,
            Command::StopShare,
            Command::Say {
                to: Audience::All,
                text: "\u{0}".to_owned(),
            },
        ];
        let mut script: Vec<String> = (0..12)
            .filter_map(|_| commands.choose(&mut random))
            .map(|command| {
                text(&ClientMessage::Command {
                    id,
                    command: command.clone(),
                })
            })
            .collect();
        script.shuffle(&mut random);
        script.insert(0, hello);
        if random.random_bool(0.5) {
            let place = random.random_range(0..script.len());
            let cut = random.random_range(0..script[place].len());
            if script[place].is_char_boundary(cut) {
                script[place].truncate(cut);
            }
        }
        let script: Vec<&str> = script.iter().map(String::as_str).collect();
        raw(&api, &script).await;
    }
    // Nobody else's word was taken for the chair's.
    chair.done(Command::ChairMic { on: true }).await;
    assert_eq!(chair.view.phase, Phase::InSession);
    let briefing = BriefingId(site.seeded.briefing);
    let verified = giaoban_server::ledger::verify(site.store(), briefing).await;
    assert!(verified.is_ok(), "{verified:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_briefing_takes_as_many_as_the_operator_says_and_tells_the_next_one() {
    let site = Site::with(Plan::default(), |config| config.limits.participants = 2).await;
    let api = site.api();
    let chair = Client::join(&api, CHAIR).await;
    let token = api.join_token(PROVINCE).await;
    let _secretary = Client::join(&api, SECRETARY).await;
    // Over REST, with the number in a sentence; and with a token from before.
    let answer = api
        .http
        .post(api.of_briefing("join"))
        .bearer_auth(&api.tokens[PROVINCE])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 409);
    let problem: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "briefing_full");
    assert!(
        problem["title"].as_str().unwrap().contains("đã đủ 2 người"),
        "{problem}"
    );
    let refused = Client::hello(&api, token, None).await.err();
    assert_eq!(refused, Some(Goodbye::Full));
    // Whoever was in comes back into its place.
    assert!(chair.come_back(&api).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_has_so_many_windows_and_closing_one_makes_room() {
    let site = Site::with(Plan::default(), |config| {
        config.limits.sockets_per_account = 1;
    })
    .await;
    let api = site.api();
    let child = api.about(site.seeded.child);
    let mut first = Client::join(&api, PROVINCE).await;
    let token = child.join_token(PROVINCE).await;
    let refused = Client::hello(&child, token.clone(), None).await.err();
    assert_eq!(refused, Some(Goodbye::TooMany));
    first.done(Command::Leave).await;
    first.closed().await;
    let mut answer = Err(Goodbye::TooMany);
    // Its place is free when the server has seen the end of the socket too.
    for _ in 0..100 {
        answer = Client::hello(&child, token.clone(), None).await.map(drop);
        if answer != Err(Goodbye::TooMany) {
            break;
        }
    }
    assert_eq!(answer, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_that_asks_too_often_waits_and_no_other_does() {
    let site = Site::with(Plan::default(), |config| {
        config.limits.requests_per_minute = 6;
    })
    .await;
    let api = site.api();
    let ask = |who: &str| {
        let request = api.http.get(api.url("/api/v1/auth/me"));
        request.bearer_auth(&api.tokens[who]).send()
    };
    for _ in 0..6 {
        assert_eq!(ask(PROVINCE).await.unwrap().status(), 200);
    }
    let refused = ask(PROVINCE).await.unwrap();
    assert_eq!(refused.status(), 429);
    let wait: u64 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=11).contains(&wait), "{wait}");
    let problem: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(problem["code"], "too_many_requests");
    let title = problem["title"].as_str().unwrap();
    assert!(
        title.contains(&format!("Thử lại sau {wait} giây")),
        "{title}"
    );
    assert_eq!(ask(CHAIR).await.unwrap().status(), 200);
}

/// What this account says first.
async fn hello_of(api: &Api, username: &str) -> String {
    text(&ClientMessage::Hello {
        protocol: PROTOCOL,
        token: api.join_token(username).await,
        resume: None,
        client: "hostile".to_owned(),
    })
}

fn text(message: &ClientMessage) -> String {
    serde_json::to_string(message).unwrap()
}

/// Says all this on a new socket, whatever is answered. Gives the goodbye, if the server says one.
async fn raw(api: &Api, script: &[&str]) -> Option<Goodbye> {
    let url = format!("ws://{}/api/v1/ws", api.address);
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.unwrap();
    for line in script {
        if socket.send(Message::text(*line)).await.is_err() {
            break;
        }
    }
    let _ = socket.send(Message::Binary(vec![0xff; 8].into())).await;
    while let Some(Ok(message)) = socket.next().await {
        if let Message::Text(text) = message
            && let Ok(ServerMessage::Goodbye { reason }) = serde_json::from_str(&text)
        {
            return Some(reason);
        }
    }
    None
}

/// What the briefing's facts say.
async fn facts(site: &Site) -> Vec<String> {
    let briefing = BriefingId(site.seeded.briefing);
    giaoban_server::rooms::load::entries(site.store(), briefing)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| entry.fact.payload())
        .collect()
}
