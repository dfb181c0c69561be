//! The handle: starts the workers, answers offers, passes plans on.

use crate::api::{
    ConnectRequest, DisconnectReason, EngineStats, MediaConfig, MediaError, MediaEvent,
    MediaEvents, SdpAnswer, StartError,
};
use crate::crypto::certificate::Identity;
use crate::crypto::dtls::DtlsConfigs;
use crate::crypto::{ice_token, random_u32};
use crate::driver::connection::{Admission, Connection};
use crate::driver::ice::Credentials;
use crate::driver::shared::{Control, Mailbox, Owner, PeerEntry, Shared, WorkerId};
use crate::driver::{MixerThread, Worker, bind_tcp, bind_udp};
use crate::sdp::{LocalTransport, Offer, Session, write_answer};
use giaoban_signaling::ids::{BriefingId, PeerId};
use giaoban_signaling::plan::MediaPlan;
use mio::{Poll, Waker};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Instant;

/// A cheap handle on the running engine. The workers stop when the last handle is dropped.
#[derive(Clone)]
pub struct MediaEngine {
    running: Arc<Running>,
}

struct Running {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.tell_all(|| Control::Stop);
        for thread in self.threads.drain(..) {
            // A worker that panicked has nothing left to say goodbye with.
            let _ = thread.join();
        }
    }
}

impl MediaEngine {
    /// Binds the sockets and starts the workers.
    pub fn start(config: MediaConfig) -> Result<(Self, MediaEvents), StartError> {
        let no_certificate = |reason: String| StartError::Certificate(reason);
        let provider = crate::crypto::provider()
            .ok_or_else(|| no_certificate("no cryptography".to_owned()))?;
        let identity = Identity::generate(provider.crypto()).map_err(no_certificate)?;
        let dtls = Arc::new(DtlsConfigs::new(&identity, &provider).map_err(no_certificate)?);

        let workers = match config.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            workers => workers,
        }
        .min(MAX_WORKERS);
        let cannot_listen = |address| move |source| StartError::Listen { address, source };
        // TCP first: where the port is free to choose, UDP takes the one that TCP got.
        let listener = bind_tcp(config.listen).map_err(cannot_listen(config.listen))?;
        let local = listener
            .local_addr()
            .map_err(cannot_listen(config.listen))?;
        let mut listener = Some(listener);
        let advertise = advertised(&config, local)?;

        let (events, receiver) = MediaEvents::channel();
        let mut parts = Vec::new();
        let mut mailboxes = Vec::new();
        let datagrams = datagrams_at(&config, local);
        for _ in 0..workers {
            let udp = bind_udp(datagrams).map_err(cannot_listen(datagrams))?;
            let (poll, (mailbox, inbox)) = mailbox().map_err(StartError::Worker)?;
            mailboxes.push(mailbox);
            parts.push((poll, udp, inbox));
        }
        let (mixer_poll, (mixer_mailbox, mixer_inbox)) = mailbox().map_err(StartError::Worker)?;
        mailboxes.push(mixer_mailbox);
        let shared = Arc::new(Shared::new(
            config, provider, identity, dtls, local, advertise, mailboxes, events,
        ));
        let mut running = Running {
            shared: Arc::clone(&shared),
            threads: Vec::new(),
        };
        for (index, (poll, udp, inbox)) in parts.into_iter().enumerate() {
            let worker = Worker::new(
                WorkerId(index),
                Arc::clone(&shared),
                poll,
                udp,
                listener.take(),
                inbox,
            )
            .map_err(StartError::Worker)?;
            let thread = std::thread::Builder::new()
                .name(format!("media-{index}"))
                .spawn(move || worker.run())
                .map_err(StartError::Worker)?;
            running.threads.push(thread);
        }
        let mixer = MixerThread::new(Arc::clone(&shared), mixer_poll, mixer_inbox);
        let thread = std::thread::Builder::new()
            .name("media-mixer".to_owned())
            .spawn(move || mixer.run())
            .map_err(StartError::Worker)?;
        running.threads.push(thread);
        Ok((
            Self {
                running: Arc::new(running),
            },
            receiver,
        ))
    }

    /// Where the engine listens (UDP and TCP).
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.running.shared.local
    }

    /// Answers an offer; see [`ConnectRequest`]. The peer is connected when [`MediaEvent::Connected`] says so.
    #[expect(
        clippy::unused_async,
        reason = "callers must not rely on it being immediate"
    )]
    pub async fn connect(&self, request: ConnectRequest) -> Result<SdpAnswer, MediaError> {
        let shared = &self.running.shared;
        let offer = Offer::parse(&request.offer)?;
        let credentials = self.credentials()?;
        if let Some(answer) = self.restart(request.peer, &offer, &credentials) {
            return Ok(answer);
        }
        let provider = Arc::clone(&shared.provider);
        let random = || random_u32(provider.as_ref());
        // 0 and the highest numbers are avoided, some clients treat them as unset.
        let ssrc = || random().map(|number| number.clamp(1, u32::MAX - 1));
        let mut session = Session::new(offer, request.kind, request.publishes.is_some(), ssrc)?;
        if session.sends_uncommon() {
            let registry = shared.registry();
            let present: Vec<&Session> = registry
                .peers
                .iter()
                .filter(|(peer, entry)| {
                    **peer != request.peer && entry.briefing == request.briefing
                })
                .map(|(_, entry)| entry.session.as_ref())
                .collect();
            session.prefer_common(&present);
        }
        let session = Arc::new(session);
        let seeds: Vec<u32> = (0..=3 * session.slots().count())
            .map_while(|_| random())
            .collect();
        let mut seeds = seeds.into_iter();
        let session_id = u64::from(random().ok_or(MediaError::Stopping)?);
        let admission = Admission {
            peer: request.peer,
            briefing: request.briefing,
            publishes: request.publishes,
            views: request.views,
            link_kbps: request.link_kbps.unwrap_or(shared.config.default_link_kbps),
        };
        let now = Instant::now();
        let connection = Connection::new(
            admission,
            &session,
            credentials.clone(),
            Arc::clone(&shared.dtls),
            Arc::clone(&shared.provider),
            now,
            move || seeds.next().unwrap_or(1),
            || shared.next_source(),
        );
        let sdp = write_answer(&session, &self.transport(&credentials, session_id, 1));
        let entry = PeerEntry {
            briefing: request.briefing,
            remote_ufrag: session.offer.ice_ufrag.clone(),
            session,
            owner: Owner::Waiting(Box::new(connection)),
            ufrags: vec![credentials.ufrag.clone()],
            session_id,
            version: 1,
        };
        let mut registry = shared.registry();
        let replaced = registry.forget(request.peer);
        registry.answer(now, request.peer, entry);
        drop(registry);
        if let Some(PeerEntry {
            owner: Owner::Worker(worker),
            ..
        }) = replaced
        {
            self.tell(
                worker,
                Control::Disconnect(request.peer, DisconnectReason::Replaced),
            );
        }
        Ok(SdpAnswer {
            sdp,
            restarted: false,
        })
    }

    /// The answer to an offer that goes on with a session there is; `None` if it begins another.
    fn restart(&self, peer: PeerId, offer: &Offer, credentials: &Credentials) -> Option<SdpAnswer> {
        let mut registry = self.running.shared.registry();
        let entry = registry
            .peers
            .get_mut(&peer)
            .filter(|entry| entry.session.continues(offer))?;
        entry.version += 1;
        let restarted = entry.remote_ufrag != offer.ice_ufrag;
        if !restarted {
            // The same offer again, because our answer was lost on its way: the same answer, but no new credentials.
            let ufrag = entry.ufrags.last()?.clone();
            let current = match &entry.owner {
                Owner::Waiting(connection) => connection.ice.current().cloned(),
                Owner::Worker(_) => None,
            };
            if let Some(current) = current.filter(|current| current.ufrag == ufrag) {
                let sdp = write_answer(
                    &entry.session,
                    &self.transport(&current, entry.session_id, entry.version),
                );
                return Some(SdpAnswer {
                    sdp,
                    restarted: false,
                });
            }
        }
        entry.remote_ufrag.clone_from(&offer.ice_ufrag);
        entry.ufrags.push(credentials.ufrag.clone());
        let sdp = write_answer(
            &entry.session,
            &self.transport(credentials, entry.session_id, entry.version),
        );
        match &mut entry.owner {
            Owner::Waiting(connection) => connection.ice.restart(credentials.clone()),
            Owner::Worker(worker) => {
                let worker = *worker;
                self.tell(worker, Control::Restart(peer, credentials.clone()));
            }
        }
        registry.ufrags.insert(credentials.ufrag.clone(), peer);
        Some(SdpAnswer {
            sdp,
            restarted: true,
        })
    }

    fn credentials(&self) -> Result<Credentials, MediaError> {
        let provider = self.running.shared.provider.as_ref();
        let (ufrag, pwd) = (ice_token(provider, 8), ice_token(provider, 24));
        match (ufrag, pwd) {
            (Some(ufrag), Some(pwd)) => Ok(Credentials { ufrag, pwd }),
            _ => Err(MediaError::Stopping),
        }
    }

    fn transport(
        &self,
        credentials: &Credentials,
        session_id: u64,
        version: u64,
    ) -> LocalTransport {
        let shared = &self.running.shared;
        LocalTransport {
            ice_ufrag: credentials.ufrag.clone(),
            ice_pwd: credentials.pwd.clone(),
            fingerprint: shared.identity.fingerprint.clone(),
            addresses: shared.advertise.clone(),
            session_id,
            version,
        }
    }

    fn tell(&self, worker: WorkerId, control: Control) {
        if let Some(mailbox) = self.running.shared.mailboxes.get(worker.0) {
            mailbox.tell(control);
        }
    }

    /// Candidates that a client found later (RFC 8840 fragment). We are a lite agent, which answers checks from wherever
    /// they come, so only the peer is looked at.
    pub fn trickle(&self, peer: PeerId, _fragment: &str) -> Result<(), MediaError> {
        if self.running.shared.registry().peers.contains_key(&peer) {
            Ok(())
        } else {
            Err(MediaError::UnknownPeer)
        }
    }

    /// Ends a peer's media. Unknown peers are ignored.
    pub fn disconnect(&self, peer: PeerId) {
        let shared = &self.running.shared;
        let mut registry = shared.registry();
        match registry.peers.get(&peer).map(|entry| &entry.owner) {
            None => {}
            Some(Owner::Worker(worker)) => {
                let worker = *worker;
                self.tell(
                    worker,
                    Control::Disconnect(peer, DisconnectReason::Requested),
                );
            }
            Some(Owner::Waiting(_)) => {
                registry.forget(peer);
                shared.event(MediaEvent::Disconnected {
                    peer,
                    reason: DisconnectReason::Requested,
                });
            }
        }
    }

    /// Makes `plan` hold for a briefing unless a plan of the same or a later revision already does.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the plan goes to every worker; callers give theirs away"
    )]
    pub fn set_plan(&self, briefing: BriefingId, plan: Arc<MediaPlan>) {
        self.running
            .shared
            .tell_all(|| Control::Plan(briefing, Arc::clone(&plan)));
    }

    /// Ends a briefing: its peers are disconnected and its plan is forgotten.
    pub fn close(&self, briefing: BriefingId) {
        let shared = &self.running.shared;
        let mut registry = shared.registry();
        let waiting: Vec<PeerId> = registry
            .peers
            .iter()
            .filter(|(_, entry)| {
                entry.briefing == briefing && matches!(entry.owner, Owner::Waiting(_))
            })
            .map(|(peer, _)| *peer)
            .collect();
        for peer in waiting {
            registry.forget(peer);
            shared.event(MediaEvent::Disconnected {
                peer,
                reason: DisconnectReason::Requested,
            });
        }
        drop(registry);
        shared.tell_all(|| Control::Close(briefing));
    }

    #[must_use]
    pub fn stats(&self) -> EngineStats {
        let mut stats = EngineStats::default();
        for counters in &self.running.shared.counters {
            counters.add_to(&mut stats);
        }
        stats
    }
}

/// One bit for each, and one for the mixer, in the router's masks.
const MAX_WORKERS: usize = 63;

/// How a thread of ours is reached and what it waits with.
fn mailbox() -> io::Result<(Poll, (Mailbox, mpsc::Receiver<Control>))> {
    let poll = Poll::new()?;
    let waker = Waker::new(poll.registry(), crate::driver::WAKER)?;
    Ok((poll, Mailbox::new(waker)))
}

/// Where datagrams are taken. From a socket that is bound to no address they leave under that of the interface they take,
/// and a browser that asked at another one does not know them. So where one address is told and this machine has it,
/// that one.
fn datagrams_at(config: &MediaConfig, local: SocketAddr) -> SocketAddr {
    match config.advertise[..] {
        [only] if local.ip().is_unspecified() && std::net::UdpSocket::bind((only, 0)).is_ok() => {
            SocketAddr::new(only, local.port())
        }
        _ => local,
    }
}

/// The addresses for the candidates, best first: what is configured, else what we listen on, else all of this machine
/// with the loopback last.
fn advertised(config: &MediaConfig, local: SocketAddr) -> Result<Vec<SocketAddr>, StartError> {
    let mut addresses: Vec<IpAddr> = config.advertise.clone();
    if addresses.is_empty() {
        if local.ip().is_unspecified() {
            addresses = rtc_shared::ifaces::ifaces()
                .unwrap_or_default()
                .into_iter()
                .filter_map(|interface| interface.addr.map(|address| address.ip()))
                .filter(|address| local.is_ipv6() || address.is_ipv4())
                .filter(|address| !matches!(address, IpAddr::V6(v6) if v6.is_unicast_link_local()))
                .collect();
            addresses.sort_by_key(|address| (address.is_loopback(), address.is_ipv6()));
            addresses.dedup();
        } else {
            addresses.push(local.ip());
        }
    }
    if addresses.is_empty() {
        return Err(StartError::NoAddress);
    }
    Ok(addresses
        .into_iter()
        .map(|address| SocketAddr::new(address, local.port()))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken_at(listen: &str, advertise: &[&str]) -> String {
        let config = MediaConfig {
            advertise: advertise.iter().map(|ip| ip.parse().unwrap()).collect(),
            ..MediaConfig::default()
        };
        datagrams_at(&config, listen.parse().unwrap()).to_string()
    }

    #[test]
    fn datagrams_leave_under_the_one_address_that_is_told() {
        assert_eq!(taken_at("0.0.0.0:7882", &["127.0.0.1"]), "127.0.0.1:7882");
        // Another machine's, such as a router's that forwards to this one.
        assert_eq!(taken_at("0.0.0.0:7882", &["192.0.2.1"]), "0.0.0.0:7882");
        let two = ["127.0.0.1", "127.0.0.2"];
        assert_eq!(taken_at("0.0.0.0:7882", &two), "0.0.0.0:7882");
        assert_eq!(taken_at("0.0.0.0:7882", &[]), "0.0.0.0:7882");
        assert_eq!(taken_at("127.0.0.2:7882", &["127.0.0.1"]), "127.0.0.2:7882");
    }
}
