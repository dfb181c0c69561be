use super::*;
use proptest::prelude::*;

fn stream() -> (Stream, Instant) {
    let now = Instant::now();
    (Stream::new(90_000, now), now)
}

#[test]
fn numbers_run_on_over_the_rollover() {
    let (mut stream, now) = stream();
    let numbers: Vec<_> = [65_534, 65_535, 0, 1]
        .into_iter()
        .map(|sequence| stream.receive(now, sequence, 0, 100, false, false))
        .collect();
    let Arrival::Media(first) = numbers[0] else {
        panic!("the first packet is media")
    };
    assert_eq!(
        numbers[1..],
        [1, 2, 3].map(|step| Arrival::Media(first + step))
    );
}

#[test]
fn padding_leaves_no_hole_and_reordering_survives_it() {
    let (mut stream, now) = stream();
    let Arrival::Media(first) = stream.receive(now, 10, 0, 100, false, false) else {
        panic!("media")
    };
    assert_eq!(
        stream.receive(now, 12, 0, 100, true, false),
        Arrival::Padding
    );
    assert_eq!(
        stream.receive(now, 13, 0, 100, false, false),
        Arrival::Media(first + 2)
    );
    // 11 came late: before the padding, so not lowered by it.
    assert_eq!(
        stream.receive(now, 11, 0, 100, false, false),
        Arrival::Media(first + 1)
    );
}

#[test]
fn late_padding_fills_the_number_that_was_kept_for_it() {
    let (mut stream, now) = stream();
    let Arrival::Media(first) = stream.receive(now, 10, 0, 100, false, false) else {
        panic!("media")
    };
    assert_eq!(
        stream.receive(now, 12, 0, 100, false, false),
        Arrival::Media(first + 2)
    );
    assert_eq!(
        stream.receive(now, 11, 0, 100, true, false),
        Arrival::Filler(first + 1)
    );
    assert_eq!(
        stream.receive(now, 13, 0, 100, false, false),
        Arrival::Media(first + 3)
    );
}

#[test]
fn a_repeat_of_what_arrived_is_a_duplicate() {
    let (mut stream, now) = stream();
    stream.receive(now, 1, 0, 100, false, false);
    stream.receive(now, 3, 0, 100, false, false);
    assert_eq!(stream.nacks(now), [2]);
    assert!(matches!(
        stream.receive(now, 2, 0, 100, false, true),
        Arrival::Media(_)
    ));
    assert_eq!(
        stream.receive(now, 2, 0, 100, false, false),
        Arrival::Duplicate
    );
    assert!(!stream.has_losses());
}

#[test]
fn a_report_counts_what_is_lost_in_its_interval() {
    let (mut stream, now) = stream();
    for sequence in (0..100).filter(|sequence| sequence % 4 != 1) {
        stream.receive(now, sequence, 0, 100, false, false);
    }
    let report = stream.report(now).unwrap();
    assert_eq!(
        (
            report.highest_sequence,
            report.total_lost,
            report.fraction_lost
        ),
        (99, 25, 64)
    );
    for sequence in 100..200 {
        stream.receive(now, sequence, 0, 100, false, false);
    }
    let report = stream.report(now).unwrap();
    assert_eq!((report.total_lost, report.fraction_lost), (25, 0));
}

proptest! {
    /// Whatever is padding and however near packets are swapped, numbers are distinct, in source order, without holes.
    #[test]
    fn numbers_keep_source_order(
        start: u16,
        packets in proptest::collection::vec((any::<bool>(), any::<bool>()), 2..300),
    ) {
        let (mut stream, now) = stream();
        let mut order: Vec<usize> = (0..packets.len()).collect();
        // The first packet stays first.
        for (index, (_, swaps)) in packets.iter().enumerate().skip(1) {
            if *swaps && index + 1 < packets.len() {
                order.swap(index, index + 1);
            }
        }
        let mut numbers = vec![None; packets.len()];
        for index in order {
            let sequence = start.wrapping_add(u16::try_from(index).unwrap());
            if let Arrival::Media(number) | Arrival::Filler(number) =
                stream.receive(now, sequence, 0, 50, packets[index].0, false)
            {
                numbers[index] = Some(number);
            }
        }
        let numbers: Vec<u64> = numbers.into_iter().flatten().collect();
        for pair in numbers.windows(2) {
            prop_assert_eq!(pair[1], pair[0] + 1);
        }
    }
}
