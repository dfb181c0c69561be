//! A bare server around the engine for trying it in browsers: `cargo run -p giaoban-media --example loopback`, then open
//! `http://127.0.0.1:7880/?seat=1&publish=1&view=1`. Everybody is in one briefing; the plan is set with POST /plan.

use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};
use axum::{Json, Router};
use giaoban_media::{ConnectRequest, MediaConfig, MediaEngine, PeerKind};
use giaoban_signaling::ids::{BriefingId, PeerId, SeatId};
use giaoban_signaling::plan::MediaPlan;
use serde::Deserialize;
use std::collections::HashMap;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use uuid::Uuid;

#[derive(Clone)]
struct App {
    engine: MediaEngine,
    revision: Arc<AtomicU64>,
    events: Arc<Mutex<Vec<String>>>,
}

const BRIEFING: BriefingId = BriefingId(Uuid::from_u128(1));

#[derive(Deserialize)]
struct Connect {
    peer: u128,
    seat: u128,
    publish: bool,
    view: bool,
    kind: String,
    offer: String,
    link_kbps: Option<u32>,
}

#[derive(Deserialize)]
struct Plan {
    #[serde(default)]
    floor: Vec<u128>,
    main: Option<u128>,
    content: Option<u128>,
    #[serde(default)]
    strip: Vec<u128>,
}

fn seat(number: u128) -> SeatId {
    SeatId(Uuid::from_u128(number))
}

async fn connect(State(app): State<App>, Json(request): Json<Connect>) -> impl IntoResponse {
    let request = ConnectRequest {
        peer: PeerId(Uuid::from_u128(request.peer)),
        briefing: BRIEFING,
        publishes: request.publish.then(|| seat(request.seat)),
        views: request.view.then(|| seat(request.seat)),
        kind: match request.kind.as_str() {
            "whip" => PeerKind::Whip,
            "whep" => PeerKind::Whep,
            _ => PeerKind::Participant,
        },
        offer: request.offer,
        link_kbps: request.link_kbps,
    };
    match app.engine.connect(request).await {
        Ok(answer) => Ok(answer.sdp),
        Err(error) => Err((
            axum::http::StatusCode::BAD_REQUEST,
            format!("{}: {error}", error.code()),
        )),
    }
}

async fn plan(State(app): State<App>, Json(plan): Json<Plan>) {
    let plan = MediaPlan {
        revision: app.revision.fetch_add(1, Ordering::Relaxed) + 1,
        floor: plan.floor.into_iter().map(seat).collect(),
        main: plan.main.map(seat),
        content: plan.content.map(seat),
        strip: plan.strip.into_iter().map(seat).collect(),
        ..MediaPlan::default()
    };
    app.engine.set_plan(BRIEFING, Arc::new(plan));
}

async fn events(State(app): State<App>, Query(query): Query<HashMap<String, usize>>) -> String {
    let from = query.get("from").copied().unwrap_or(0);
    let events = app.events.lock().unwrap_or_else(PoisonError::into_inner);
    events
        .iter()
        .skip(from)
        .cloned()
        .collect::<Vec<_>>()
        .join("\n")
}

async fn stats(State(app): State<App>) -> String {
    format!("{:#?}", app.engine.stats())
}

async fn disconnect(State(app): State<App>, Query(query): Query<HashMap<String, u128>>) {
    if let Some(peer) = query.get("peer") {
        app.engine.disconnect(PeerId(Uuid::from_u128(*peer)));
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    let mut config = MediaConfig::default();
    if let Ok(listen) = std::env::var("MEDIA_LISTEN") {
        config.listen = listen.parse()?;
    }
    if let Ok(workers) = std::env::var("MEDIA_WORKERS") {
        config.workers = workers.parse()?;
    }
    let (engine, mut events_of_engine) = MediaEngine::start(config)?;
    let app = App {
        engine,
        revision: Arc::default(),
        events: Arc::default(),
    };
    let log = Arc::clone(&app.events);
    tokio::spawn(async move {
        while let Some(event) = events_of_engine.recv().await {
            log.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(format!("{event:?}"));
        }
    });
    let router = Router::new()
        .route("/", get(|| async { Html(include_str!("loopback.html")) }))
        .route("/connect", post(connect))
        .route("/disconnect", post(disconnect))
        .route("/plan", post(plan))
        .route("/events", get(events))
        .route("/stats", get(stats))
        .with_state(app);
    let address = std::env::var("HTTP_LISTEN").unwrap_or_else(|_| "127.0.0.1:7880".to_owned());
    axum::serve(tokio::net::TcpListener::bind(address).await?, router).await?;
    Ok(())
}
