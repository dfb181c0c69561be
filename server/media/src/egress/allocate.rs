//! Gives a viewer's bandwidth to its slots: voices first, then content, the main picture, thumbnails.
//! `docs/media/allocation.md` says in words what is decided here.

use super::redundancy::REDUNDANT_KBPS;
use std::time::{Duration, Instant};

/// Opus as our clients send it, with headers.
pub(crate) const VOICE_KBPS: u32 = 40;
/// More must fit with this much to spare before it is shown, so that the picture does not change back and forth.
const HEADROOM: f32 = 1.2;
/// After a step down, the next step up waits this long; twice as long each time a step up was undone soon.
const UPGRADE_PAUSE: Duration = Duration::from_secs(3);
const LONGEST_PAUSE: Duration = Duration::from_mins(2);
/// A step up that holds this long was right.
const PROVEN: Duration = Duration::from_secs(20);
/// Below this a camera's picture only delays the voices and the slides.
const CAMERA_KBPS: u32 = 150;
/// Cameras are only given up when the link has been that narrow for so long: a receiver that was busy for a moment
/// looks like a narrow link too.
const STARVED: Duration = Duration::from_secs(1);

/// What there is to send.
#[derive(Clone, Debug, Default)]
pub(crate) struct Demand<'a> {
    pub(crate) voices: u32,
    /// Whether they carry the ones before them.
    pub(crate) redundant: bool,
    /// Rate of the content; `None` if there is none.
    pub(crate) content: Option<u32>,
    /// Rates of the main picture's layers, 0 for those that are off; `None` if there is none.
    pub(crate) main: Option<[u32; 3]>,
    /// Rates of the thumbnails' lowest layers, in order.
    pub(crate) thumbnails: &'a [u32],
}

impl Demand<'_> {
    /// The rate of everything at its best.
    pub(crate) fn all(&self) -> u32 {
        let main = self.main.unwrap_or_default().into_iter().max();
        let pictures = self.content.unwrap_or_default()
            + main.unwrap_or_default()
            + self.thumbnails.iter().sum::<u32>();
        self.sound() + spacious(pictures)
    }

    fn sound(&self) -> u32 {
        self.voices * (VOICE_KBPS + if self.redundant { REDUNDANT_KBPS } else { 0 })
    }
}

/// How many of the pictures of a stream are sent, where its encoder makes some that the others do without.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Pace {
    Quarter,
    Half,
    #[default]
    Full,
}

impl Pace {
    /// Of a stream's rate; browsers divide it so among three frame rates.
    fn share(self, kbps: u32) -> u32 {
        match self {
            Self::Quarter => kbps * 2 / 5,
            Self::Half => kbps * 3 / 5,
            Self::Full => kbps,
        }
    }

    /// The highest temporal layer.
    pub(crate) const fn temporal(self) -> u8 {
        match self {
            Self::Quarter => 0,
            Self::Half => 1,
            Self::Full => crate::codec::layers::Target::ALL.temporal,
        }
    }
}

/// What to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allocation {
    /// Layer of the main picture; `None` to pause it.
    pub(crate) main: Option<u8>,
    /// How many of its pictures a second are sent.
    pub(crate) pace: Pace,
    /// How many thumbnails, counted from the first.
    pub(crate) thumbnails: usize,
}

/// Remembers what was decided, for hysteresis.
#[derive(Debug, Default)]
pub(crate) struct Allocator {
    cameras: Cameras,
    main: Climber,
    pace: Pace,
    slowed: Option<Instant>,
    /// How many thumbnails are shown, and until when no more.
    thumbnails: usize,
    no_more_until: Option<Instant>,
}

impl Allocator {
    /// All rates in kbps. Voices and content are always sent: content that is too much waits in the pacer.
    pub(crate) fn allocate(&mut self, now: Instant, estimate: u32, demand: &Demand) -> Allocation {
        let left = estimate
            .saturating_sub(demand.sound())
            .saturating_sub(demand.content.unwrap_or_default());
        let Some(layers) = demand.main else {
            // The next main picture begins anew.
            self.main = Climber::default();
            let cameras = self.cameras.allowed(now, estimate, true);
            return self.with_thumbnails(now, if cameras { left } else { 0 }, None, demand);
        };
        let least = layers.into_iter().find(|rate| *rate > 0).unwrap_or(0);
        let main = self
            .cameras
            .allowed(now, estimate, Pace::Quarter.share(least) <= left)
            .then(|| self.main.layer(now, left, layers));
        self.set_pace(now, left, least);
        let left = match main {
            Some(layer) => left.saturating_sub(layers[usize::from(layer)]),
            None => 0,
        };
        self.with_thumbnails(now, left, main, demand)
    }

    /// The frame rate of the lowest layer goes down where not even that has room, and up with room to spare.
    fn set_pace(&mut self, now: Instant, left: u32, least: u32) {
        let fits = |pace: &Pace| pace.share(least) <= left;
        let paces = [Pace::Full, Pace::Half, Pace::Quarter];
        let best = paces.into_iter().find(fits).unwrap_or(Pace::Quarter);
        if best < self.pace {
            self.pace = best;
            self.slowed = Some(now);
        } else if best > self.pace
            && spacious(best.share(least)) <= left
            && self
                .slowed
                .is_none_or(|slowed| now.saturating_duration_since(slowed) >= UPGRADE_PAUSE)
        {
            self.pace = best;
        }
    }

    /// Fewer thumbnails at once, more when there is room to spare and it has lasted.
    fn with_thumbnails(
        &mut self,
        now: Instant,
        left: u32,
        main: Option<u8>,
        demand: &Demand,
    ) -> Allocation {
        let (mut total, mut fit, mut roomy) = (0_u32, 0, 0);
        for (index, rate) in demand.thumbnails.iter().enumerate() {
            total += *rate;
            if total <= left {
                fit = index + 1;
            }
            if spacious(total) <= left {
                roomy = index + 1;
            }
        }
        let shown = self.thumbnails.min(demand.thumbnails.len());
        if fit < shown {
            self.thumbnails = fit;
            self.no_more_until = Some(now + UPGRADE_PAUSE);
        } else if roomy > shown && self.no_more_until.is_none_or(|until| until <= now) {
            self.thumbnails = roomy;
        } else {
            self.thumbnails = shown;
        }
        Allocation {
            main,
            pace: self.pace,
            thumbnails: self.thumbnails,
        }
    }
}

fn spacious(kbps: u32) -> u32 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "kbps"
    )]
    let kbps = (kbps as f32 * HEADROOM) as u32;
    kbps
}

/// Whether cameras are shown at all.
#[derive(Debug, Default)]
struct Cameras {
    given_up: bool,
    /// Since when they should not be shown, or should be again.
    otherwise_since: Option<Instant>,
}

impl Cameras {
    /// `fits`: even the smallest main picture has room.
    fn allowed(&mut self, now: Instant, estimate: u32, fits: bool) -> bool {
        let (should_give_up, patience) = if self.given_up {
            (estimate < spacious(CAMERA_KBPS) || !fits, UPGRADE_PAUSE)
        } else {
            (estimate < CAMERA_KBPS || !fits, STARVED)
        };
        if should_give_up == self.given_up {
            self.otherwise_since = None;
        } else {
            let since = *self.otherwise_since.get_or_insert(now);
            if now.saturating_duration_since(since) >= patience {
                self.given_up = should_give_up;
                self.otherwise_since = None;
            }
        }
        !self.given_up
    }
}

/// Goes down the layers at once and up with care.
#[derive(Debug, Default)]
struct Climber {
    layer: Option<u8>,
    lowered: Option<Instant>,
    raised: Option<Instant>,
    /// 0 stands for `UPGRADE_PAUSE`.
    pause: Duration,
}

impl Climber {
    fn layer(&mut self, now: Instant, budget: u32, layers: [u32; 3]) -> u8 {
        let live = |layer: u8| layers[usize::from(layer)] > 0;
        // Before anything is measured the lowest is as good a guess as any: its first packets will tell.
        let lowest = (0..3).find(|layer| live(*layer)).unwrap_or(0);
        let current = self.layer.filter(|layer| live(*layer)).unwrap_or(lowest);
        let may_rise = self.lowered.is_none_or(|lowered| {
            now.saturating_duration_since(lowered) >= self.pause.max(UPGRADE_PAUSE)
        });
        let mut chosen = lowest;
        for layer in (0..3).filter(|layer| live(*layer)) {
            let rate = layers[usize::from(layer)];
            let fits = if layer > current {
                may_rise && spacious(rate) <= budget
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
        } else if self.layer == Some(current) && chosen > current {
            self.raised = Some(now);
        }
        self.layer = Some(chosen);
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYERS: [u32; 3] = [150, 500, 1500];

    fn demand(main: [u32; 3], thumbnails: &[u32]) -> Demand<'_> {
        Demand {
            voices: 2,
            redundant: false,
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
                main: Some(2),
                pace: Pace::Full,
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
                main: Some(0),
                pace: Pace::Full,
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
                main: Some(0),
                pace: Pace::Full,
                thumbnails: 0
            }
        );
    }

    #[test]
    fn a_very_narrow_link_gives_up_cameras_but_not_for_a_moments_weakness() {
        let start = Instant::now();
        let mut allocator = Allocator::default();
        let mut main = |millis, estimate| {
            let now = start + Duration::from_millis(millis);
            let demand = demand([60, 500, 1500], &[60]);
            allocator.allocate(now, estimate, &demand).main
        };
        assert_eq!(main(0, 128), Some(0));
        assert_eq!(main(500, 300), Some(0));
        assert_eq!(main(1000, 128), Some(0));
        assert_eq!(main(2000, 128), None);
        // Back when there is room to spare, and has been for a while.
        assert_eq!(main(6000, 160), None);
        assert_eq!(main(7000, 300), None);
        assert_eq!(main(10_000, 300), Some(0));
    }

    #[test]
    fn before_a_picture_is_paused_it_gets_fewer_frames() {
        let start = Instant::now();
        let mut allocator = Allocator::default();
        let mut shown = |seconds, estimate| {
            let now = start + Duration::from_secs(seconds);
            let allocation = allocator.allocate(now, estimate, &demand([200, 0, 0], &[]));
            (allocation.main, allocation.pace)
        };
        assert_eq!(shown(0, 300), (Some(0), Pace::Full));
        assert_eq!(shown(1, 250), (Some(0), Pace::Half));
        assert_eq!(shown(2, 180), (Some(0), Pace::Quarter));
        assert_eq!(shown(3, 285), (Some(0), Pace::Quarter), "too soon");
        assert_eq!(shown(6, 285), (Some(0), Pace::Quarter), "nothing to spare");
        assert_eq!(shown(7, 330), (Some(0), Pace::Full));
    }

    #[test]
    fn slides_take_the_cameras_room() {
        let start = Instant::now();
        let mut allocator = Allocator::default();
        let demand = Demand {
            content: Some(300),
            ..demand(LAYERS, &[150])
        };
        allocator.allocate(start, 400, &demand);
        let allocation = allocator.allocate(start + STARVED, 400, &demand);
        assert_eq!((allocation.main, allocation.thumbnails), (None, 0));
    }

    #[test]
    fn thumbnails_go_at_once_and_come_back_with_room_to_spare() {
        let start = Instant::now();
        let mut allocator = Allocator::default();
        let mut shown = |seconds, estimate| {
            let now = start + Duration::from_secs(seconds);
            let demand = demand([150, 0, 0], &[150, 150]);
            allocator.allocate(now, estimate, &demand).thumbnails
        };
        assert_eq!(shown(0, 1000), 2);
        assert_eq!(shown(1, 400), 1);
        assert_eq!(shown(2, 1000), 1, "too soon");
        assert_eq!(shown(5, 540), 1, "it would just fit");
        assert_eq!(shown(6, 1000), 2);
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
