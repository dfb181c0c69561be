//! A plenary: every point publishes its camera in three layers and sees the main picture, shared content and nine others.

use super::participant::Shape;
use super::{Hall, Order, Place};
use crate::load::crowd::Crowd;
use crate::load::floor::{Key, Routes};
use crate::load::link::Link;
use crate::load::member::Member;
use crate::load::report::Report;
use crate::load::run::{own_ssrc, wait_for};
use crate::load::sample::{Sample, Window};
use crate::load::socket;
use crate::peer::publisher::{Pace, Publisher, Sending};
use crate::peer::viewer::{Kind, Viewer};
use anyhow::{Context as _, Result};
use giaoban_signaling::wire::Command;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

const THUMBNAILS: usize = 9;
const VOICES: usize = 3;
const WARM_UP: Duration = Duration::from_secs(5);

fn voice(point: usize) -> u32 {
    0x3000_0000 | u32::try_from(point).unwrap_or_default()
}

fn layer(point: usize, layer: usize) -> u32 {
    0x3100_0000 | u32::try_from(point << 8 | layer).unwrap_or_default()
}

fn content(point: usize) -> u32 {
    0x3200_0000 | u32::try_from(point).unwrap_or_default()
}

/// The first point is the chair, which shares content; the first three have the floor.
fn sending(point: usize) -> Vec<Sending> {
    let ssrc = voice(point);
    let mut sending = vec![
        if point < VOICES {
            Sending::Voice { ssrc }
        } else {
            Sending::Muted { ssrc }
        },
        Sending::Picture {
            layers: (0..3)
                .map(|number| (layer(point, number), Pace::LAYERS[number]))
                .collect(),
        },
    ];
    if point == 0 {
        sending.push(Sending::Picture {
            layers: vec![(content(point), Pace::CONTENT)],
        });
    }
    sending
}

pub(super) async fn run(
    order: &Order,
    points: usize,
    announce: impl FnOnce(&Routes) -> Result<()>,
) -> Result<Report> {
    let (window, crowd, memory) = match &order.place {
        Place::Briefing { .. } => meet(order, points).await?,
        Place::Floor(ingress) => floor(order, points, *ingress, announce).await?,
    };
    let outcomes = crowd.finish()?;
    let mut report = Report {
        watchers: points,
        server_rss_before_kib: memory.0,
        server_rss_after_kib: memory.1,
        ..Report::default()
    };
    report.gather(&outcomes);
    window.describe(&mut report, &outcomes);
    Ok(report)
}

type Memory = (Option<u64>, Option<u64>);

async fn meet(order: &Order, points: usize) -> Result<(Window, Crowd, Memory)> {
    let mut hall = Hall::open(order, points)?;
    let mut speakers = Vec::new();
    let mut chair = None;
    for point in 0..points {
        let session = match point {
            0 => hall.chair.clone(),
            other => hall.seats.get(other - 1).context("too few seats")?.clone(),
        };
        let shape = Shape {
            sending: sending(point),
            voices: VOICES,
            pictures: 2 + THUMBNAILS,
        };
        let ws = hall.enter(&session, &shape).await?;
        if point == 0 {
            chair = Some(ws);
            continue;
        }
        if point < VOICES {
            speakers.push(ws.seat());
        }
        hall.keep(ws);
    }
    hall.all_connected().await?;
    let mut chair = chair.context("no chair")?;
    for seat in speakers {
        chair
            .done(Command::Grant {
                seat,
                limit_seconds: None,
                beside: true,
            })
            .await?;
    }
    chair.done(Command::RequestShare).await?;
    hall.keep(chair);
    hall.all_see().await?;
    tokio::time::sleep(WARM_UP).await;
    let window = hall.measure(order.duration()).await?;
    let memory = (hall.memory_before, hall.memory()?);
    Ok((window, hall.close(), memory))
}

/// The same packets to the same viewers: the third point is main and sees the chair instead, thumbnails are the chair,
/// the speakers and then whoever came first.
async fn floor(
    order: &Order,
    points: usize,
    ingress: SocketAddr,
    announce: impl FnOnce(&Routes) -> Result<()>,
) -> Result<(Window, Crowd, Memory)> {
    let main = VOICES.min(points) - 1;
    let mut crowd = Crowd::start(order.threads, points)?;
    let mut routes = Routes::default();
    let mut strip = vec![0];
    strip.extend((1..VOICES.min(points)).rev());
    strip.extend(VOICES..points);
    for viewer in 0..points {
        let shown = if viewer == main { 0 } else { main };
        let mut streams = vec![(Kind::Picture, layer(shown, 2))];
        if viewer != 0 {
            streams.push((Kind::Picture, content(0)));
        }
        let others = strip
            .iter()
            .filter(|seat| **seat != viewer && **seat != shown);
        streams.extend(
            others
                .take(THUMBNAILS)
                .map(|seat| (Kind::Picture, layer(*seat, 0))),
        );
        let voices = (0..VOICES.min(points)).filter(|speaker| *speaker != viewer);
        streams.extend(voices.map(|speaker| (Kind::Voice, voice(speaker))));
        let socket = socket::unconnected()?;
        routes.sinks.push(socket.local_addr()?);
        for (_, stream) in &streams {
            routes.streams.entry(*stream).or_default().push(viewer);
        }
        let now = Instant::now();
        crowd.add(
            Member::new(socket, Link::floor(Key::of(viewer as u64)?)).watching(Viewer::of_streams(
                own_ssrc(viewer),
                &streams,
                now,
            )),
        )?;
    }
    announce(&routes)?;
    for point in 0..points {
        let publisher = Publisher::new(&sending(point), Instant::now());
        crowd.add(
            Member::new(socket::connected(ingress)?, Link::floor(Key::publisher()?))
                .publishing(publisher),
        )?;
    }
    wait_for(&crowd, "the floor's first pictures", || {
        crowd.seeing() == points
    })
    .await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let begin = Sample::take(order.subject, &crowd)?;
    crowd.measuring(true);
    tokio::time::sleep(order.duration()).await;
    let end = Sample::take(order.subject, &crowd)?;
    crowd.measuring(false);
    tokio::time::sleep(Duration::from_millis(300)).await;
    Ok((Window { begin, end }, crowd, (None, None)))
}
