//! Whole briefings: points that join over REST and WebSocket like our web client and send and receive in one session.

mod hall;
mod national;
mod participant;
mod plenary;
mod speakers;
mod storm;

pub use hall::Hall;
pub use participant::{Door, Guest, Shape, join};

use super::floor::Routes;
use super::{Report, Subject};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::time::Duration;

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scene {
    /// So many points publish three layers each, and see main, content and nine others.
    Plenary(usize),
    /// A chair, the provinces and as many communes as keep the server busy by its share.
    National,
    /// So many points join within ten seconds.
    Storm(usize),
    /// So many grants of the floor.
    Speakers(usize),
}

/// Where it happens.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Place {
    Briefing {
        base: String,
        id: String,
        /// Session of the chair.
        chair: String,
        /// Sessions of the points, provinces first.
        seats: Vec<String>,
    },
    /// The floor process, whose ingress this is.
    Floor(SocketAddr),
}

/// One run, as the bench asks for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Order {
    pub scene: Scene,
    pub place: Place,
    pub seconds: f64,
    pub subject: Subject,
    pub threads: usize,
    /// Viewers on the floor, where the scene leaves that open.
    pub viewers: usize,
}

impl Order {
    fn duration(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

/// Runs it. `announce` is given the routes before the floor is loaded.
pub async fn run(order: &Order, announce: impl FnOnce(&Routes) -> Result<()>) -> Result<Report> {
    match order.scene {
        Scene::Plenary(points) => plenary::run(order, points, announce).await,
        Scene::National => national::run(order, announce).await,
        Scene::Storm(points) => storm::run(order, points).await,
        Scene::Speakers(grants) => speakers::run(order, grants).await,
    }
}
