use super::Row;
use crate::load::meeting::Scene;
use anyhow::{Context as _, Error};
use std::fmt;
use std::str::FromStr;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scenario {
    /// One publisher to so many watchers.
    FanOut(usize),
    /// One publisher to as many watchers as load the server by half.
    Latency,
    /// A whole briefing.
    Meeting(Scene),
}

/// Packets a second of the publisher, audio and video.
const PACKETS_PER_SECOND: f64 = 175.0;

impl Scenario {
    pub const ALL: &'static [Self] = &[
        Self::FanOut(20),
        Self::FanOut(100),
        Self::FanOut(300),
        Self::FanOut(1_000),
        Self::Meeting(Scene::Plenary(16)),
        Self::Meeting(Scene::National),
        Self::Meeting(Scene::Storm(500)),
        Self::Meeting(Scene::Speakers(200)),
        Self::Latency,
    ];

    /// How many watchers this takes, knowing the rows so far.
    pub fn watchers(self, rows: &[Row], cores: usize) -> usize {
        match self {
            Self::FanOut(watchers) => watchers,
            Self::Meeting(Scene::Plenary(points) | Scene::Storm(points)) => points,
            Self::Meeting(Scene::National | Scene::Speakers(_)) => 0,
            Self::Latency => {
                let cost = rows
                    .iter()
                    .rfind(|row| matches!(row.name.as_str(), "fanout-100" | "fanout-300"))
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
            Self::Meeting(Scene::Plenary(points)) => write!(f, "plenary-{points}"),
            Self::Meeting(Scene::National) => f.write_str("national-3355"),
            Self::Meeting(Scene::Storm(points)) => write!(f, "storm-{points}"),
            Self::Meeting(Scene::Speakers(_)) => f.write_str("speaker-switch"),
        }
    }
}

impl FromStr for Scenario {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let number = |number: &str| number.parse().ok().filter(|number| *number > 0);
        let named = match text.split_once('-') {
            None if text == "latency" => Some(Self::Latency),
            Some(("fanout", watchers)) => number(watchers).map(Self::FanOut),
            Some(("plenary", points)) => number(points)
                .filter(|points| *points > 3)
                .map(|points| Self::Meeting(Scene::Plenary(points))),
            Some(("storm", points)) => {
                number(points).map(|points| Self::Meeting(Scene::Storm(points)))
            }
            Some(("national", "3355")) => Some(Self::Meeting(Scene::National)),
            Some(("speaker", "switch")) => Some(Self::Meeting(Scene::Speakers(200))),
            _ => None,
        };
        named.with_context(|| format!("no such scenario: {text}"))
    }
}
