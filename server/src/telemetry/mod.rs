//! What `/metrics` shows (Prometheus, OpenMetrics text 1.0.0): one place that names every metric of the server.

mod media;
mod points;
pub(crate) mod traces;

use giaoban_media::MediaEngine;
use media::MediaCollector;
use points::PointMetrics;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::sync::Arc;

/// The media type of what [`Metrics::render`] writes.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Every metric that the server itself counts. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Arc<Registry>,
    /// Briefings that have a room on this server now.
    pub rooms: Gauge,
    /// Sockets that have said hello and are in a room.
    pub connections: Gauge,
    /// Commands by what became of them.
    pub commands: Family<CommandLabels, Counter>,
    /// From a client's hello until its welcome is queued, its join durable.
    pub join: Histogram,
    /// From a command's arrival in its room until its reply is queued, its facts durable.
    pub command: Histogram,
    /// One append to the ledger.
    pub append: Histogram,
    pub facts: Counter,
    /// Appends that failed; the commands of the batch were refused.
    pub append_failures: Counter,
    /// Clients closed because they didn't read.
    pub slow_clients: Counter,
    /// WHEP watchers that came by a watch link, now.
    pub watchers: Gauge,
    /// How the points' links do.
    pub points: PointMetrics,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct CommandLabels {
    pub outcome: CommandOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum CommandOutcome {
    Done,
    Refused,
    StoreUnavailable,
}

impl Metrics {
    #[must_use]
    pub fn new(engine: MediaEngine) -> Self {
        let mut registry = Registry::with_prefix("giaoban");
        registry.register(
            "build",
            "The version that runs",
            Info::new([("version", env!("CARGO_PKG_VERSION"))]),
        );
        let metrics = Self {
            registry: Arc::new(Registry::default()),
            rooms: Gauge::default(),
            connections: Gauge::default(),
            commands: Family::default(),
            join: seconds(),
            command: seconds(),
            append: seconds(),
            facts: Counter::default(),
            append_failures: Counter::default(),
            slow_clients: Counter::default(),
            watchers: Gauge::default(),
            points: PointMetrics::default(),
        };
        // An outcome that has not happened yet is 0, not missing: alerts compare it.
        for outcome in [
            CommandOutcome::Done,
            CommandOutcome::Refused,
            CommandOutcome::StoreUnavailable,
        ] {
            drop(metrics.commands.get_or_create(&CommandLabels { outcome }));
        }
        registry.register(
            "rooms",
            "Briefings with a room on this server",
            metrics.rooms.clone(),
        );
        registry.register(
            "connections",
            "Clients connected to a room",
            metrics.connections.clone(),
        );
        registry.register(
            "commands",
            "Commands by their outcome",
            metrics.commands.clone(),
        );
        registry.register_with_unit(
            "join_duration",
            "From a client's hello to its welcome",
            Unit::Seconds,
            metrics.join.clone(),
        );
        registry.register_with_unit(
            "command_duration",
            "From a command's arrival to its reply",
            Unit::Seconds,
            metrics.command.clone(),
        );
        registry.register_with_unit(
            "ledger_append_duration",
            "One append to the ledger",
            Unit::Seconds,
            metrics.append.clone(),
        );
        registry.register(
            "ledger_facts",
            "Facts appended to ledgers",
            metrics.facts.clone(),
        );
        registry.register(
            "ledger_append_failures",
            "Appends that failed",
            metrics.append_failures.clone(),
        );
        registry.register(
            "slow_clients",
            "Clients closed because they did not read",
            metrics.slow_clients.clone(),
        );
        registry.register(
            "watchers",
            "Watchers by watch links",
            metrics.watchers.clone(),
        );
        metrics.points.register(&mut registry);
        registry.register_collector(Box::new(MediaCollector::new(engine)));
        Self {
            registry: Arc::new(registry),
            ..metrics
        }
    }

    /// The text for one scrape.
    pub fn render(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// From 0.5 ms to 16 s.
fn seconds() -> Histogram {
    Histogram::new((0..16).map(|power| 0.0005 * f64::from(1_u32 << power)))
}
