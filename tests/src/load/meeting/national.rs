//! The national briefing: a chair, 34 provinces, and communes that hear at most three voices and see one main picture of
//! 300 kbps. Communes are added until the server uses its share of the CPU that is left to it: of all cores, what neither
//! this process nor others use.

use super::participant::Shape;
use super::{Hall, Order, Place};
use crate::harness::country::PROVINCES;
use crate::load::crowd::Crowd;
use crate::load::floor::{Key, Routes};
use crate::load::link::Link;
use crate::load::member::Member;
use crate::load::report::Report;
use crate::load::run::{own_ssrc, verified, wait_for};
use crate::load::sample::{Sample, Window, cores};
use crate::load::socket;
use crate::peer::publisher::{Pace, Publisher, Sending};
use crate::peer::viewer::{Kind, Viewer};
use anyhow::{Context as _, Result, bail};
use giaoban_signaling::wire::Command;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Share of the CPU that is left to the server.
const SHARE: f64 = 0.70;
/// Near enough not to look further.
const NEAR: f64 = 0.03;
const FIRST: usize = 600;
const STEP: Duration = Duration::from_secs(2);
const SETTLE: Duration = Duration::from_millis(1_500);
const SPEAKERS: usize = 3;

fn voice(point: usize) -> u32 {
    0x4000_0000 | u32::try_from(point).unwrap_or_default()
}

fn camera(point: usize) -> u32 {
    0x4100_0000 | u32::try_from(point).unwrap_or_default()
}

/// The chair (0) and the provinces send pictures; the chair and two provinces speak.
fn sending(point: usize) -> Vec<Sending> {
    let ssrc = voice(point);
    vec![
        if point < SPEAKERS {
            Sending::Voice { ssrc }
        } else {
            Sending::Muted { ssrc }
        },
        Sending::Picture {
            layers: vec![(camera(point), Pace::MODEST)],
        },
    ]
}

fn shape(point: usize) -> Shape {
    Shape {
        sending: if point <= PROVINCES {
            sending(point)
        } else {
            vec![Sending::Muted { ssrc: voice(point) }]
        },
        voices: SPEAKERS,
        pictures: 1,
    }
}

pub(super) async fn run(
    order: &Order,
    announce: impl FnOnce(&Routes) -> Result<()>,
) -> Result<Report> {
    match &order.place {
        Place::Briefing { .. } => meet(order).await,
        Place::Floor(ingress) => floor(order, *ingress, announce).await,
    }
}

/// What the server used of what was left to it.
fn share_of_rest(window: &Window) -> f64 {
    let total = window.seconds() * cores();
    let others = window.others_busy() * total;
    let left = total - window.own_cpu().as_secs_f64() - others;
    window.cpu().as_secs_f64() / left.max(0.01)
}

async fn meet(order: &Order) -> Result<Report> {
    let mut hall = Hall::open(order, order.viewers.max(FIRST))?;
    let chair_session = hall.chair.clone();
    let mut chair = hall.enter(&chair_session, &shape(0)).await?;
    let mut speakers = Vec::new();
    for province in 1..=PROVINCES {
        let session = hall.seats[province - 1].clone();
        let ws = hall.enter(&session, &shape(province)).await?;
        if province < SPEAKERS {
            speakers.push(ws.seat());
        }
        hall.keep(ws);
    }
    hall.all_connected().await?;
    for seat in speakers {
        chair
            .done(Command::Grant {
                seat,
                limit_seconds: None,
                beside: true,
            })
            .await?;
    }
    hall.keep(chair);
    let mut communes = 0;
    let mut target = FIRST;
    let before_search = Instant::now();
    let window = loop {
        let most = hall.seats.len() - PROVINCES;
        target = target.min(most);
        let from = PROVINCES + communes;
        let new = hall.seats[from..PROVINCES + target].to_vec();
        hall.enter_all(&new, &shape(usize::MAX >> 8)).await?;
        communes = target;
        hall.all_see().await?;
        tokio::time::sleep(SETTLE).await;
        let window = hall.measure(STEP).await?;
        let share = share_of_rest(&window);
        eprintln!(
            "{communes} communes: the server uses {:.0} % of the CPU left to it",
            share * 100.0
        );
        let enough = share >= SHARE - NEAR || communes == most;
        if enough {
            break hall.measure(order.duration()).await?;
        }
        target = next(communes, share);
    };
    let share = share_of_rest(&window);
    let memory = hall.memory()?;
    let (memory_before, points) = (hall.memory_before, communes + PROVINCES + 1);
    let outcomes = hall.close().finish()?;
    let mut report = Report {
        watchers: points,
        server_rss_before_kib: memory_before,
        server_rss_after_kib: memory,
        ..Report::default()
    };
    report.gather(&outcomes);
    window.describe(&mut report, &outcomes);
    let details = [
        ("points", f64::from(u32::try_from(points)?)),
        ("share_of_cpu_left_to_server", share),
        (
            "points_at_70_percent",
            f64::from(u32::try_from(points)?) * SHARE / share.max(0.01),
        ),
        (
            "cpu_left_to_server_cores",
            window.cpu().as_secs_f64() / window.seconds() / share.max(0.01),
        ),
        ("search_seconds", before_search.elapsed().as_secs_f64()),
    ];
    report.details = details.map(|(name, value)| (name.to_owned(), value)).into();
    Ok(report)
}

/// How many communes to try next, if so many used this share: a little less than a straight line says.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "some thousands"
)]
fn next(communes: usize, share: f64) -> usize {
    // The generator's own part grows with them, so that less is left.
    let factor = (SHARE / share.max(0.05)).powf(0.75).clamp(1.03, 1.5);
    (communes as f64 * factor) as usize
}

async fn floor(
    order: &Order,
    ingress: SocketAddr,
    announce: impl FnOnce(&Routes) -> Result<()>,
) -> Result<Report> {
    if order.viewers == 0 {
        bail!("no viewers");
    }
    let mut crowd = Crowd::start(order.threads, order.viewers)?;
    let mut routes = Routes::default();
    // Whoever has the floor last is the main picture.
    let mut streams = vec![(Kind::Picture, camera(SPEAKERS - 1))];
    streams.extend((0..SPEAKERS).map(|speaker| (Kind::Voice, voice(speaker))));
    for viewer in 0..order.viewers {
        let socket = socket::unconnected()?;
        routes.sinks.push(socket.local_addr()?);
        let seen = Viewer::of_streams(own_ssrc(viewer), &streams, Instant::now());
        crowd.add(
            Member::new(socket, Link::floor(Key::of(viewer as u64)?))
                .watching(seen.verifying(verified(order.viewers))),
        )?;
    }
    for (_, stream) in &streams {
        routes.streams.insert(*stream, (0..order.viewers).collect());
    }
    announce(&routes)?;
    for point in 0..=PROVINCES {
        let publisher = Publisher::new(&sending(point), Instant::now());
        crowd.add(
            Member::new(socket::connected(ingress)?, Link::floor(Key::publisher()?))
                .publishing(publisher),
        )?;
    }
    wait_for(&crowd, "the floor's first pictures", || {
        crowd.seeing() == order.viewers
    })
    .await
    .with_context(|| format!("{} of {} see", crowd.seeing(), order.viewers))?;
    tokio::time::sleep(SETTLE).await;
    let begin = Sample::take(order.subject, &crowd)?;
    crowd.measuring(true);
    tokio::time::sleep(order.duration()).await;
    let end = Sample::take(order.subject, &crowd)?;
    crowd.measuring(false);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let outcomes = crowd.finish()?;
    let mut report = Report {
        watchers: order.viewers,
        ..Report::default()
    };
    report.gather(&outcomes);
    Window { begin, end }.describe(&mut report, &outcomes);
    Ok(report)
}
