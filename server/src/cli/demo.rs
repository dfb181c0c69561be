use super::logging;
use crate::config::{Config, DataConfig, LogConfig, SiteConfig};
use crate::demo;
use crate::serve::{Mode, Server};
use giaoban_signaling::wire::Phase;
use std::error::Error;
use std::io::IsTerminal;
use std::process::ExitCode;
use uuid::Uuid;

/// Below the usual data directory, so that trying things out never touches real data.
const FOLDER: &str = "demo";
const UNIT_NAME: &str = "Bộ Nội vụ (chạy thử)";

pub(super) async fn run(mut config: Config) -> Result<ExitCode, Box<dyn Error>> {
    if config.data == DataConfig::default() {
        config.data.dir = config.data.dir.join(FOLDER);
    }
    if config.site == SiteConfig::default() {
        config.site = SiteConfig {
            unit_name: UNIT_NAME.to_owned(),
            support_phone: Some("024 3555 0101".to_owned()),
        };
    }
    if config.log.filter == LogConfig::default().filter {
        // The welcome is what should be seen.
        "warn".clone_into(&mut config.log.filter);
    }
    let traces = logging::start(&config)?;
    let mode = Mode {
        demo: true,
        ..Mode::default()
    };
    let prepared = Server::prepare(config, mode).await?;
    let app = prepared.app();
    let demo = demo::prepare(&app.store, app.clock.now()).await?;
    for stale in demo.stale {
        app.rooms
            .advance(Uuid::from(stale).into(), Phase::Closed)
            .await;
    }
    if demo.begins {
        for phase in [Phase::Open, Phase::InSession] {
            app.rooms.advance(Uuid::from(demo.live).into(), phase).await;
        }
    }
    let server = prepared.serve();
    let coloured = std::io::stdout().is_terminal();
    println!("{}", demo::welcome(server.address(), demo.live, coloured));
    server.run_until_signal().await?;
    if let Some(traces) = traces {
        traces.stop().await;
    }
    Ok(ExitCode::SUCCESS)
}
