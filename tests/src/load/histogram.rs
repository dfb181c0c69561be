//! Latencies in logarithmic classes of about 3 %.

/// From 1 µs to about 18 s.
const CLASSES: usize = 24 * PER_DOUBLING;
const PER_DOUBLING: usize = 24;

/// Counts of durations in microseconds.
#[derive(Clone, Debug)]
pub struct Histogram {
    counts: Vec<u64>,
    total: u64,
    highest: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self {
            counts: vec![0; CLASSES],
            total: 0,
            highest: 0,
        }
    }
}

impl Histogram {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a class number is small and positive"
    )]
    pub fn add(&mut self, nanoseconds: u64) {
        let micros = (nanoseconds as f64 / 1_000.0).max(1.0);
        let class = (micros.log2() * PER_DOUBLING as f64) as usize;
        self.counts[class.min(CLASSES - 1)] += 1;
        self.total += 1;
        self.highest = self.highest.max(nanoseconds);
    }

    pub fn merge(&mut self, other: &Self) {
        for (own, more) in self.counts.iter_mut().zip(&other.counts) {
            *own += more;
        }
        self.total += other.total;
        self.highest = self.highest.max(other.highest);
    }

    /// The upper end of the class that holds this share (0 to 1) of all values, in milliseconds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "counts are far below 2^52"
    )]
    pub fn quantile_ms(&self, share: f64) -> Option<f64> {
        let wanted = (self.total as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (class, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted && seen > 0 {
                return Some(2_f64.powf((class + 1) as f64 / PER_DOUBLING as f64) / 1_000.0);
            }
        }
        None
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "durations are far below 2^52 nanoseconds"
    )]
    pub fn highest_ms(&self) -> f64 {
        self.highest as f64 / 1e6
    }

    pub fn total(&self) -> u64 {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_within_a_class() {
        let mut histogram = Histogram::default();
        for micros in 1..=1_000_u64 {
            histogram.add(micros * 1_000);
        }
        let middle = histogram.quantile_ms(0.5).unwrap();
        assert!((0.485..0.53).contains(&middle), "{middle}");
        let high = histogram.quantile_ms(0.99).unwrap();
        assert!((0.96..1.05).contains(&high), "{high}");
        assert!(Histogram::default().quantile_ms(0.5).is_none());
    }
}
