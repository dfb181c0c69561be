use super::Pieces;
use crate::codec::dependency_descriptor::Descriptor;
use crate::codec::h264::starts_keyframe;
use crate::codec::layers::Target;
use crate::codec::red::{Blocks, Voice};
use crate::codec::vp8::Vp8Descriptor;
use crate::codec::vp9::Vp9Descriptor;
use bytes::Bytes;

/// VP8 descriptors: one that reads lies within the payload, and written with its own numbers it means the same.
pub fn vp8(payload: &[u8]) {
    let Some(descriptor) = Vp8Descriptor::parse(payload) else {
        return;
    };
    assert!(usize::from(descriptor.len) <= payload.len().min(6));
    let picture_id = descriptor.picture_id.unwrap_or_default();
    let tl0 = descriptor.tl0_picture_index.unwrap_or_default();
    let mut out = Vec::new();
    descriptor.write(picture_id, tl0, &mut out);
    let len = out.len();
    assert!(len <= 6);
    out.extend_from_slice(&payload[usize::from(descriptor.len)..]);
    let again = Vp8Descriptor::parse(&out);
    assert_eq!(again.map(|again| usize::from(again.len)), Some(len));
    let Some(again) = again else { return };
    assert_eq!(again.picture_id, Some(picture_id));
    assert_eq!(again.tl0_picture_index, descriptor.tl0_picture_index);
    assert_eq!(
        again.starts_keyframe(&out),
        descriptor.starts_keyframe(payload)
    );
    let mut twice = Vec::new();
    again.write(picture_id, tl0, &mut twice);
    assert_eq!(twice, out[..len]);
}

/// H.264: bytes behind a payload never turn a key frame into something else.
pub fn h264(payload: &[u8]) {
    if starts_keyframe(payload) {
        assert!(payload.iter().any(|octet| octet & 0x1f == 7));
        assert!(starts_keyframe(&[payload, &[0; 3]].concat()));
    }
}

/// VP9 descriptors: written with its own numbers one means the same, and the picture behind it is untouched.
pub fn vp9(payload: &[u8]) {
    let Some(descriptor) = Vp9Descriptor::parse(payload) else {
        return;
    };
    let picture_id = descriptor.picture_id.unwrap_or_default();
    let tl0 = descriptor.tl0_picture_index.unwrap_or_default();
    let mut out = Vec::new();
    descriptor.write(payload, picture_id, tl0, &mut out);
    assert!(out.len() <= payload.len() + 2);
    let again = Vp9Descriptor::parse(&out);
    assert!(again.is_some());
    let Some(again) = again else { return };
    assert_eq!(again.picture_id, Some(picture_id));
    assert_eq!(again.tl0_picture_index, descriptor.tl0_picture_index);
    assert_eq!(again.top, descriptor.top);
    assert_eq!(again.starts_keyframe(), descriptor.starts_keyframe());
    for top in 0..4 {
        assert_eq!(again.frame(top), descriptor.frame(top));
    }
}

/// Redundant audio: the primary voice lies within the payload, and stays what it is under another payload type.
pub fn red(payload: &[u8]) {
    let Some(blocks) = Blocks::parse(payload) else {
        return;
    };
    assert!(blocks.primary() <= payload.len());
    let voice = Voice::Redundant(blocks);
    let mut out = b"before".to_vec();
    voice.write_redundant(payload, 109, &mut out);
    let written = &out[6..];
    assert_eq!(written.len(), payload.len());
    assert_eq!(Blocks::parse(written), Some(blocks));
    assert_eq!(voice.primary(written), voice.primary(payload));
}

/// Dependency descriptors, one after the other as packets bring them: written for any choice of layers one still reads,
/// says no more than it did, and is no longer than the extension may be.
pub fn dependency_descriptor(input: &[u8]) {
    let (mut ours, mut theirs) = (None, None);
    for piece in Pieces(input) {
        let raw = Bytes::copy_from_slice(piece);
        let Some(descriptor) = Descriptor::read(&raw, &mut ours) else {
            continue;
        };
        for choice in Target::every() {
            let mut out = Vec::new();
            descriptor.write(descriptor.frame_number, choice, &mut out);
            assert!(out.len() <= raw.len() + 5, "a set of 32 targets at most");
            let before = theirs.clone();
            let again = Descriptor::read(&out.into(), &mut theirs);
            assert!(again.is_some(), "unreadable for {choice:?}");
            let Some(again) = again else { return };
            assert_eq!(again.frame_number, descriptor.frame_number);
            assert_eq!(again.starts_keyframe(), descriptor.starts_keyframe());
            assert_eq!(again.frame, descriptor.frame);
            if choice != Target::ALL {
                theirs = before;
            }
        }
    }
}
