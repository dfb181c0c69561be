//! The load generator's own peer against a full stack that isn't ours, without the server.

#[path = "independent/connection.rs"]
mod connection;

use anyhow::{Context as _, Result};
use connection::{Heard, connection};
use giaoban_tests::load::crowd::Crowd;
use giaoban_tests::load::link::Link;
use giaoban_tests::load::member::Member;
use giaoban_tests::load::socket;
use giaoban_tests::peer::dtls::Identity;
use giaoban_tests::peer::publisher::{Pace, Publisher, Sending};
use giaoban_tests::peer::sdp::{Answer, Credentials, Section, offer};
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
    let sending = Sending::single(0x1111, 0x2222, Pace::FULL);
    let sections: Vec<Section> = sending.iter().map(Sending::section).collect();
    let offer = offer(&identity, &local, &sections);
    peer.set_remote_description(RTCSessionDescription::offer(offer)?)
        .await?;
    let answer = peer.create_answer(None).await?;
    peer.set_local_description(answer).await?;
    heard.gathered().await?;
    let answer = peer.local_description().await.context("no answer")?;
    let answer = Answer::parse(&answer.sdp)?;

    let transport = Transport::new(identity, local, answer, Instant::now())?;
    let socket = socket::connected(transport.address().context("no address")?)?;
    let mut crowd = Crowd::start(1, 1)?;
    let publisher = Publisher::new(&sending, Instant::now());
    crowd.add(Member::new(socket, Link::WebRtc(Box::new(transport))).publishing(publisher))?;
    heard.connected().await?;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let audio = heard.marked_audio.load(Ordering::Relaxed);
    let video = heard.video.load(Ordering::Relaxed);
    let outcomes = tokio::task::spawn_blocking(|| crowd.finish()).await??;
    let profile = outcomes.iter().flat_map(|outcome| &outcome.members).next();
    let profile = profile.map_or("none", |member| member.profile.as_str());
    assert!(audio >= 80, "{audio} audio packets in 2 s");
    assert!(video >= 200, "{video} video packets in 2 s");
    println!("received in 2 s: {audio} audio and {video} video packets, profile {profile}");
    peer.close().await?;
    Ok(())
}
