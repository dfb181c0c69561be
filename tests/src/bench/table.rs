use super::Row;
use crate::load::Report;

pub(super) fn head(processor: &str, cores: usize) {
    println!("{processor}, {cores} cores\n");
    println!(
        "{:<14} {:>8} {:>9} {:>8} {:>6} {:>10} {:>9} {:>9} {:>9} {:>9}  load generator",
        "scenario",
        "watchers",
        "µs/packet",
        "floor",
        "ratio",
        "KiB/viewer",
        "loss",
        "p50 ms",
        "p99 ms",
        "1st frame"
    );
}

pub(super) fn row(row: &Row, report: &Report) {
    let busy: Vec<String> = report
        .busy
        .iter()
        .map(|share| format!("{:.0} %", share * 100.0))
        .collect();
    println!(
        "{:<14} {:>8} {:>9.2} {:>8} {:>6} {:>10.1} {:>9.6} {:>9.3} {:>9.3} {:>6.0} ms  {} ({}){}",
        row.name,
        row.watchers,
        row.cpu_us_per_forwarded_packet,
        optional(row.floor_us_per_packet),
        optional(row.ratio_to_floor),
        row.rss_kib_per_subscriber,
        row.loss,
        row.added_latency_ms_p50,
        row.added_latency_ms_p99,
        report.first_frame_ms_p95,
        busy.join(" + "),
        report.profile,
        others(report.others_busy),
    );
}

/// What only this scenario finds.
pub(super) fn details(row: &Row) {
    for (name, value) in &row.details {
        println!("{:<14} {name} {value:.2}", "");
    }
}

fn optional(figure: Option<f64>) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.2}"))
}

/// A warning where other programs kept the machine busy: the figures are then too high.
fn others(share: f64) -> String {
    if share < 0.1 {
        return String::new();
    }
    format!(
        "  other programs used {:.0} % of the machine",
        share * 100.0
    )
}

pub(super) fn refused(name: &str, reason: &str) {
    println!("{name:<14} refused: {reason}");
}
