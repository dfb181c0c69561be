//! What must be done from time to time.

use crate::app::App;
use crate::audit::{By, Deed};
use crate::personal;
use crate::planning::series;
use chrono::TimeDelta;
use giaoban_store::StoreError;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

const EVERY: Duration = Duration::from_hours(1);
/// Longer than the longest window of the sign-in throttle.
const ATTEMPTS_KEPT: TimeDelta = TimeDelta::days(1);

/// Makes the coming briefings of repetitions and forgets what has expired, until the server stops.
pub async fn run(app: App, stop: CancellationToken) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => once(&app).await,
        }
    }
}

async fn once(app: &App) {
    let now = app.clock.now();
    match series::expand_all(&app.store, now).await {
        Ok(0) => {}
        Ok(made) => tracing::info!(made, "planned the coming briefings of repetitions"),
        Err(error) => tracing::warn!(%error, "cannot plan the coming briefings of repetitions"),
    }
    let purged = async {
        app.store.sessions().purge_expired(now).await?;
        app.store.login_attempts().purge(now - ATTEMPTS_KEPT).await
    };
    if let Err(error) = purged.await {
        tracing::warn!(%error, "cannot forget what has expired");
    }
    if let Err(error) = expire(app).await {
        tracing::warn!(%error, "cannot erase personal data whose time is over");
    }
}

/// Personal data whose time is over; what was destroyed is written down.
async fn expire(app: &App) -> Result<(), StoreError> {
    let now = app.clock.now();
    let expired = personal::expire(&app.store, &app.config.retention, now).await?;
    for (class, keys) in &expired {
        let (class, keys) = (class.as_str(), *keys);
        let deed = Deed::PersonalDataExpired { class, keys };
        app.audit.record(By::server(), deed).await?;
    }
    if expired.is_empty() {
        return Ok(());
    }
    app.store.empty_log().await
}
