use super::bits::BitWriter;
use super::*;
use proptest::prelude::*;

/// What Chromium sends for a stream of `spatial` resolutions at three frame rates each, with `key` only where resolutions
/// lean on lower ones in key frames alone: one template for each layer, one chain for each resolution.
fn structure(out: &mut BitWriter, spatial: u32, key: bool) {
    let targets = spatial * 3;
    out.write(0, 6);
    out.write(targets - 1, 5);
    for layer in 0..spatial {
        for next in [1, 1, 2] {
            let last = layer + 1 == spatial && next == 2;
            out.write(if last { 3 } else { next }, 2);
        }
    }
    for template in 0..targets {
        let (layer, rate) = (template / 3, template % 3);
        for target in 0..targets {
            let resolution = if key {
                layer == target / 3
            } else {
                layer <= target / 3
            };
            out.write(
                if resolution && rate <= target % 3 {
                    2
                } else {
                    0
                },
                2,
            );
        }
    }
    for _ in 0..targets {
        out.write(0b10_0010, 6);
    }
    // The number of chains, below targets + 1.
    let width = (32 - (targets + 1).leading_zeros()) as usize;
    let short = (1 << width) - (targets + 1);
    if spatial < short {
        out.write(spatial, width - 1);
    } else {
        out.write(spatial + short, width);
    }
    for target in 0..targets {
        if spatial == 3 {
            match target / 3 {
                0 => out.write(0, 1),
                1 => out.write(0b10, 2),
                _ => out.write(0b11, 2),
            }
        }
    }
    for _ in 0..targets * spatial {
        out.write(3, 4);
    }
    out.write(1, 1);
    for layer in 0..spatial {
        out.write((320 << layer) - 1, 16);
        out.write((180 << layer) - 1, 16);
    }
}

/// The descriptor of a packet of a frame of a template. `flags`: whether it begins and ends it; `spatial`: the number of
/// resolutions, where it brings the structure along; `key_frame`: the frame matters to all resolutions above its own.
pub(crate) fn descriptor(
    flags: u32,
    template: u32,
    number: u32,
    spatial: Option<u32>,
    key: bool,
    key_frame: bool,
) -> Bytes {
    let mut out = Vec::new();
    let mut bits = BitWriter::new(&mut out);
    bits.write(flags, 2);
    bits.write(template, 6);
    bits.write(number, 16);
    if spatial.is_some() || key_frame {
        bits.write(if spatial.is_some() { 0b10100 } else { 0b00100 }, 5);
        if let Some(spatial) = spatial {
            structure(&mut bits, spatial, key);
        }
        let layer = template / 3;
        for target in 0..spatial.unwrap_or(3) * 3 {
            bits.write(if layer <= target / 3 { 2 } else { 0 }, 2);
        }
    }
    Bytes::from(out)
}

fn at(spatial: u8, temporal: u8) -> Target {
    Target { spatial, temporal }
}

#[test]
fn frames_are_needed_by_the_targets_their_template_names() {
    let mut known = None;
    let key = Descriptor::read(&descriptor(3, 0, 7, Some(3), false, true), &mut known).unwrap();
    assert!(key.has_structure && key.starts_frame);
    assert_eq!(key.frame_number, 7);
    assert!(key.frame.needed.has(at(0, 0)) && key.frame.needed.has(Target::ALL));
    let higher = Descriptor::read(&descriptor(3, 5, 8, None, false, false), &mut known).unwrap();
    assert_eq!((higher.frame.spatial, higher.frame.temporal), (1, 2));
    assert!(higher.frame.needed.has(at(1, 2)) && higher.frame.needed.has(at(2, 2)));
    assert!(!higher.frame.needed.has(at(1, 1)) && !higher.frame.needed.has(at(0, 2)));
}

#[test]
fn a_packet_without_its_structure_cannot_be_read() {
    let mut known = None;
    assert!(Descriptor::read(&descriptor(3, 0, 7, None, false, false), &mut known).is_none());
    Descriptor::read(&descriptor(3, 0, 7, Some(1), false, true), &mut known).unwrap();
    assert!(Descriptor::read(&descriptor(3, 2, 8, None, false, false), &mut known).is_some());
    assert!(
        Descriptor::read(&descriptor(3, 3, 8, None, false, false), &mut known).is_none(),
        "there is no such template"
    );
}

#[test]
fn a_viewer_of_fewer_layers_is_told_which_targets_are_left() {
    let mut known = None;
    let key = Descriptor::read(&descriptor(3, 0, 7, Some(3), true, true), &mut known).unwrap();
    let delta = Descriptor::read(&descriptor(3, 0, 8, None, true, false), &mut known).unwrap();
    for source in [key, delta] {
        let mut out = vec![9];
        source.write(500, at(1, 1), &mut out);
        let mut theirs = if source.has_structure {
            None
        } else {
            known.clone()
        };
        let read = Descriptor::read(&Bytes::copy_from_slice(&out[1..]), &mut theirs).unwrap();
        assert_eq!(read.frame_number, 500);
        assert_eq!(read.frame, source.frame);
        assert_eq!(read.structure, source.structure);
        // Of nine targets: two rates of two resolutions.
        assert_eq!(read.active, Some(0b0_0001_1011));
    }
}

#[test]
fn a_viewer_of_all_layers_gets_the_same_bits() {
    let mut known = None;
    let raw = descriptor(3, 0, 7, Some(3), false, true);
    let key = Descriptor::read(&raw, &mut known).unwrap();
    let mut out = Vec::new();
    key.write(0xabcd, Target::ALL, &mut out);
    assert_eq!(out[..3], [raw[0], 0xab, 0xcd]);
    assert_eq!(out[3..], raw[3..]);
}

proptest! {
    #[test]
    fn no_descriptor_breaks_it(raw in proptest::collection::vec(any::<u8>(), 0..120), number: u16, spatial in 0_u8..4, temporal in 0_u8..4) {
        let mut known = None;
        Descriptor::read(&descriptor(3, 0, 7, Some(3), false, true), &mut known).unwrap();
        let before = known.clone();
        if let Some(read) = Descriptor::read(&Bytes::from(raw), &mut known) {
            let mut out = Vec::new();
            read.write(number, at(spatial, temporal), &mut out);
            let mut theirs = before;
            let again = Descriptor::read(&Bytes::from(out), &mut theirs).unwrap();
            prop_assert_eq!(again.frame_number, number);
            prop_assert_eq!(again.frame, read.frame);
            prop_assert_eq!(again.structure, read.structure);
        }
    }

    #[test]
    fn bits_read_back(fields in proptest::collection::vec((any::<u32>(), 1_usize..=32), 0..20)) {
        let mut out = Vec::new();
        let mut bits = BitWriter::new(&mut out);
        for (value, count) in &fields {
            bits.write(*value, *count);
        }
        let mut bits = bits::BitReader::new(&out);
        for (value, count) in fields {
            prop_assert_eq!(bits.read(count), Some(value & (u32::MAX >> (32 - count))));
        }
    }
}
