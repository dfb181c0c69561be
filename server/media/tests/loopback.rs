//! The engine over real sockets on the loopback, with a client that shares no code with it.

#![expect(clippy::unwrap_used, reason = "what goes wrong should fail the test")]

mod mixing;
mod support;

use giaoban_media::{
    DisconnectReason, MediaConfig, MediaEngine, MediaEvent, MediaEvents, SourceKind,
};
use giaoban_signaling::plan::MediaPlan;
use std::sync::Arc;
use std::time::{Duration, Instant};
use support::{
    BRIEFING, Client, EARS, EARS_FOR_REDUNDANCY, MICROPHONE, PATIENCE, Transport, event, peer, seat,
};

fn start(workers: usize) -> (MediaEngine, MediaEvents) {
    let config = MediaConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        workers,
        consent_timeout: Duration::from_secs(2),
        ..MediaConfig::default()
    };
    MediaEngine::start(config).unwrap()
}

fn grant(engine: &MediaEngine, revision: u64, floor: &[u128]) {
    let floor = floor.iter().map(|number| seat(*number)).collect();
    engine.set_plan(
        BRIEFING,
        Arc::new(MediaPlan {
            revision,
            floor,
            ..MediaPlan::default()
        }),
    );
}

async fn speaker(engine: &MediaEngine, number: u128, transport: Transport) -> Client {
    let mut client = Client::connect(
        engine,
        number,
        (Some(number), None),
        MICROPHONE,
        transport,
        true,
    )
    .await;
    client.handshake();
    assert!(client.is_connected());
    client
}

async fn listener(engine: &MediaEngine, number: u128, transport: Transport) -> Client {
    let mut client =
        Client::connect(engine, number, (None, Some(number)), EARS, transport, true).await;
    client.handshake();
    assert!(client.is_connected());
    client
}

/// Speaks on from `sequence` until the listener has heard `count` packets; returns the next sequence number.
fn speak_until_heard(
    speaker: &mut Client,
    listener: &mut Client,
    mut sequence: u16,
    count: usize,
) -> u16 {
    let started = Instant::now();
    while listener.received.len() < count {
        assert!(
            started.elapsed() < PATIENCE,
            "heard {} of {count}",
            listener.received.len()
        );
        speaker.speak(sequence);
        sequence = sequence.wrapping_add(1);
        listener.pump();
    }
    sequence
}

#[tokio::test]
async fn a_voice_with_the_floor_is_heard_whichever_worker_and_transport_serve_it() {
    for (workers, transport) in [
        (1, Transport::Udp),
        (1, Transport::Tcp),
        (3, Transport::Udp),
        (3, Transport::Tcp),
    ] {
        let (engine, mut events) = start(workers);
        grant(&engine, 1, &[1]);
        let mut speaker = speaker(&engine, 1, transport).await;
        let mut listeners = Vec::new();
        for number in 2..6 {
            listeners.push(listener(&engine, number, transport).await);
        }
        let mut sequence = 65_500;
        for listener in &mut listeners {
            sequence = speak_until_heard(&mut speaker, listener, sequence, 50);
            for packet in &listener.received {
                assert_eq!(
                    packet[1] & 0x7f,
                    109,
                    "under the listener's own payload type"
                );
                assert!(packet.ends_with(b"voice"));
            }
        }
        event(&mut events, |event| match event {
            MediaEvent::Slots { peer: who, slots } if who == peer(5) => {
                slots.into_iter().find(|slot| {
                    slot.seat == Some(seat(1)) && slot.kind == SourceKind::Mic && slot.mid == "a0"
                })
            }
            _ => None,
        })
        .await;
    }
}

#[tokio::test]
async fn a_voice_without_the_floor_goes_no_further_whatever_its_client_sends() {
    let (engine, mut events) = start(2);
    grant(&engine, 1, &[]);
    let mut speaker = speaker(&engine, 1, Transport::Udp).await;
    let mut listener = listener(&engine, 2, Transport::Udp).await;
    let mut sequence = 0;
    let started = Instant::now();
    while engine.stats().packets_without_floor < 100 {
        assert!(started.elapsed() < PATIENCE);
        speaker.speak(sequence);
        sequence += 1;
        listener.pump();
    }
    assert_eq!(listener.received.len(), 0);
    assert_eq!(engine.stats().packets_forwarded, 0);

    grant(&engine, 2, &[1]);
    sequence = speak_until_heard(&mut speaker, &mut listener, sequence, 20);
    let forwarded = |event: MediaEvent| match event {
        MediaEvent::Outgoing {
            peer: who,
            mic_forwarded,
        } if who == peer(1) => Some(mic_forwarded),
        _ => None,
    };
    assert!(event(&mut events, forwarded).await);

    grant(&engine, 3, &[]);
    let dropped = engine.stats().packets_without_floor;
    while engine.stats().packets_without_floor < dropped + 50 {
        assert!(started.elapsed() < 2 * PATIENCE);
        speaker.speak(sequence);
        sequence += 1;
        listener.pump();
    }
    assert!(!event(&mut events, forwarded).await);
    let heard = listener.received.len();
    for _ in 0..50 {
        speaker.speak(sequence);
        sequence += 1;
        listener.pump();
    }
    assert_eq!(listener.received.len(), heard);
}

#[tokio::test]
async fn what_was_said_before_the_floor_is_not_repeated_after_it() {
    let (engine, _events) = start(1);
    grant(&engine, 1, &[]);
    let mut speaker = speaker(&engine, 1, Transport::Udp).await;
    let ears = EARS_FOR_REDUNDANCY;
    let mut listener =
        Client::connect(&engine, 2, (None, Some(2)), ears, Transport::Udp, true).await;
    listener.handshake();
    let mut sequence = 0;
    let started = Instant::now();
    while engine.stats().packets_without_floor < 50 {
        assert!(started.elapsed() < PATIENCE);
        speaker.speak(sequence);
        sequence += 1;
        listener.pump();
    }
    grant(&engine, 2, &[1]);
    speak_until_heard(&mut speaker, &mut listener, sequence, 20);
    let silenced = engine.stats().packets_without_floor;
    let mut repeated = 0;
    for packet in &listener.received {
        // Without header extensions; redundant ones have five octets of block headers.
        let blocks = match packet[1] & 0x7f {
            63 => &packet[12 + 5..],
            _ => &packet[12..],
        };
        repeated += usize::from(blocks.len() > 7);
        for voice in blocks.chunks(7) {
            assert_eq!(&voice[2..], b"voice");
            let number = u16::from_be_bytes([voice[0], voice[1]]);
            assert!(u64::from(number) >= silenced, "{number} of {silenced}");
        }
    }
    assert!(repeated >= 18, "only {repeated} bring another along");
}

#[tokio::test]
async fn a_certificate_other_than_the_offered_one_is_refused() {
    let (engine, mut events) = start(1);
    let mut client = Client::connect(
        &engine,
        1,
        (Some(1), None),
        MICROPHONE,
        Transport::Udp,
        false,
    )
    .await;
    for _ in 0..20 {
        client.pump();
    }
    let reason = event(&mut events, |event| match event {
        MediaEvent::Connected { .. } => panic!("an impostor was connected"),
        MediaEvent::Disconnected { reason, .. } => Some(reason),
        _ => None,
    })
    .await;
    assert_eq!(reason, DisconnectReason::Handshake);
}

#[tokio::test]
async fn an_ice_restart_moves_to_another_address_and_keeps_keys_and_stream() {
    let (engine, _events) = start(3);
    grant(&engine, 1, &[1]);
    let mut speaker = speaker(&engine, 1, Transport::Udp).await;
    let mut listener = listener(&engine, 2, Transport::Udp).await;
    let mut sequence = speak_until_heard(&mut speaker, &mut listener, 0, 20);
    for (round, transport) in [Transport::Tcp, Transport::Udp].into_iter().enumerate() {
        assert!(
            listener.negotiate(&engine, (None, Some(2)), EARS).await,
            "taken for a restart"
        );
        listener.move_to(transport);
        listener.check();
        sequence = speak_until_heard(&mut speaker, &mut listener, sequence, 40 + 20 * round);
    }
    let numbers: Vec<u16> = listener
        .received
        .iter()
        .map(|packet| u16::from_be_bytes([packet[2], packet[3]]))
        .collect();
    assert!(
        numbers
            .windows(2)
            .all(|pair| pair[1].wrapping_sub(pair[0]) < 100),
        "one stream throughout: {numbers:?}"
    );
}

#[tokio::test]
async fn whoever_moves_is_heard_whichever_worker_its_new_address_belongs_to() {
    let (engine, _events) = start(4);
    grant(&engine, 1, &[1]);
    let mut speaker = speaker(&engine, 1, Transport::Udp).await;
    let mut listener = listener(&engine, 2, Transport::Udp).await;
    let mut sequence = speak_until_heard(&mut speaker, &mut listener, 0, 20);
    for round in 0..8 {
        assert!(
            speaker
                .negotiate(&engine, (Some(1), None), MICROPHONE)
                .await,
            "taken for a restart"
        );
        speaker.move_to(Transport::Udp);
        speaker.check();
        sequence = speak_until_heard(&mut speaker, &mut listener, sequence, 40 + 20 * round);
    }
}

#[tokio::test]
async fn who_falls_silent_is_gone_and_who_is_asked_to_leave_is_told() {
    let (engine, mut events) = start(1);
    let silent = listener(&engine, 1, Transport::Udp).await;
    let gone = |who| {
        move |event| match event {
            MediaEvent::Disconnected { peer, reason } if peer == who => Some(reason),
            _ => None,
        }
    };
    assert_eq!(
        event(&mut events, gone(peer(1))).await,
        DisconnectReason::Silent
    );
    drop(silent);

    let mut asked = listener(&engine, 2, Transport::Tcp).await;
    engine.disconnect(peer(2));
    assert_eq!(
        event(&mut events, gone(peer(2))).await,
        DisconnectReason::Requested
    );
    let started = Instant::now();
    while !asked.closed && started.elapsed() < PATIENCE {
        asked.pump();
    }
    assert!(asked.closed, "told by close_notify");
    assert_eq!(engine.stats().peers, 0);
}

#[tokio::test]
async fn goodbyes_are_said_and_understood_when_the_handshake_is_long_over() {
    let (engine, mut events) = start(1);
    grant(&engine, 1, &[1, 3]);
    let ended = |who| {
        move |event| match event {
            MediaEvent::Disconnected { peer, reason } if peer == who => Some(reason),
            _ => None,
        }
    };
    let mut listener = listener(&engine, 2, Transport::Udp).await;
    let mut leaving = speaker(&engine, 1, Transport::Udp).await;
    speak_until_heard(&mut leaving, &mut listener, 0, 10);
    leaving.say_goodbye();
    assert_eq!(
        event(&mut events, ended(peer(1))).await,
        DisconnectReason::PeerClosed
    );
    let mut asked = speaker(&engine, 3, Transport::Udp).await;
    speak_until_heard(&mut asked, &mut listener, 0, 20);
    engine.disconnect(peer(3));
    let started = Instant::now();
    while !asked.closed && started.elapsed() < PATIENCE {
        asked.pump();
    }
    assert!(asked.closed, "told by close_notify");
}

#[tokio::test]
async fn a_reloaded_page_replaces_its_former_self_and_is_not_ended_by_its_goodbye() {
    let (engine, mut events) = start(2);
    grant(&engine, 1, &[1]);
    let mut speaker = speaker(&engine, 1, Transport::Udp).await;
    let mut before = listener(&engine, 2, Transport::Udp).await;
    let sequence = speak_until_heard(&mut speaker, &mut before, 0, 10);
    let mut after = listener(&engine, 2, Transport::Udp).await;
    let reason = event(&mut events, |event| match event {
        MediaEvent::Disconnected { peer: who, reason } if who == peer(2) => Some(reason),
        _ => None,
    })
    .await;
    assert_eq!(reason, DisconnectReason::Replaced);
    speak_until_heard(&mut speaker, &mut after, sequence, 10);
}
