use crate::load::Report;
use crate::load::sample::share;
use serde::Serialize;
use std::collections::BTreeMap;

/// One line of the table; the fields are part of the external contract.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub name: String,
    pub watchers: usize,
    pub cpu_us_per_forwarded_packet: f64,
    /// `None` where the row is not about the cost of packets.
    pub floor_us_per_packet: Option<f64>,
    pub ratio_to_floor: Option<f64>,
    pub rss_kib_per_subscriber: f64,
    pub loss: f64,
    pub added_latency_ms_p50: f64,
    pub added_latency_ms_p99: f64,
    /// Feedback that the viewers sent, messages a second of each: transport feedback, receiver reports, requests for
    /// repeats.
    pub feedback_per_viewer_per_second: Feedback,
    /// Share of the packets whose payload was opened and checked; the others were counted by their headers.
    pub opened: f64,
    /// What only this scenario finds.
    #[serde(flatten)]
    pub details: BTreeMap<String, f64>,
}

#[derive(Clone, Copy, Debug, Serialize)]
pub struct Feedback {
    pub transport: f64,
    pub reports: f64,
    pub nacks: f64,
}

impl Feedback {
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    fn of(report: &Report) -> Self {
        let each = |count: u64| count as f64 / report.watchers.max(1) as f64 / report.seconds;
        Self {
            transport: each(report.transport_feedbacks),
            reports: each(report.receiver_reports),
            nacks: each(report.nacks),
        }
    }
}

impl Row {
    /// Refused, with the reason, if either run was limited by the load generator.
    pub fn new(name: &str, server: &Report, floor: Option<&Report>) -> Result<Self, String> {
        if let Some(reason) = &server.saturated {
            return Err(reason.clone());
        }
        if let [reason, ..] = server.failures.as_slice() {
            return Err(format!("{} peers failed: {reason}", server.failures.len()));
        }
        let cpu = server
            .cpu_us_per_forwarded()
            .ok_or("nothing was forwarded")?;
        let floor_us = floor.map(floor_cost).transpose()?;
        Ok(Self {
            name: name.to_owned(),
            watchers: server.watchers,
            cpu_us_per_forwarded_packet: cpu,
            floor_us_per_packet: floor_us,
            ratio_to_floor: floor_us.map(|floor| cpu / floor),
            rss_kib_per_subscriber: server.rss_kib_per_watcher().unwrap_or_default(),
            loss: server.loss,
            added_latency_ms_p50: server.latency_ms_p50,
            added_latency_ms_p99: server.latency_ms_p99,
            feedback_per_viewer_per_second: Feedback::of(server),
            opened: 1.0 - share(server.counted_closed, server.forwarded),
            details: server.details.clone(),
        })
    }
}

fn floor_cost(floor: &Report) -> Result<f64, String> {
    if let Some(reason) = &floor.saturated {
        return Err(format!("floor: {reason}"));
    }
    if floor.loss > 0.0 {
        return Err(format!("the floor lost {} packets", floor.lost));
    }
    floor
        .cpu_us_per_forwarded()
        .ok_or_else(|| "the floor forwarded nothing".to_owned())
}
