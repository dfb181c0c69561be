//! Scalable streams: a viewer gets the resolutions and frame rates it wants of one stream, without holes.

use super::encoder::{Encoder, Scalability};
use super::{PICTURE, Room};
use crate::sdp::Codec;

const STREAMS: [(Codec, Scalability); 4] = [
    (Codec::Vp9, Scalability::Full),
    (Codec::Vp9, Scalability::KeyOnly),
    (Codec::Av1, Scalability::Full),
    (Codec::Av1, Scalability::KeyOnly),
];

fn open((codec, scalability): (Codec, Scalability)) -> (Room, Encoder) {
    let mut room = Room::new(codec, 1, "");
    room.aim(1, 0);
    let camera = Encoder::new(codec, 50, "", (65_400, 0xffff_0000, 0xffd0)).scalable(scalability);
    (room, camera)
}

fn pictures(room: &mut Room, camera: &mut Encoder, count: u32, key: bool) {
    for picture in 0..count {
        room.now += PICTURE;
        for packet in camera.picture(key && picture == 0) {
            room.publish(1, &packet);
        }
    }
}

fn rates(spatial: u8) -> Vec<(u8, u8)> {
    (0..=spatial)
        .flat_map(|spatial| (0..3).map(move |temporal| (spatial, temporal)))
        .collect()
}

/// What a viewer of these resolutions gets after a key frame.
fn resolutions(scalability: Scalability, spatial: u8) -> Vec<(u8, u8)> {
    let mut all = rates(spatial);
    if scalability == Scalability::KeyOnly {
        all.retain(|(of, _)| *of == spatial);
    }
    all
}

#[test]
fn a_viewer_gets_the_resolution_it_wants_and_changes_where_it_can() {
    for stream in STREAMS {
        let (mut room, mut camera) = open(stream);
        room.want(1, 3);
        pictures(&mut room, &mut camera, 40, true);
        room.receiver.assert_continuous();
        assert_eq!(room.receiver.layers(1), resolutions(stream.1, 1));

        // Down: at once where lower resolutions were sent along.
        room.want(0, 3);
        pictures(&mut room, &mut camera, 40, false);
        let needs_keyframe = room.subscriber.slots[0].layers_need_keyframe();
        assert_eq!(needs_keyframe, stream.1 == Scalability::KeyOnly);
        pictures(&mut room, &mut camera, 40, true);
        room.receiver.assert_continuous();
        assert_eq!(room.receiver.layers(80), rates(0));

        // Up: with the next key frame.
        room.want(2, 3);
        pictures(&mut room, &mut camera, 40, false);
        assert_eq!(room.receiver.layers(120), rates(0));
        assert!(room.subscriber.slots[0].layers_need_keyframe());
        pictures(&mut room, &mut camera, 40, true);
        room.receiver.assert_continuous();
        assert_eq!(room.receiver.layers(161), resolutions(stream.1, 2));
    }
}

#[test]
fn a_viewer_gets_the_frame_rate_it_wants() {
    for stream in STREAMS {
        let (mut room, mut camera) = open(stream);
        pictures(&mut room, &mut camera, 20, true);
        room.want(3, 0);
        pictures(&mut room, &mut camera, 40, false);
        room.receiver.assert_continuous();
        let top = resolutions(stream.1, 2);
        let base: Vec<_> = top.iter().copied().filter(|layer| layer.1 == 0).collect();
        assert_eq!(room.receiver.layers(21), base);
        room.want(3, 3);
        pictures(&mut room, &mut camera, 20, false);
        room.receiver.assert_continuous();
        assert_eq!(room.receiver.layers(32), top);
    }
}

#[test]
fn what_is_lost_is_repeated_though_numbers_were_left_out() {
    for stream in STREAMS {
        let (mut room, mut camera) = open(stream);
        room.lose_down = 7;
        for round in 0..12 {
            room.want(round % 3, 3 - round % 2);
            pictures(&mut room, &mut camera, 10, round % 4 == 0);
            room.repair_down();
        }
        pictures(&mut room, &mut camera, 1, false);
        room.lose_down = 0;
        room.repair_down();
        room.receiver.assert_continuous();
    }
}

#[test]
fn a_packet_that_comes_too_late_to_be_left_out_leaves_no_hole() {
    for stream in STREAMS {
        let (mut room, mut camera) = open(stream);
        room.want(0, 3);
        let mut count = 0;
        for picture in 0..60 {
            room.now += PICTURE;
            for packet in camera.picture(picture == 0) {
                count += 1;
                if count <= 6 || count % 5 != 0 {
                    room.publish(1, &packet);
                }
            }
            for sequence in room.asked(1) {
                let repeat = camera.repeat(sequence);
                room.publish(1, &repeat);
            }
        }
        room.now += PICTURE;
        for packet in camera.picture(false) {
            room.publish(1, &packet);
        }
        for sequence in room.asked(1) {
            let repeat = camera.repeat(sequence);
            room.publish(1, &repeat);
        }
        assert_eq!(room.receiver.missing(), [0_u16; 0]);
        assert_eq!(room.receiver.layers(1), rates(0));
        assert!(room.receiver.packets.values().any(|got| got.empty));
    }
}
