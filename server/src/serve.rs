//! Starting and stopping the whole server.

use crate::app::{App, Parts};
use crate::audit::{self, AuditLog};
use crate::auth::pace::Pace;
use crate::auth::throttle::Addresses;
use crate::clock::Clock;
use crate::config::Config;
use crate::front::{self, Places};
use crate::housekeeping;
use crate::http;
use crate::rooms::{Foundations, Rooms};
use crate::signing::{KeyError, SigningKey};
use crate::telemetry::Metrics;
use crate::tls::{self, Certificate, CertificateError, TlsListener};
use axum::Router;
use axum::serve::{Listener, ListenerExt as _};
use giaoban_media::{MediaConfig, MediaEngine};
use giaoban_store::{Store, StoreError};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
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
    Audit(#[from] audit::TargetError),
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Certificate(#[from] CertificateError),
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
    /// Where metrics are answered, if that is elsewhere.
    metrics: Option<(TcpListener, SocketAddr)>,
    secure: Option<Secure>,
    targets: audit::Targets,
}

/// What HTTPS by ourselves needs.
struct Secure {
    certificate: Arc<Certificate>,
    handshakes: rustls::ServerConfig,
    redirect: Option<TcpListener>,
}

/// A server that is running.
pub struct Server {
    app: App,
    address: SocketAddr,
    metrics: Option<SocketAddr>,
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
        match front::open_all_files() {
            Ok(files) => tracing::debug!(files, "open files and connections at most"),
            Err(error) => tracing::warn!(%error, "the limit of open files stays as it was"),
        }
        let store = Store::open(&config.store_url()).await?;
        let key = SigningKey::of_site(&store).await?;
        let (listener, address) = bind(config.http.listen).await?;
        let own_metrics = match config.metrics.listen {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        let secure = match &config.http.tls {
            Some(tls) => {
                let certificate = Certificate::load(tls)?;
                let redirect = match tls.redirect_listen {
                    Some(address) => Some(bind(address).await?.0),
                    None => None,
                };
                Some(Secure {
                    handshakes: certificate.server_config()?,
                    certificate,
                    redirect,
                })
            }
            None => None,
        };
        let (media, events) = MediaEngine::start(MediaConfig::from(&config.media))?;
        let metrics = Metrics::new(media.clone());
        let rooms = Rooms::start(
            Foundations {
                store: store.clone(),
                clock: mode.clock.clone(),
                key: key.clone(),
                metrics: metrics.clone(),
                turn: config.media.turn.clone(),
                limits: config.limits,
                chair_speaks_from_start: mode.demo,
            },
            media.clone(),
            events,
        );
        let targets = audit::Targets::of(&config.audit)?;
        let pace = Pace::new(config.limits.requests_per_minute);
        let app = App::new(Parts {
            audit: AuditLog::new(store.clone(), mode.clock.clone()),
            config,
            store,
            clock: mode.clock,
            key,
            rooms,
            media,
            metrics,
            addresses: Addresses::default(),
            pace,
            demo: mode.demo,
        });
        Ok(Prepared {
            app,
            listener,
            address,
            metrics: own_metrics,
            secure,
            targets,
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

    /// Where metrics are answered, if they have an address of their own.
    #[must_use]
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics
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
            metrics,
            secure,
            targets,
        } = self;
        let stop = CancellationToken::new();
        tokio::spawn(housekeeping::run(app.clone(), stop.clone()));
        tokio::spawn(audit::ship(app.audit.clone(), targets, stop.clone()));
        let router = http::router(app.clone());
        let places = app.config.limits.places();
        let own_metrics = metrics.map(|(listener, address)| {
            let router = http::metrics::alone(app.clone());
            tokio::spawn(answer(listener, router, places, stop.clone()));
            address
        });
        let task = match secure {
            None => {
                let listener = listener.tap_io(|stream| {
                    // Small messages must not wait for more; a socket that can't promise that works all the same.
                    let _ = stream.set_nodelay(true);
                });
                tokio::spawn(answer(listener, router, places, stop.clone()))
            }
            Some(secure) => {
                if let Some(plain) = secure.redirect {
                    let redirect =
                        tls::redirect(app.config.http.public_url.clone(), address.port());
                    tokio::spawn(answer(plain, redirect, places, stop.clone()));
                }
                tokio::spawn(secure.certificate.watch(stop.clone()));
                let stop = stop.clone();
                tokio::spawn(async move {
                    let listener = TlsListener::new(listener, secure.handshakes)?;
                    answer(listener, router, places, stop).await
                })
            }
        };
        tracing::info!(%address, tls = app.config.http.tls.is_some(), media = %app.media.local_addr(), "giaoban is running");
        Server {
            app,
            address,
            metrics: own_metrics,
            stop,
            task,
        }
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let listening = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listening)?;
    let bound = listener.local_addr().map_err(listening)?;
    Ok((listener, bound))
}

/// Answers on a listener until told to stop, then lets requests under way end.
async fn answer<L>(
    listener: L,
    router: Router,
    places: Places,
    stop: CancellationToken,
) -> io::Result<()>
where
    L: Listener<Addr = SocketAddr>,
{
    front::serve(listener, router, places, stop).await;
    Ok(())
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
