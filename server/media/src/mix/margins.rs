//! How long before they are needed a voice's packets come: what the frame clock and the depth of the buffer go by.

/// Packets of half a window; with 20 ms packets the window is the last one to two seconds.
const HALF_WINDOW: u32 = 50;

#[derive(Clone, Copy, Debug)]
struct Span {
    least: i64,
    most: i64,
}

/// The least and the greatest margin of late, in microseconds. Negative: the packet came too late.
#[derive(Debug, Default)]
pub(super) struct Margins {
    current: Option<Span>,
    previous: Option<Span>,
    count: u32,
}

impl Margins {
    pub(super) fn note(&mut self, micros: i64) {
        let span = self.current.get_or_insert(Span {
            least: micros,
            most: micros,
        });
        span.least = span.least.min(micros);
        span.most = span.most.max(micros);
        self.count += 1;
        if self.count == HALF_WINDOW {
            self.count = 0;
            self.previous = self.current.take();
        }
    }

    fn spans(&self) -> impl Iterator<Item = Span> {
        self.current.into_iter().chain(self.previous)
    }

    pub(super) fn least(&self) -> Option<i64> {
        self.spans().map(|span| span.least).min()
    }

    pub(super) fn most(&self) -> Option<i64> {
        self.spans().map(|span| span.most).max()
    }

    /// Whether enough packets are known to call the least margin one that can be relied on.
    pub(super) const fn settled(&self) -> bool {
        self.previous.is_some()
    }

    /// All packets are needed so much later from now on.
    pub(super) fn shift(&mut self, micros: i64) {
        for span in self.current.iter_mut().chain(&mut self.previous) {
            span.least += micros;
            span.most += micros;
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_older_than_the_window_is_forgotten() {
        let mut margins = Margins::default();
        margins.note(-5);
        for _ in 0..HALF_WINDOW {
            margins.note(9);
        }
        assert_eq!((margins.least(), margins.most()), (Some(-5), Some(9)));
        for _ in 0..2 * HALF_WINDOW {
            margins.note(7);
        }
        assert_eq!((margins.least(), margins.most()), (Some(7), Some(7)));
        margins.shift(-3);
        assert_eq!(margins.least(), Some(4));
    }
}
