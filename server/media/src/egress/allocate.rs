//! Gives a viewer's bandwidth to its slots: voices first, then content, the main picture, thumbnails.

use std::time::{Duration, Instant};

/// Opus as our clients send it, with headers.
const VOICE_KBPS: u32 = 40;
/// A higher layer must fit with this much to spare, so that the picture does not change back and forth.
const UPGRADE_HEADROOM: f32 = 1.2;
/// After a step down, the next step up waits this long; twice as long each time a step up was undone soon.
const UPGRADE_PAUSE: Duration = Duration::from_secs(3);
const LONGEST_PAUSE: Duration = Duration::from_mins(2);
/// A step up that holds this long was right.
const PROVEN: Duration = Duration::from_secs(20);
/// Below this even the lowest layer of the main picture only delays the voices.
const VIDEO_FLOOR_KBPS: u32 = 90;
/// Pictures are only given up when the link has been that narrow for so long: a receiver that was busy for a moment
/// looks like a narrow link too.
const STARVED: Duration = Duration::from_secs(2);

/// What there is to send.
#[derive(Clone, Debug, Default)]
pub(crate) struct Demand<'a> {
    pub(crate) voices: u32,
    /// Rate of the content; `None` if there is none.
    pub(crate) content: Option<u32>,
    /// Rates of the main picture's layers, 0 for those that are off; `None` if there is none.
    pub(crate) main: Option<[u32; 3]>,
    /// Rates of the thumbnails' lowest layers, in order.
    pub(crate) thumbnails: &'a [u32],
}

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allocation {
    pub(crate) content: bool,
    /// Layer of the main picture; `None` to pause it.
    pub(crate) main: Option<u8>,
    /// How many thumbnails, counted from the first.
    pub(crate) thumbnails: usize,
}

/// Remembers what was decided, for hysteresis.
#[derive(Debug, Default)]
pub(crate) struct Allocator {
    main: Option<u8>,
    lowered: Option<Instant>,
    raised: Option<Instant>,
    /// 0 stands for `UPGRADE_PAUSE`.
    pause: Duration,
    narrow_since: Option<Instant>,
}

impl Allocator {
    /// All rates in kbps.
    pub(crate) fn allocate(&mut self, now: Instant, estimate: u32, demand: &Demand) -> Allocation {
        let mut left = estimate.saturating_sub(demand.voices * VOICE_KBPS);
        let pictures = !self.is_starved(now, estimate);
        let content = demand.content.is_some() && pictures;
        if content {
            left = left.saturating_sub(demand.content.unwrap_or_default());
        }
        let main = demand
            .main
            .and_then(|layers| self.main_layer(now, pictures, left, layers));
        if let (Some(layer), Some(layers)) = (main, demand.main) {
            left = left.saturating_sub(layers[usize::from(layer)]);
        }
        let mut thumbnails = 0;
        for rate in demand.thumbnails {
            let Some(rest) = left.checked_sub(*rate) else {
                break;
            };
            left = rest;
            thumbnails += 1;
        }
        Allocation {
            content,
            main,
            thumbnails,
        }
    }

    fn is_starved(&mut self, now: Instant, estimate: u32) -> bool {
        if estimate >= VIDEO_FLOOR_KBPS {
            self.narrow_since = None;
            return false;
        }
        let since = *self.narrow_since.get_or_insert(now);
        now.saturating_duration_since(since) >= STARVED
    }

    fn main_layer(
        &mut self,
        now: Instant,
        pictures: bool,
        budget: u32,
        layers: [u32; 3],
    ) -> Option<u8> {
        let live = |layer: u8| layers[usize::from(layer)] > 0;
        // Before anything is measured the lowest is as good a guess as any: its first packets will tell.
        let lowest = (0..3).find(|layer| live(*layer)).unwrap_or(0);
        if !pictures {
            self.main = None;
            self.lowered = Some(now);
            return None;
        }
        let current = self.main.filter(|layer| live(*layer)).unwrap_or(lowest);
        let may_rise = self.lowered.is_none_or(|lowered| {
            now.saturating_duration_since(lowered) >= self.pause.max(UPGRADE_PAUSE)
        });
        let mut chosen = lowest;
        for layer in (0..3).filter(|layer| live(*layer)) {
            #[expect(clippy::cast_precision_loss, reason = "kbps")]
            let (rate, budget) = (layers[usize::from(layer)] as f32, budget as f32);
            let fits = if layer > current {
                may_rise && rate * UPGRADE_HEADROOM <= budget
            } else {
                rate <= budget
            };
            if fits {
                chosen = layer;
            }
        }
        if chosen < current {
            let undone = self
                .raised
                .take()
                .is_some_and(|raised| now.saturating_duration_since(raised) < PROVEN);
            self.pause = if undone {
                (self.pause.max(UPGRADE_PAUSE) * 2).min(LONGEST_PAUSE)
            } else {
                UPGRADE_PAUSE
            };
            self.lowered = Some(now);
        } else if self.main == Some(current) && chosen > current {
            self.raised = Some(now);
        }
        self.main = Some(chosen);
        Some(chosen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYERS: [u32; 3] = [150, 500, 1500];

    fn demand(main: [u32; 3], thumbnails: &[u32]) -> Demand<'_> {
        Demand {
            voices: 2,
            content: None,
            main: Some(main),
            thumbnails,
        }
    }

    #[test]
    fn a_wide_link_gets_everything() {
        let allocation =
            Allocator::default().allocate(Instant::now(), 5000, &demand(LAYERS, &[150, 150]));
        assert_eq!(
            allocation,
            Allocation {
                content: false,
                main: Some(2),
                thumbnails: 2
            }
        );
    }

    #[test]
    fn a_narrow_link_keeps_the_main_picture_and_gives_up_thumbnails() {
        let allocation =
            Allocator::default().allocate(Instant::now(), 300, &demand(LAYERS, &[150, 150]));
        assert_eq!(
            allocation,
            Allocation {
                content: false,
                main: Some(0),
                thumbnails: 0
            }
        );
    }

    #[test]
    fn content_comes_before_the_main_picture() {
        let demand = Demand {
            content: Some(400),
            ..demand(LAYERS, &[])
        };
        let allocation = Allocator::default().allocate(Instant::now(), 700, &demand);
        assert_eq!(
            allocation,
            Allocation {
                content: true,
                main: Some(0),
                thumbnails: 0
            }
        );
    }

    #[test]
    fn a_very_narrow_link_hears_only_but_not_for_a_moments_weakness() {
        let start = Instant::now();
        let mut allocator = Allocator::default();
        let mut main = |seconds, estimate| {
            let now = start + Duration::from_secs(seconds);
            allocator
                .allocate(now, estimate, &demand(LAYERS, &[150]))
                .main
        };
        assert_eq!(main(0, 70), Some(0));
        assert_eq!(main(1, 100), Some(0));
        assert_eq!(main(2, 70), Some(0));
        assert_eq!(main(4, 70), None);
        assert_eq!(main(5, 100), Some(0));
    }

    #[test]
    fn a_step_down_is_at_once_and_a_step_up_waits() {
        let start = Instant::now();
        let mut allocator = Allocator::default();
        assert_eq!(
            allocator.allocate(start, 3000, &demand(LAYERS, &[])).main,
            Some(2)
        );
        assert_eq!(
            allocator.allocate(start, 700, &demand(LAYERS, &[])).main,
            Some(1)
        );
        assert_eq!(
            allocator
                .allocate(start + Duration::from_secs(1), 3000, &demand(LAYERS, &[]))
                .main,
            Some(1)
        );
        assert_eq!(
            allocator
                .allocate(start + Duration::from_secs(4), 3000, &demand(LAYERS, &[]))
                .main,
            Some(2)
        );
    }

    #[test]
    fn a_link_that_never_carries_the_higher_layer_is_tried_ever_more_rarely() {
        let start = Instant::now();
        let mut allocator = Allocator::default();
        allocator.allocate(start, 700, &demand(LAYERS, &[]));
        let (mut switches, mut layer) = (0, 1);
        // Whenever the high layer is sent, the estimate collapses within a second.
        for second in 0..300 {
            let estimate = if layer == 2 { 700 } else { 2500 };
            let now = start + Duration::from_secs(second);
            let chosen = allocator
                .allocate(now, estimate, &demand(LAYERS, &[]))
                .main
                .unwrap();
            switches += u32::from(chosen != layer);
            layer = chosen;
        }
        assert!(switches <= 14, "{switches} switches in five minutes");
    }

    #[test]
    fn an_estimate_that_wavers_changes_nothing() {
        let start = Instant::now();
        let mut allocator = Allocator::default();
        allocator.allocate(start, 700, &demand(LAYERS, &[]));
        for second in 0..20 {
            let estimate = if second % 2 == 0 { 620 } else { 660 };
            let allocation = allocator.allocate(
                start + Duration::from_secs(second),
                estimate,
                &demand(LAYERS, &[]),
            );
            assert_eq!(allocation.main, Some(1));
        }
    }
}
