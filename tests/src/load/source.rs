//! The publisher's thread.

use super::link::Link;
use super::shared::{BusyMeter, Shared};
use super::socket::Drain;
use crate::peer::publisher::Publisher;
use crate::peer::transport::Received;
use anyhow::Result;
use std::net::UdpSocket;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// Feedback is read at least so often.
const NAP: Duration = Duration::from_millis(4);

/// What the thread found.
#[derive(Debug)]
pub struct Outcome {
    pub busy: f64,
    pub key_frames: u64,
    pub resent: u64,
    pub profile: String,
}

/// Sends until `shared.stop`.
pub fn run(
    socket: &UdpSocket,
    mut link: Link,
    mut publisher: Publisher,
    shared: &Shared,
) -> Result<Outcome> {
    let mut drain = Drain::default();
    let mut meter = BusyMeter::default();
    let mut packets: Vec<Vec<u8>> = Vec::new();
    let mut control = Vec::new();
    while !shared.stop.load(Ordering::Relaxed) {
        let now = Instant::now();
        meter.poll(shared.measuring.load(Ordering::Relaxed), now)?;
        drain.all(socket, |datagram| {
            if let Ok(Received::Rtcp(compound)) = link.open(now, datagram) {
                publisher.handle_rtcp(&compound, &mut packets);
            }
        })?;
        link.handle_timeout(now)?;
        if link.is_connected() {
            shared.publisher_connected.store(true, Ordering::Relaxed);
            publisher.poll(now, &mut packets, &mut control);
            for packet in packets.drain(..) {
                let protected = link.protect(&packet)?;
                send(socket, &protected);
            }
            if !control.is_empty() {
                link.send_rtcp(&control)?;
                control.clear();
            }
            let (audio, video) = publisher.sent();
            shared.audio_sent.store(audio, Ordering::Relaxed);
            shared.video_sent.store(video, Ordering::Relaxed);
        }
        while let Some(datagram) = link.transmit() {
            send(socket, &datagram);
        }
        let wait = publisher
            .timeout()
            .saturating_duration_since(Instant::now())
            .min(NAP);
        if !wait.is_zero() {
            std::thread::sleep(wait);
        }
    }
    link.close(Instant::now());
    while let Some(datagram) = link.transmit() {
        send(socket, &datagram);
    }
    Ok(Outcome {
        busy: meter.share(),
        key_frames: publisher.key_frames(),
        resent: publisher.resent(),
        profile: link.profile(),
    })
}

/// What the kernel won't take is lost, as on a real link.
pub fn send(socket: &UdpSocket, datagram: &[u8]) {
    let _ = socket.send(datagram);
}
