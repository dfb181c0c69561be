//! The front door: takes connections and serves HTTP on them, and does not let those who only stand in it block it.
//!
//! A connection that has not sent a whole request is *waiting*. Waiting ones have a time limit and so many places, in all and
//! for each address; when none is free, the one that has waited longest goes. Whoever sends a request gives its place back at
//! once, so that a whole province behind one address can come at the same time.

mod waiting;

pub use waiting::Places;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;
use waiting::Waiting;

/// How long the head of a request may take, the first one or the next on the same connection.
pub const HEAD: Duration = Duration::from_secs(20);
/// How long the next part of a request's body may take.
const BODY: Duration = Duration::from_secs(30);
/// The largest head of a request.
const HEAD_BYTES: usize = 64 * 1024;

/// Serves until the token is cancelled, then lets requests under way end.
pub async fn serve<L>(mut listener: L, router: Router, places: Places, stop: CancellationToken)
where
    L: Listener<Addr = SocketAddr>,
{
    let waiting = Arc::new(Waiting::new(places));
    let connections = TaskTracker::new();
    loop {
        let (io, address) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        let ticket = waiting.enter(address.ip());
        let sent_away = ticket.sent_away();
        let router = router.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            ticket.leave();
            let mut request = request.map(|body| Body::new(TimeoutBody::new(BODY, body)));
            request.extensions_mut().insert(ConnectInfo(address));
            router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(io), service)
            .with_upgrades();
        let stop = stop.clone();
        connections.spawn(async move {
            let mut connection = pin!(connection);
            // How a client ends its connection is its own affair.
            tokio::select! {
                _ = connection.as_mut() => {}
                () = sent_away.cancelled() => {}
                () = stop.cancelled() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
        });
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

/// Lets this process have as many open files, and so connections, as the system allows it. Gives the number.
pub fn open_all_files() -> io::Result<u64> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit)?;
    Ok(limit.current.unwrap_or(u64::MAX))
}
