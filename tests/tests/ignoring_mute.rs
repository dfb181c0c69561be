//! A microphone without the floor is not forwarded, whatever its client sends.

#[path = "independent/connection.rs"]
mod connection;
#[path = "independent/participant.rs"]
mod participant;

use anyhow::Result;
use giaoban_signaling::wire::{Command, MediaNotice};
use giaoban_tests::harness::{Server, server};
use participant::Participant;
use std::time::Duration;

const WINDOW: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_ignores_every_mute_is_heard_only_while_it_has_the_floor() -> Result<()> {
    let server = Server::start(server::Options::default()).await?;
    let base = server.url("");
    let mut chair = Participant::join(&base, "chutri").await?;
    let mut province = Participant::join(&base, "tinh1").await?;
    let mut listener = Participant::join(&base, "tinh2").await?;
    let seat = province.ws.seat();
    province.speak_regardless().await?;

    let before = listener.count_marked(WINDOW).await?;
    assert_eq!(before, 0, "heard before the grant");

    chair
        .ws
        .done(Command::Grant {
            seat,
            limit_seconds: None,
            beside: false,
        })
        .await?;
    province
        .ws
        .until_notice("the microphone is forwarded", |notice| {
            matches!(notice, MediaNotice::MicForwarded { forwarded: true })
        })
        .await?;
    let during = listener.count_marked(WINDOW).await?;
    assert!(during >= 90, "only {during} of 100 packets with the floor");

    chair
        .ws
        .done(Command::EndFloor { seat: Some(seat) })
        .await?;
    province
        .ws
        .until_notice("the microphone is no longer forwarded", |notice| {
            matches!(notice, MediaNotice::MicForwarded { forwarded: false })
        })
        .await?;
    // Whatever had left the server before the grant ended has arrived by now.
    listener.ws.settle(Duration::from_millis(200)).await?;
    let after = listener.count_marked(WINDOW).await?;
    assert_eq!(after, 0, "heard after the floor ended");

    chair
        .ws
        .done(Command::Grant {
            seat,
            limit_seconds: None,
            beside: false,
        })
        .await?;
    listener.ws.settle(Duration::from_millis(500)).await?;
    chair.ws.done(Command::MuteAll).await?;
    listener.ws.settle(Duration::from_millis(300)).await?;
    let muted = listener.count_marked(WINDOW).await?;
    assert_eq!(muted, 0, "heard after mute all");

    println!(
        "packets heard in {WINDOW:?}: {before} before the grant, {during} with the floor, {after} after it ended, \
         {muted} after mute all"
    );
    chair.close().await;
    province.close().await;
    listener.close().await;
    server.stop()
}
