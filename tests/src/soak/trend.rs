//! Whether a noisy series rises.

use std::fmt;

/// More growth than this share of the middle value is a trend.
const TOLERATED: f64 = 0.03;
/// A slope over more values than this is taken from so many of them, evenly spread.
const MOST: usize = 600;

/// How much a series grew.
#[derive(Clone, Debug)]
pub struct Trend {
    pub name: &'static str,
    pub median: f64,
    pub growth: f64,
    tolerated: f64,
}

impl Trend {
    /// `noise`: growth of this much is no trend, however small the values are.
    pub fn of(name: &'static str, series: &[(f64, f64)], noise: f64) -> Self {
        let median = median(series.iter().map(|(_, value)| *value).collect());
        Self {
            name,
            median,
            growth: growth(series),
            tolerated: (median * TOLERATED).max(noise),
        }
    }

    pub fn is_flat(&self) -> bool {
        self.growth <= self.tolerated
    }
}

impl fmt::Display for Trend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_flat() { "flat" } else { "RISES" };
        write!(
            f,
            "{}: {verdict}, median {:.0}, {:+.1} over the second half (tolerated {:.1})",
            self.name, self.median, self.growth, self.tolerated
        )
    }
}

/// What a series grew by from its first to its last moment, by the median of the slopes between all pairs (Theil and
/// Sen): up to 29 % of the values may be outliers.
#[must_use]
pub fn growth(series: &[(f64, f64)]) -> f64 {
    let step = series.len().div_ceil(MOST).max(1);
    let sample: Vec<(f64, f64)> = series.iter().step_by(step).copied().collect();
    let mut slopes = Vec::with_capacity(sample.len() * sample.len() / 2);
    for (place, (at, value)) in sample.iter().enumerate() {
        for (later, then) in &sample[place + 1..] {
            slopes.push((then - value) / (later - at).max(f64::EPSILON));
        }
    }
    let span = match (series.first(), series.last()) {
        (Some((first, _)), Some((last, _))) => last - first,
        _ => 0.0,
    };
    median(slopes) * span
}

fn median(mut values: Vec<f64>) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    *values.select_nth_unstable_by(middle, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(value: impl Fn(f64) -> f64) -> Vec<(f64, f64)> {
        (0..900_i32)
            .map(f64::from)
            .map(|at| (at, value(at)))
            .collect()
    }

    #[test]
    fn noise_and_steps_back_and_forth_are_flat() {
        let noisy = series(|at| 50_000.0 + 900.0 * (at * 12.9898).sin());
        assert!(Trend::of("noise", &noisy, 1.0).is_flat());
        let bursts = series(|at| if at % 10.0 < 2.0 { 90_000.0 } else { 50_000.0 });
        assert!(Trend::of("bursts", &bursts, 1.0).is_flat());
    }

    #[test]
    fn a_slow_leak_rises_through_the_noise() {
        let leak = series(|at| 50_000.0 + 3.0 * at + 900.0 * (at * 12.9898).sin());
        let trend = Trend::of("leak", &leak, 1.0);
        assert!(!trend.is_flat());
        assert!((2_400.0..3_000.0).contains(&trend.growth), "{trend}");
    }
}
