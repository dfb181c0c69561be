use super::Pieces;
use super::ingress::session;
use crate::api::PeerKind;
use crate::egress::picture::Part;
use crate::egress::subscriber::{Subscriber, Wishes};
use crate::wire::rtcp::{nack, read};
use rtc_rtcp::transport_feedbacks::transport_layer_nack::{NackPair, TransportLayerNack};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Compound RTCP packets of a viewer: no more packets than there is room for, no more wishes than they can hold, an
/// estimate that stays one, and the numbers that we ask for read back as they are.
pub fn rtcp(input: &[u8]) {
    for packet in read(input) {
        let _ = packet.header();
    }
    let now = Instant::now();
    let Some(session) = session("recvonly", "", PeerKind::Whep) else {
        return;
    };
    let mut subscriber = Subscriber::new(&session, now, 3000, || 7);
    for sent in 0..64 {
        let _ = subscriber
            .estimator
            .send(now + Duration::from_millis(sent), 1200, Part::None);
    }
    let mut now = now + Duration::from_millis(64);
    for compound in Pieces(input) {
        now += Duration::from_millis(20);
        let packets = read(compound);
        assert!(4 * packets.len() <= compound.len());
        let mut wishes = Wishes::default();
        for packet in packets {
            subscriber.report(now, packet.as_ref(), &mut wishes);
        }
        assert!(wishes.keyframes.len() <= subscriber.slots.len());
        assert!(wishes.repeats.len() <= 17 * compound.len());
        let _ = subscriber.round_trip();
        let loss = subscriber.take_loss();
        assert!((0.0..=1.0).contains(&loss), "a loss of {loss}");
        let kbps = subscriber.estimator.bitrate_kbps();
        assert!(
            (1..=1_000_000).contains(&kbps),
            "an estimate of {kbps} kbps"
        );
    }
    ask(input);
}

fn ask(input: &[u8]) {
    let wanted: BTreeSet<u16> = input
        .chunks_exact(2)
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .collect();
    let numbers: Vec<u16> = wanted.iter().copied().take(250).collect();
    let Some(packet) = nack(1, 2, &numbers) else {
        assert!(numbers.is_empty());
        return;
    };
    let asked: BTreeSet<u16> = read(&packet)
        .iter()
        .filter_map(|packet| packet.as_any().downcast_ref::<TransportLayerNack>())
        .flat_map(|nack| &nack.nacks)
        .flat_map(NackPair::packet_list)
        .collect();
    assert_eq!(asked, numbers.into_iter().collect());
}
