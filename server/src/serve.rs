//! Starting and stopping the whole server.

use crate::app::{App, Parts};
use crate::auth::throttle::Addresses;
use crate::clock::Clock;
use crate::config::Config;
use crate::housekeeping;
use crate::http;
use crate::rooms::{Foundations, Rooms};
use crate::signing::{KeyError, SigningKey};
use crate::telemetry::Metrics;
use giaoban_media::{MediaConfig, MediaEngine};
use giaoban_store::{Store, StoreError};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long requests under way may take after a stop was asked for.
const GRACE: Duration = Duration::from_secs(5);

/// Why the server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {address}: {source}")]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Media(#[from] giaoban_media::StartError),
}

/// How to run, beside the configuration.
#[derive(Clone, Debug)]
pub struct Mode {
    pub clock: Clock,
    /// Offer the demonstration accounts at sign-in.
    pub demo: bool,
}

impl Default for Mode {
    fn default() -> Self {
        Self {
            clock: Clock::system(),
            demo: false,
        }
    }
}

/// A server that has its store, its ports and its rooms, and does not answer yet.
pub struct Prepared {
    app: App,
    listener: TcpListener,
    address: SocketAddr,
}

/// A server that is running.
pub struct Server {
    app: App,
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<io::Result<()>>,
}

impl Server {
    /// Opens the store, binds the ports and begins to answer.
    pub async fn start(config: Config, mode: Mode) -> Result<Self, StartError> {
        Ok(Self::prepare(config, mode).await?.serve())
    }

    /// Opens the store and binds the ports. Whoever connects waits until [`Prepared::serve`].
    pub async fn prepare(config: Config, mode: Mode) -> Result<Prepared, StartError> {
        let store = Store::open(&config.store_url()).await?;
        let key = SigningKey::of_site(&store).await?;
        let listen = config.http.listen;
        let listening = |source| StartError::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let (media, events) = MediaEngine::start(MediaConfig::from(&config.media))?;
        let metrics = Metrics::new(media.clone());
        let rooms = Rooms::start(
            Foundations {
                store: store.clone(),
                clock: mode.clock.clone(),
                key: key.clone(),
                metrics: metrics.clone(),
                ice: config.ice.clone(),
                chair_speaks_from_start: mode.demo,
            },
            media.clone(),
            events,
        );
        let app = App::new(Parts {
            config,
            store,
            clock: mode.clock,
            key,
            rooms,
            media,
            metrics,
            addresses: Addresses::default(),
            demo: mode.demo,
        });
        Ok(Prepared {
            app,
            listener,
            address,
        })
    }

    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Where HTTP is answered.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets requests under way end, tells live rooms, and stops.
    pub async fn stop(self) {
        self.app.rooms.shutdown().await;
        self.stop.cancel();
        if tokio::time::timeout(GRACE, self.task).await.is_err() {
            tracing::warn!("stopped with requests still under way");
        }
    }

    /// Runs until SIGINT or SIGTERM, then stops.
    pub async fn run_until_signal(self) -> io::Result<()> {
        terminated().await?;
        tracing::info!("stopping");
        self.stop().await;
        Ok(())
    }
}

impl Prepared {
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Begins to answer.
    #[must_use]
    pub fn serve(self) -> Server {
        let Self {
            app,
            listener,
            address,
        } = self;
        let stop = CancellationToken::new();
        tokio::spawn(housekeeping::run(app.clone(), stop.clone()));
        let router = http::router(app.clone());
        let serve = axum::serve(
            listener,
            router.into_make_service_with_connect_info::<SocketAddr>(),
        )
        .with_graceful_shutdown(stop.clone().cancelled_owned());
        let task = tokio::spawn(serve.into_future());
        tracing::info!(%address, media = %app.media.local_addr(), "giaoban is running");
        Server {
            app,
            address,
            stop,
            task,
        }
    }
}

#[cfg(unix)]
async fn terminated() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn terminated() -> io::Result<()> {
    tokio::signal::ctrl_c().await
}
