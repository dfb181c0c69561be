//! One run: connect the publisher, connect the watchers, warm up, measure, report.

use super::connect::{self, Endpoint};
use super::floor::Key;
use super::histogram::Histogram;
use super::link::Link;
use super::report::Report;
use super::shared::Shared;
use super::{socket, source, watchers};
use crate::harness::process;
use crate::peer::dtls::Identity;
use crate::peer::publisher::{Pace, Publisher};
use crate::peer::sdp::Streams;
use crate::peer::watcher::Watcher;
use anyhow::{Context as _, Result, anyhow, bail};
use std::collections::HashSet;
use std::net::{SocketAddr, UdpSocket};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// Offers under way at once.
const OFFERS: usize = 16;
const CONNECT: Duration = Duration::from_mins(1);
/// Every so many-th watcher notes latencies, so that at least a few and at most 32 do.
const PROBES: usize = 32;
/// A thread busier than this may have been late.
const SATURATED: f64 = 0.85;

const STREAMS: Streams = Streams {
    audio: 0x1000_0001,
    video: 0x1000_0002,
};

/// What is loaded.
#[derive(Clone, Debug)]
pub enum Target {
    /// A server, through WHIP and WHEP.
    Server { publish: Endpoint, watch: Endpoint },
    /// The floor process, whose ingress this is; its sinks' addresses are sent to it on its standard input.
    Floor { ingress: SocketAddr },
}

#[derive(Clone, Debug)]
pub struct Plan {
    pub target: Target,
    pub watchers: usize,
    pub threads: usize,
    pub warm_up: Duration,
    pub duration: Duration,
    /// The process whose CPU time and memory are read.
    pub process: Option<u32>,
    /// The measured server's media port, for its socket's drops.
    pub media_port: Option<u16>,
}

struct Threads {
    shared: Arc<Shared>,
    senders: Vec<Sender<watchers::Peer>>,
    handles: Vec<JoinHandle<Result<watchers::Outcome>>>,
    source: JoinHandle<Result<source::Outcome>>,
    ports: HashSet<u16>,
}

/// Runs a plan. `announce` is given the watchers' addresses before the floor is loaded.
pub async fn run(
    plan: &Plan,
    announce: impl FnOnce(&[SocketAddr]) -> Result<()>,
) -> Result<Report> {
    let identity = Arc::new(Identity::generate()?);
    let client = reqwest::Client::new();
    let shared = Arc::new(Shared::default());

    let (publisher_socket, publisher_link) = match &plan.target {
        Target::Server { publish, .. } => {
            let session = connect::publish(&client, publish, identity.clone(), STREAMS).await?;
            let address = session.transport.address().context("no address")?;
            let link = Link::WebRtc(Box::new(session.transport));
            (socket::connected(address, false)?, link)
        }
        Target::Floor { ingress } => (
            socket::connected(*ingress, false)?,
            Link::floor(Key::publisher()?),
        ),
    };
    let mut threads = Threads::start(plan, shared, publisher_socket, publisher_link)?;
    wait_for("the publisher", || {
        threads.shared.publisher_connected.load(Ordering::Relaxed)
    })
    .await?;

    let memory_before = plan.process.map(process::resident_kib).transpose()?;
    match &plan.target {
        Target::Server { watch, .. } => threads.watch(plan, &client, watch, &identity).await?,
        Target::Floor { .. } => threads.sink(plan, announce)?,
    }
    let seen = || threads.shared.watchers_seeing.load(Ordering::Relaxed);
    wait_for("the watchers' first key frames", || seen() == plan.watchers)
        .await
        .with_context(|| {
            format!(
                "{} of {} watchers connected, {} saw a key frame",
                threads.shared.watchers_connected.load(Ordering::Relaxed),
                plan.watchers,
                seen()
            )
        })?;
    tokio::time::sleep(plan.warm_up).await;

    let begin = Sample::take(plan, &threads)?;
    threads.shared.measuring.store(true, Ordering::Relaxed);
    tokio::time::sleep(plan.duration).await;
    let end = Sample::take(plan, &threads)?;
    threads.shared.measuring.store(false, Ordering::Relaxed);
    let memory_after = plan.process.map(process::resident_kib).transpose()?;
    // What is under way may still arrive, and be repaired.
    tokio::time::sleep(Duration::from_secs(1)).await;

    let mut report = threads.finish(&begin, &end)?;
    report.watchers = plan.watchers;
    report.server_rss_before_kib = memory_before;
    report.server_rss_after_kib = memory_after;
    report.saturated = why_saturated(&report);
    Ok(report)
}

async fn wait_for(what: &str, mut holds: impl FnMut() -> bool) -> Result<()> {
    let begin = Instant::now();
    while !holds() {
        if begin.elapsed() > CONNECT {
            bail!("waited {CONNECT:?} in vain for {what}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Readings at one moment.
struct Sample {
    at: Instant,
    sent: (u64, u64),
    cpu: Option<Duration>,
    own_cpu: Duration,
    machine: (u64, u64),
    own_drops: u64,
    server_drops: u64,
}

impl Sample {
    fn take(plan: &Plan, threads: &Threads) -> Result<Self> {
        Ok(Self {
            own_drops: process::udp_drops(|port| threads.ports.contains(&port))?,
            server_drops: process::udp_drops(|port| plan.media_port == Some(port))?,
            machine: process::machine_ticks()?,
            sent: threads.shared.sent(),
            cpu: plan.process.map(process::cpu_time).transpose()?,
            own_cpu: process::cpu_time(std::process::id())?,
            at: Instant::now(),
        })
    }
}

impl Threads {
    fn start(plan: &Plan, shared: Arc<Shared>, socket: UdpSocket, link: Link) -> Result<Self> {
        let mut senders = Vec::new();
        let mut handles = Vec::new();
        for number in 0..plan.threads.max(1) {
            let (sender, receiver) = mpsc::channel();
            let shared = shared.clone();
            let handle = std::thread::Builder::new()
                .name(format!("watchers-{number}"))
                .spawn(move || watchers::run(&receiver, &shared))
                .context("starting a thread")?;
            senders.push(sender);
            handles.push(handle);
        }
        let ports = HashSet::from([socket.local_addr()?.port()]);
        let publisher = Publisher::new(Pace::default(), STREAMS, Instant::now());
        let source = {
            let shared = shared.clone();
            std::thread::Builder::new()
                .name("publisher".to_owned())
                .spawn(move || source::run(&socket, link, publisher, &shared))
                .context("starting a thread")?
        };
        Ok(Self {
            shared,
            senders,
            handles,
            source,
            ports,
        })
    }

    fn add(&mut self, number: usize, peer: watchers::Peer) -> Result<()> {
        self.ports.insert(peer.socket.local_addr()?.port());
        self.senders[number % self.senders.len()]
            .send(peer)
            .map_err(|_| anyhow!("a thread has ended early"))
    }

    /// Connects the watchers through WHEP, some at a time.
    async fn watch(
        &mut self,
        plan: &Plan,
        client: &reqwest::Client,
        whep: &Endpoint,
        identity: &Arc<Identity>,
    ) -> Result<()> {
        let mut offers = JoinSet::new();
        let mut next = 0;
        let mut answered = 0;
        while answered < plan.watchers {
            while next < plan.watchers && offers.len() < OFFERS {
                let (client, whep, identity) = (client.clone(), whep.clone(), identity.clone());
                offers.spawn(async move { connect::watch(&client, &whep, identity).await });
                next += 1;
            }
            let session = offers.join_next().await.context("no offers")???;
            let address = session.transport.address().context("no address")?;
            let probe = is_probe(answered, plan.watchers);
            let peer = watchers::Peer::new(
                socket::connected(address, probe)?,
                Link::WebRtc(Box::new(session.transport)),
                Watcher::new(own_ssrc(answered), Instant::now()),
                probe,
            );
            self.add(answered, peer)?;
            answered += 1;
        }
        Ok(())
    }

    fn sink(
        &mut self,
        plan: &Plan,
        announce: impl FnOnce(&[SocketAddr]) -> Result<()>,
    ) -> Result<()> {
        let mut addresses = Vec::new();
        for number in 0..plan.watchers {
            let probe = is_probe(number, plan.watchers);
            let socket = socket::unconnected(probe)?;
            addresses.push(socket.local_addr()?);
            let peer = watchers::Peer::new(
                socket,
                Link::floor(Key::of(number as u64)?),
                Watcher::new(own_ssrc(number), Instant::now()),
                probe,
            );
            self.add(number, peer)?;
        }
        announce(&addresses)
    }

    fn finish(self, begin: &Sample, end: &Sample) -> Result<Report> {
        self.shared.stop.store(true, Ordering::Relaxed);
        let source = self
            .source
            .join()
            .map_err(|_| anyhow!("the publisher's thread panicked"))??;
        let audio = begin.sent.0..end.sent.0;
        let video = begin.sent.1..end.sent.1;
        let published = (audio.end - audio.start) + (video.end - video.start);
        let seconds = end.at.duration_since(begin.at).as_secs_f64();
        let machine_busy = share(
            end.machine.0 - begin.machine.0,
            end.machine.1 - begin.machine.1,
        );
        let used = |sample: &Sample| sample.own_cpu + sample.cpu.unwrap_or_default();
        let cores = std::thread::available_parallelism().map_or(1.0, |cores| {
            f64::from(u32::try_from(cores.get()).unwrap_or(1))
        });
        let ours = used(end).saturating_sub(used(begin)).as_secs_f64() / (seconds * cores);
        let mut report = Report {
            seconds,
            published,
            publisher_key_frames: source.key_frames,
            publisher_resent: source.resent,
            busy: vec![source.busy],
            server_cpu_us: end
                .cpu
                .zip(begin.cpu)
                .map(|(end, begin)| micros(end.saturating_sub(begin))),
            machine_busy,
            others_busy: (machine_busy - ours).max(0.0),
            own_drops: end.own_drops.saturating_sub(begin.own_drops),
            server_drops: end.server_drops.saturating_sub(begin.server_drops),
            profile: source.profile,
            ..Report::default()
        };
        let mut latency = Histogram::default();
        let mut first_frame = Histogram::default();
        for handle in self.handles {
            let outcome = handle
                .join()
                .map_err(|_| anyhow!("a watchers' thread panicked"))??;
            latency.merge(&outcome.latency);
            report.busy.push(outcome.busy);
            report.rejected += outcome.rejected;
            for peer in &outcome.peers {
                if let Some(after) = peer.seen_after {
                    first_frame.add(u64::try_from(after.as_nanos()).unwrap_or(u64::MAX));
                }
                report.profile = peer.link.profile();
                count(&mut report, &peer.watcher, &audio, &video);
            }
        }
        report.loss = share(report.lost, report.expected);
        report.latency_ms_p50 = latency.quantile_ms(0.5).unwrap_or_default();
        report.latency_ms_p99 = latency.quantile_ms(0.99).unwrap_or_default();
        report.latency_ms_max = latency.highest_ms();
        report.latency_samples = latency.total();
        report.first_frame_ms_p50 = first_frame.quantile_ms(0.5).unwrap_or_default();
        report.first_frame_ms_p95 = first_frame.quantile_ms(0.95).unwrap_or_default();
        Ok(report)
    }
}

fn count(report: &mut Report, watcher: &Watcher, audio: &Range<u64>, video: &Range<u64>) {
    let expected = (audio.end - audio.start) + (video.end - video.start);
    let lost =
        watcher.audio.source.lost_of(audio.clone()) + watcher.video.source.lost_of(video.clone());
    report.expected += expected;
    report.lost += lost;
    report.forwarded += expected - lost;
    report.duplicates += watcher.audio.source.duplicates() + watcher.video.source.duplicates();
    report.sequence_holes +=
        watcher.audio.sequence.missing_count() + watcher.video.sequence.missing_count();
    report.picture_jumps += watcher.picture_jumps;
    report.frames += watcher.frames;
    report.nacks += watcher.nacks_sent;
    report.plis += watcher.plis_sent;
    report.retransmissions += watcher.retransmissions;
}

/// The last watcher, whose packets end the burst, is always one.
fn is_probe(number: usize, of: usize) -> bool {
    number + 1 == of || number.is_multiple_of(of.div_ceil(PROBES))
}

fn own_ssrc(number: usize) -> u32 {
    0x2000_0000 | u32::try_from(number).unwrap_or_default()
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

fn why_saturated(report: &Report) -> Option<String> {
    if report.own_drops > 0 {
        return Some(format!(
            "the load generator read too slowly: the kernel dropped {} datagrams at its sockets",
            report.own_drops
        ));
    }
    let busiest = report.busy.iter().copied().fold(0.0, f64::max);
    (busiest > SATURATED).then(|| {
        format!(
            "a thread of the load generator was busy {:.0} % of the time",
            busiest * 100.0
        )
    })
}
