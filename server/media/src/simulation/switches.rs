//! Rollovers, losses, and switches between streams, in every codec.

use super::encoder::Encoder;
use super::{PICTURE, Room, TWO_LAYERS, session};
use crate::api::PeerKind;
use crate::egress::subscriber::Subscriber;
use crate::ingress::publisher::{Ingress, Publisher};
use crate::packet::{Feed, SourceId};
use crate::sdp::Codec;
use std::time::{Duration, Instant};

const VIDEO: [Codec; 4] = [Codec::Vp8, Codec::H264, Codec::Vp9, Codec::Av1];

#[test]
fn losses_on_both_sides_and_padding_are_mended_across_all_rollovers() {
    for codec in VIDEO {
        let mut room = Room::new(codec, 1, "");
        let mut camera = Encoder::new(codec, 50, "", (65_400, 0xffff_0000, 0xffd0));
        room.aim(1, 0);
        room.lose_down = 11;
        let mut count = 0;
        for picture in 0..300 {
            room.now += PICTURE;
            for packet in camera.picture(picture == 0) {
                count += 1;
                // The first is spared, because a slot begins with the key frame it saw, and the last, which nothing follows.
                if count == 1 || count == 600 || count % 9 != 0 {
                    room.publish(1, &packet);
                }
            }
            if picture % 7 == 3 {
                let padding = camera.padding();
                room.publish(1, &padding);
            }
            for sequence in room.asked(1) {
                let repeat = camera.repeat(sequence);
                room.publish(1, &repeat);
            }
            if picture % 20 == 19 {
                room.repair_down();
            }
        }
        room.now += Duration::from_millis(100);
        for sequence in room.asked(1) {
            let repeat = camera.repeat(sequence);
            room.publish(1, &repeat);
        }
        room.repair_down();
        room.receiver.assert_continuous();
        assert_eq!(room.receiver.packets.len(), 600, "{codec:?}");
    }
}

#[test]
fn padding_that_was_lost_leaves_no_hole() {
    for codec in VIDEO {
        let mut room = Room::new(codec, 1, "");
        let mut camera = Encoder::new(codec, 50, "", (65_500, 0, 0));
        room.aim(1, 0);
        let mut repeats = 0;
        for picture in 0..60 {
            room.now += PICTURE;
            for packet in camera.picture(picture == 0) {
                room.publish(1, &packet);
            }
            camera.padding();
            for sequence in room.asked(1) {
                let repeat = camera.repeat(sequence);
                repeats += 1;
                room.publish(1, &repeat);
            }
        }
        assert!(repeats > 50);
        room.receiver.assert_continuous();
        let empty = room.receiver.packets.values().filter(|got| got.empty);
        assert_eq!(empty.count(), repeats, "{codec:?}");
    }
}

#[test]
fn a_layer_switch_waits_for_a_key_frame_and_leaves_no_seam() {
    for codec in VIDEO {
        let mut room = Room::new(codec, 1, TWO_LAYERS);
        let mut low = Encoder::new(codec, 50, "l", (100, 500, 10));
        let mut high = Encoder::new(codec, 60, "h", (40_000, 0x8000_0000, 20_000));
        room.aim(1, 0);
        for picture in 0..60 {
            room.now += PICTURE;
            if picture == 20 {
                room.aim(1, 1);
            }
            // The key frame comes five pictures after it was asked for.
            let key = picture == 0 || picture == 25;
            for packet in low.picture(key).into_iter().chain(high.picture(key)) {
                room.publish(1, &packet);
            }
            let bound = room.subscriber.slots[0].bound().unwrap();
            assert_eq!(bound.layer, u8::from(picture >= 25), "picture {picture}");
        }
        room.receiver.assert_continuous();
        // The low picture that left just before the high key frame stays.
        assert_eq!(room.receiver.packets.len(), 122, "{codec:?}");
    }
}

#[test]
fn cameras_follow_each_other_without_a_seam() {
    for codec in VIDEO {
        let mut room = Room::new(codec, 3, "");
        let mut cameras = [
            Encoder::new(codec, 50, "", (65_530, 0xffff_ff00, 0x7ff0)),
            Encoder::new(codec, 60, "", (7, 12, 3)),
            Encoder::new(codec, 70, "", (30_000, 0x7fff_ff00, 0xfff8)),
        ];
        for picture in 0..200_u32 {
            room.now += PICTURE;
            let shown = picture / 20 % 3 + 1;
            room.aim(shown, 0);
            for (camera, number) in cameras.iter_mut().zip(1..) {
                for packet in camera.picture(picture % 20 == 3 || picture == 0) {
                    room.publish(number, &packet);
                }
            }
        }
        room.receiver.assert_continuous();
        assert!(room.receiver.packets.len() > 400, "{codec:?}");
    }
}

#[test]
fn a_packet_from_before_a_switch_can_still_be_repeated() {
    for codec in VIDEO {
        let mut room = Room::new(codec, 1, TWO_LAYERS);
        let mut low = Encoder::new(codec, 50, "l", (100, 500, 10));
        let mut high = Encoder::new(codec, 60, "h", (40_000, 7, 20_000));
        room.aim(1, 0);
        room.lose_down = 5;
        for picture in 0..12 {
            room.now += PICTURE;
            if picture == 6 {
                room.aim(1, 1);
            }
            for packet in low
                .picture(picture == 0)
                .into_iter()
                .chain(high.picture(picture == 6))
            {
                room.publish(1, &packet);
            }
        }
        assert!(!room.receiver.missing().is_empty());
        room.repair_down();
        room.receiver.assert_continuous();
    }
}

#[test]
fn a_publisher_that_goes_on_with_another_stream_is_followed() {
    for codec in VIDEO {
        let mut room = Room::new(codec, 1, TWO_LAYERS);
        room.aim(1, 0);
        let mut before = Encoder::new(codec, 50, "l", (60_000, 500, 10));
        let mut after = Encoder::new(codec, 70, "l", (100, 0x8000_0000, 7));
        for picture in 0..20 {
            room.now += PICTURE;
            for packet in before.picture(picture == 0) {
                room.publish(1, &packet);
            }
        }
        let late = before.picture(false);
        for picture in 0..20 {
            room.now += PICTURE;
            // It takes a while until the key frame that we ask for comes; nothing can be shown until then.
            for packet in after.picture(picture == 3) {
                room.publish(1, &packet);
            }
            if picture == 0 {
                assert_eq!(room.publishers[0].keyframe_requests(room.now).len(), 1);
            }
            for packet in &late {
                room.publish(1, packet);
            }
        }
        room.receiver.assert_continuous();
        assert_eq!(room.receiver.packets.len(), 2 * (20 + 17), "{codec:?}");
    }
}

#[test]
fn a_viewer_gets_h264_under_its_number_for_the_profile() {
    let profiles = |formats: &[(u8, &str)]| {
        let list: Vec<_> = formats
            .iter()
            .map(|(format, _)| format.to_string())
            .collect();
        let lines = formats.iter().fold(String::new(), |lines, (format, profile)| lines + &format!("a=rtpmap:{format} H264/90000\r\na=fmtp:{format} packetization-mode=1;profile-level-id={profile}\r\n"));
        format!(
            "m=video 9 UDP/TLS/RTP/SAVPF {}\r\na=mid:0\r\n{lines}",
            list.join(" ")
        )
    };
    let mut camera = Encoder::new(Codec::H264, 50, "", (1, 0, 0));
    let publish = session(
        &(profiles(&[(102, "640c1f")]) + "a=sendonly\r\n"),
        PeerKind::Whip,
    );
    let mut publisher = Publisher::new(&publish, 1, Instant::now(), || SourceId(1));
    for (offered, expected) in [
        (vec![(108, "42e01f"), (109, "640c34")], 109),
        (vec![(108, "42e01f"), (109, "4d001f")], 108),
    ] {
        let view = session(&(profiles(&offered) + "a=recvonly\r\n"), PeerKind::Whep);
        let mut viewer = Subscriber::new(&view, Instant::now(), 3000, || 7);
        viewer.slots[0].aim(Feed {
            source: SourceId(1),
            layer: 0,
        });
        let mut out = Vec::new();
        for packet in camera.picture(true) {
            let Ingress::Media { packet, .. } = publisher.receive(Instant::now(), &packet.into())
            else {
                panic!("media")
            };
            viewer.forward(Instant::now(), 0, &std::sync::Arc::new(packet), &mut out);
        }
        assert_eq!(out[1], expected);
    }
}
