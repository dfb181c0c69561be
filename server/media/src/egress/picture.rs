//! An estimate of the main picture as the viewer really gets it, from what it reports: pictures that arrived whole, and
//! times in which none could be shown.

use std::time::{Duration, Instant};

/// A longer time without a picture is a freeze.
const FREEZE: Duration = Duration::from_millis(200);

/// What a packet is to the main picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    None,
    Middle,
    /// The last packet of a picture.
    End,
}

/// What happened since the last record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) pictures: u32,
    pub(crate) freezes: u32,
    pub(crate) frozen: Duration,
}

#[derive(Debug, Default)]
pub(crate) struct PictureWatch {
    /// When the last picture arrived, on the viewer's clock.
    last: Option<Duration>,
    /// The viewer cannot decode, and has said so.
    broken_since: Option<Instant>,
    seen: Seen,
}

impl PictureWatch {
    /// A packet has arrived.
    pub(crate) fn arrived(&mut self, part: Part, arrival: Duration) {
        if part != Part::End {
            return;
        }
        if let Some(last) = self.last {
            let gap = arrival.saturating_sub(last);
            if self.broken_since.is_none() && gap > FREEZE {
                self.freeze(gap);
            }
        }
        self.last = self.last.max(Some(arrival));
        self.seen.pictures += u32::from(self.broken_since.is_none());
    }

    /// The viewer asks for a key frame of a picture that it has.
    pub(crate) fn broke(&mut self, now: Instant) {
        if self.last.is_some() {
            self.broken_since.get_or_insert(now);
        }
    }

    /// A key frame leaves.
    pub(crate) fn mended(&mut self, now: Instant) {
        if let Some(since) = self.broken_since.take() {
            let gap = now.saturating_duration_since(since);
            if gap > FREEZE {
                self.freeze(gap);
            }
        }
    }

    /// Nothing is to be shown, or it was paused: no picture is missed.
    pub(crate) fn rest(&mut self) {
        self.last = None;
        self.broken_since = None;
    }

    fn freeze(&mut self, gap: Duration) {
        self.seen.freezes += 1;
        self.seen.frozen += gap;
    }

    pub(crate) fn take(&mut self) -> Seen {
        std::mem::take(&mut self.seen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_a_freeze_unless_nothing_was_to_be_shown() {
        let mut watch = PictureWatch::default();
        let at = Duration::from_millis;
        for millis in [1000, 1066, 1133, 1700, 1766] {
            watch.arrived(Part::Middle, at(millis - 10));
            watch.arrived(Part::End, at(millis));
        }
        assert_eq!(
            watch.take(),
            Seen {
                pictures: 5,
                freezes: 1,
                frozen: at(567)
            }
        );
        watch.rest();
        watch.arrived(Part::End, at(9000));
        assert_eq!(watch.take().freezes, 0);
    }

    #[test]
    fn what_cannot_be_decoded_is_not_seen() {
        let start = Instant::now();
        let mut watch = PictureWatch::default();
        watch.arrived(Part::End, Duration::from_millis(100));
        watch.broke(start);
        for millis in (160..700).step_by(60) {
            watch.arrived(Part::End, Duration::from_millis(millis));
        }
        watch.mended(start + Duration::from_millis(600));
        let seen = watch.take();
        assert_eq!((seen.pictures, seen.freezes), (1, 1));
        assert_eq!(seen.frozen, Duration::from_millis(600));
    }
}
