//! The record as a picture.

use super::record::{Record, Second};
use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use std::path::Path;

const SIZE: (u32, u32) = (900, 760);
/// Points of each line, so that the file stays small.
const POINTS: usize = 240;

struct Panel {
    title: &'static str,
    colour: RGBColor,
    value: fn(&Second) -> f64,
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
const PANELS: [Panel; 4] = [
    Panel {
        title: "memory, MiB",
        colour: RGBColor(20, 90, 160),
        value: |second| second.reading.resident_kib as f64 / 1_024.0,
    },
    Panel {
        title: "file descriptors",
        colour: RGBColor(160, 70, 20),
        value: |second| second.reading.descriptors as f64,
    },
    Panel {
        title: "CPU, % of one core",
        colour: RGBColor(20, 120, 60),
        value: |second| second.cpu_percent,
    },
    Panel {
        title: "packets forwarded a second",
        colour: RGBColor(110, 40, 130),
        value: |second| second.forwarded_rate,
    },
];

pub(super) fn draw(record: &Record, file: &Path) -> Result<()> {
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    root.fill(&WHITE).map_err(|error| anyhow!("{error}"))?;
    for (area, panel) in root.split_evenly((PANELS.len(), 1)).iter().zip(&PANELS) {
        draw_panel(area, panel, &record.seconds).map_err(|error| anyhow!("{error}"))?;
    }
    root.present().map_err(|error| anyhow!("{error}"))
}

fn draw_panel(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    panel: &Panel,
    seconds: &[Second],
) -> Result<(), DrawingAreaErrorKind<std::io::Error>> {
    let bin = seconds.len().div_ceil(POINTS).max(1);
    let line: Vec<(f64, f64)> = seconds
        .chunks(bin)
        .filter_map(|bin| {
            let values: Vec<f64> = bin.iter().map(panel.value).collect();
            let count = f64::from(u32::try_from(values.len()).ok()?);
            Some((bin.first()?.at / 60.0, values.iter().sum::<f64>() / count))
        })
        .collect();
    let minutes = line.last().map_or(1.0, |(at, _)| *at);
    let highest = line.iter().map(|(_, value)| *value).fold(1.0, f64::max);
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .caption(panel.title, ("sans-serif", 15))
        .x_label_area_size(22)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..minutes, 0.0..highest * 1.15)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .x_labels(10)
        .y_labels(5)
        .draw()?;
    chart.draw_series(LineSeries::new(line, &panel.colour))?;
    Ok(())
}
