use super::Row;
use anyhow::{Error, bail};
use std::fmt;
use std::str::FromStr;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// One publisher to so many watchers.
    FanOut(usize),
    /// One publisher to as many watchers as load the server by half.
    Latency,
}

/// Packets a second of the publisher, audio and video.
const PACKETS_PER_SECOND: f64 = 175.0;

impl Scenario {
    pub const ALL: &'static [Self] = &[
        Self::FanOut(20),
        Self::FanOut(100),
        Self::FanOut(300),
        Self::FanOut(1_000),
        Self::Latency,
    ];

    /// How many watchers this takes, knowing the rows so far.
    pub fn watchers(self, rows: &[Row], cores: usize) -> usize {
        match self {
            Self::FanOut(watchers) => watchers,
            Self::Latency => {
                let cost = rows
                    .iter()
                    .rfind(|row| row.name != "fanout-1000")
                    .map_or(4.0, |row| row.cpu_us_per_forwarded_packet);
                half_load(cost, cores)
            }
        }
    }
}

/// The server gets half of the machine, the load generator the other; half of that half.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "some hundreds"
)]
fn half_load(cost_us: f64, cores: usize) -> usize {
    let budget_us = 1e6 * (cores as f64 / 2.0).max(1.0) * 0.5;
    ((budget_us / (cost_us * PACKETS_PER_SECOND)) as usize).clamp(20, 1_000)
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FanOut(watchers) => write!(f, "fanout-{watchers}"),
            Self::Latency => f.write_str("latency"),
        }
    }
}

impl FromStr for Scenario {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text == "latency" {
            return Ok(Self::Latency);
        }
        match text.strip_prefix("fanout-").map(str::parse) {
            Some(Ok(watchers)) if watchers > 0 => Ok(Self::FanOut(watchers)),
            _ => bail!("no such scenario: {text}"),
        }
    }
}
