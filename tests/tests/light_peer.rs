//! The load generator's own peer against a full stack that isn't ours, without the server.

#[path = "independent/connection.rs"]
mod connection;

use anyhow::{Context as _, Result};
use connection::{Heard, connection};
use giaoban_tests::load::link::Link;
use giaoban_tests::load::shared::Shared;
use giaoban_tests::load::{socket, source};
use giaoban_tests::peer::dtls::Identity;
use giaoban_tests::peer::publisher::{Pace, Publisher};
use giaoban_tests::peer::sdp::{Answer, Credentials, Streams, publisher_offer};
use giaoban_tests::peer::transport::Transport;
use rtc::peer_connection::sdp::RTCSessionDescription;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_stack_accepts_the_light_publisher() -> Result<()> {
    let heard = Arc::new(Heard::default());
    let peer = connection(heard.clone()).await?;
    let identity = Arc::new(Identity::generate()?);
    let local = Credentials::random();
    let streams = Streams {
        audio: 0x1111,
        video: 0x2222,
    };
    let offer = publisher_offer(&identity, &local, streams);
    peer.set_remote_description(RTCSessionDescription::offer(offer)?)
        .await?;
    let answer = peer.create_answer(None).await?;
    peer.set_local_description(answer).await?;
    heard.gathered().await?;
    let answer = peer.local_description().await.context("no answer")?;
    let answer = Answer::parse(&answer.sdp)?;

    let transport = Transport::new(identity, local, answer, Instant::now())?;
    let socket = socket::connected(transport.address().context("no address")?, false)?;
    let shared = Arc::new(Shared::default());
    let publishing = {
        let shared = shared.clone();
        tokio::task::spawn_blocking(move || {
            let publisher = Publisher::new(Pace::default(), streams, Instant::now());
            source::run(
                &socket,
                Link::WebRtc(Box::new(transport)),
                publisher,
                &shared,
            )
        })
    };
    heard.connected().await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let audio = heard.marked_audio.load(Ordering::Relaxed);
    let video = heard.video.load(Ordering::Relaxed);
    shared.stop.store(true, Ordering::Relaxed);
    let outcome = publishing.await??;
    assert!(audio >= 80, "{audio} audio packets in 2 s");
    assert!(video >= 200, "{video} video packets in 2 s");
    println!(
        "received in 2 s: {audio} audio and {video} video packets, profile {}",
        outcome.profile
    );
    peer.close().await?;
    Ok(())
}
