use crate::load::Report;
use serde::Serialize;

/// One line of the table; the fields are part of the external contract.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    pub name: String,
    pub watchers: usize,
    pub cpu_us_per_forwarded_packet: f64,
    pub floor_us_per_packet: f64,
    pub ratio_to_floor: f64,
    pub rss_kib_per_subscriber: f64,
    pub loss: f64,
    pub added_latency_ms_p50: f64,
    pub added_latency_ms_p99: f64,
}

impl Row {
    /// Refused, with the reason, if either run was limited by the load generator.
    pub fn new(name: &str, server: &Report, floor: &Report) -> Result<Self, String> {
        if let Some(reason) = &server.saturated {
            return Err(reason.clone());
        }
        if let Some(reason) = &floor.saturated {
            return Err(format!("floor: {reason}"));
        }
        if floor.loss > 0.0 {
            return Err(format!("the floor lost {} packets", floor.lost));
        }
        let cpu = server
            .cpu_us_per_forwarded()
            .ok_or("nothing was forwarded")?;
        let floor_us = floor
            .cpu_us_per_forwarded()
            .ok_or("the floor forwarded nothing")?;
        Ok(Self {
            name: name.to_owned(),
            watchers: server.watchers,
            cpu_us_per_forwarded_packet: cpu,
            floor_us_per_packet: floor_us,
            ratio_to_floor: cpu / floor_us,
            rss_kib_per_subscriber: server.rss_kib_per_watcher().unwrap_or_default(),
            loss: server.loss,
            added_latency_ms_p50: server.latency_ms_p50,
            added_latency_ms_p99: server.latency_ms_p99,
        })
    }
}
