//! A storm: so many points join within ten seconds, each as our web client does.

use super::participant::{Shape, join};
use super::{Hall, Order};
use crate::load::report::Report;
use crate::load::run::verified;
use crate::load::sample::{Window, micros};
use crate::peer::publisher::{Pace, Sending};
use anyhow::{Context as _, Result, bail};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

const WITHIN: Duration = Duration::from_secs(10);
/// Whoever sees nothing after this has failed.
const PATIENCE: Duration = Duration::from_secs(20);
const THUMBNAILS: usize = 9;

/// What our web client offers: microphone, camera in three layers, content; three voices, main, content, thumbnails.
/// Nobody but the chair sends.
fn shape() -> Shape {
    let off = |ssrc| Sending::Off { layers: vec![ssrc] };
    Shape {
        sending: vec![
            Sending::Muted { ssrc: 0x5000_0001 },
            Sending::Off {
                layers: vec![0x5100_0001, 0x5100_0002, 0x5100_0003],
            },
            off(0x5200_0001),
        ],
        voices: 3,
        pictures: 2 + THUMBNAILS,
    }
}

/// The chair speaks, with a modest picture: this is about joining.
fn chair_shape() -> Shape {
    Shape {
        sending: Sending::single(0x5000_0000, 0x5100_0000, Pace::MODEST),
        ..shape()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) async fn run(order: &Order, points: usize) -> Result<Report> {
    let mut hall = Hall::open(order, points)?;
    let chair_session = hall.chair.clone();
    let chair = hall.enter(&chair_session, &chair_shape()).await?;
    hall.keep(chair);
    hall.all_connected().await?;
    let sessions = hall.seats.get(..points).context("too few seats")?.to_vec();
    tokio::time::sleep(Duration::from_secs(1)).await;

    let begin = hall.sample()?;
    let start = Instant::now();
    let interval = WITHIN / u32::try_from(points)?;
    let mut joins = JoinSet::new();
    for (place, session) in (0_u32..).zip(sessions) {
        let number = hall.number();
        let door = hall.door.clone();
        let at = tokio::time::Instant::from_std(start + interval * place);
        joins.spawn(async move {
            sleep_until(at).await;
            join(&door, &session, &shape(), number).await
        });
    }
    let mut failed = 0_usize;
    while let Some(joined) = joins.join_next().await {
        match joined.context("a join was cut off")? {
            Ok(mut guest) => {
                let viewer = guest.member.viewer.take();
                guest.member.viewer = viewer.map(|viewer| viewer.verifying(verified(points)));
                hall.seat(guest)?;
            }
            Err(error) => {
                failed += 1;
                eprintln!("a join failed: {error:#}");
            }
        }
    }
    // The chair sees nobody's picture.
    let expected = points - failed;
    while hall.crowd.seeing() < expected && start.elapsed() < WITHIN + PATIENCE {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    failed += expected - hall.crowd.seeing().min(expected);
    if failed == points {
        bail!("all joins failed");
    }
    let end = hall.sample()?;
    let storm = Window { begin, end };
    // What packets cost when nobody joins, to tell the joins' own cost from that of forwarding meanwhile.
    hall.crowd.measuring(true);
    let begin = hall.sample()?;
    tokio::time::sleep(order.duration()).await;
    let calm = Window {
        begin,
        end: hall.sample()?,
    };
    hall.stop_measuring().await;
    hall.nobody_was_thrown_out()?;
    let memory = hall.memory()?;
    let memory_before = hall.memory_before;
    let outcomes = hall.close().finish()?;
    let during: u64 = outcomes
        .iter()
        .flat_map(|outcome| &outcome.members)
        .map(|member| member.before.packets)
        .sum();
    let mut report = Report {
        watchers: points,
        server_rss_before_kib: memory_before,
        server_rss_after_kib: memory,
        ..Report::default()
    };
    report.gather(&outcomes);
    calm.describe(&mut report, &outcomes);
    let per_packet = report.cpu_us_per_forwarded().unwrap_or_default();
    let total = micros(storm.cpu()) as f64;
    let forwarding = per_packet * during as f64;
    report.details = [
        ("joins", points as f64),
        ("failed_joins", failed as f64),
        ("time_to_first_frame_ms_p50", report.first_frame_ms_p50),
        ("time_to_first_frame_ms_p95", report.first_frame_ms_p95),
        (
            "cpu_ms_per_join",
            (total - forwarding) / 1e3 / points as f64,
        ),
        (
            "cpu_ms_per_join_with_forwarding",
            total / 1e3 / points as f64,
        ),
        ("packets_forwarded_during_storm", during as f64),
        ("storm_seconds", storm.seconds()),
        ("others_busy_during_storm", storm.others_busy()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    Ok(report)
}
