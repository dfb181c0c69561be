//! Grants of the floor, one after another: how long until the others see the new speaker, and what they see meanwhile.

use super::participant::Shape;
use super::{Hall, Order};
use crate::load::report::Report;
use crate::load::sample::Window;
use crate::peer::publisher::{Pace, Sending};
use crate::peer::stamp::wall_nanoseconds;
use anyhow::{Context as _, Result};
use giaoban_signaling::wire::Command;
use std::time::Duration;

/// Between the publishers and the server, there and back.
const ROUND_TRIP: Duration = Duration::from_millis(40);
const SPEAKERS: usize = 4;
const VIEWERS: usize = 8;
const THUMBNAILS: usize = 4;
/// Longer than an encoder's pause between two key frames.
const INTERVAL: Duration = Duration::from_millis(450);
const WARM_UP: Duration = Duration::from_secs(4);

fn layer(speaker: usize, number: usize) -> u32 {
    0x6100_0000 | u32::try_from(speaker << 8 | number).unwrap_or_default()
}

fn shape(speaker: Option<usize>) -> Shape {
    let ssrc = 0x6000_0000 | u32::try_from(speaker.unwrap_or(0xff)).unwrap_or_default();
    Shape {
        sending: match speaker {
            Some(speaker) => vec![
                Sending::Voice { ssrc },
                Sending::Picture {
                    layers: (0..3)
                        .map(|number| (layer(speaker, number), Pace::LAYERS[number]))
                        .collect(),
                },
            ],
            None => vec![Sending::Muted { ssrc }],
        },
        voices: 3,
        pictures: 2 + THUMBNAILS,
    }
}

struct Grant {
    at: u64,
    speaker: usize,
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
pub(super) async fn run(order: &Order, grants: usize) -> Result<Report> {
    let mut hall = Hall::open(order, SPEAKERS + VIEWERS)?;
    let session = hall.chair.clone();
    let mut chair = hall
        .enter_from(&session, &shape(Some(SPEAKERS)), ROUND_TRIP)
        .await?;
    let mut seats = Vec::new();
    for speaker in 0..SPEAKERS {
        let session = hall.seats[speaker].clone();
        let ws = hall
            .enter_from(&session, &shape(Some(speaker)), ROUND_TRIP)
            .await?;
        seats.push(ws.seat());
        hall.keep(ws);
    }
    let viewers = hall
        .seats
        .get(SPEAKERS..SPEAKERS + VIEWERS)
        .context("too few seats")?
        .to_vec();
    hall.enter_all(&viewers, &shape(None)).await?;
    hall.all_connected().await?;
    hall.all_see().await?;
    chair.settle(WARM_UP).await?;

    let begin = hall.sample()?;
    hall.crowd.measuring(true);
    let mut given = Vec::with_capacity(grants);
    for number in 0..grants {
        let speaker = number % SPEAKERS;
        given.push(Grant {
            at: wall_nanoseconds(),
            speaker,
        });
        chair
            .done(Command::Grant {
                seat: seats[speaker],
                limit_seconds: None,
                beside: false,
            })
            .await?;
        chair.settle(INTERVAL).await?;
    }
    chair.settle(Duration::from_secs(1)).await?;
    let end = hall.sample()?;
    hall.stop_measuring().await;
    hall.nobody_was_thrown_out()?;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let outcomes = hall.close().finish()?;
    let mut report = Report {
        watchers: VIEWERS,
        ..Report::default()
    };
    report.gather(&outcomes);
    Window { begin, end }.describe(&mut report, &outcomes);

    let (mut delays, mut missed, mut errors) = (Vec::new(), 0_usize, 0);
    let mut freeze = Duration::ZERO;
    let pure_viewers = outcomes
        .iter()
        .skip(1)
        .flat_map(|outcome| &outcome.members)
        .filter_map(|member| member.viewer.as_ref());
    for viewer in pure_viewers {
        let main = viewer.main().context("no main picture")?;
        freeze = freeze.max(viewer.longest_gap());
        errors += main.picture_jumps + main.timestamp_jumps + main.sequence.missing_count();
        for (place, grant) in given.iter().enumerate() {
            let until = given.get(place + 1).map_or(u64::MAX, |next| next.at);
            let first = main.shown.iter().find(|shown| {
                (grant.at..until).contains(&shown.at)
                    && (0..3).any(|number| layer(grant.speaker, number) == shown.stream)
            });
            match first {
                Some(shown) => delays.push((shown.at - grant.at) as f64 / 1e6),
                None => missed += 1,
            }
        }
    }
    delays.sort_by(f64::total_cmp);
    let quantile = |share: usize| {
        let place = (delays.len() * share).div_ceil(100).max(1) - 1;
        delays.get(place).copied().unwrap_or(f64::INFINITY)
    };
    report.details = [
        ("grants", grants as f64),
        ("switches_seen", delays.len() as f64),
        ("switches_missed", missed as f64),
        ("grant_to_key_frame_ms_p50", quantile(50)),
        ("grant_to_key_frame_ms_p95", quantile(95)),
        ("grant_to_key_frame_ms_max", quantile(100)),
        ("decoder_errors", errors as f64),
        ("longest_freeze_ms", freeze.as_secs_f64() * 1e3),
        ("publisher_rtt_ms", ROUND_TRIP.as_secs_f64() * 1e3),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    Ok(report)
}
