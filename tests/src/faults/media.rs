//! The media of those clients that have some: one thread for all of a site, and for each how well it flows.

use crate::harness::WsClient;
use crate::load::link::Link;
use crate::load::meeting::Shape;
use crate::load::member::Member;
use crate::load::socket::{self, Drain};
use crate::peer::dtls::Identity;
use crate::peer::sdp::{Answer, Credentials, offer};
use crate::peer::transport::Transport;
use crate::peer::viewer::{FEEDBACK_INTERVAL, Viewer};
use anyhow::{Context as _, Result};
use std::collections::HashMap;
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A session that has been silent for so long is renewed, as browsers do.
const STALLED: Duration = Duration::from_secs(2);
const NAP: Duration = Duration::from_millis(4);

/// What has arrived at one client.
#[derive(Debug)]
pub(super) struct Flow(Mutex<Flowed>);

#[derive(Debug)]
struct Flowed {
    packets: u64,
    last: Instant,
    longest_gap: Duration,
}

impl Flow {
    fn new() -> Self {
        Self(Mutex::new(Flowed {
            packets: 0,
            last: Instant::now(),
            longest_gap: Duration::ZERO,
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Flowed> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn arrived(&self, packets: u64, now: Instant) {
        let mut flowed = self.lock();
        flowed.longest_gap = flowed
            .longest_gap
            .max(now.saturating_duration_since(flowed.last));
        flowed.last = now;
        flowed.packets += packets;
    }

    pub(super) fn packets(&self) -> u64 {
        self.lock().packets
    }

    /// Begins to look for the longest gap anew.
    pub(super) fn watch(&self) {
        self.lock().longest_gap = Duration::ZERO;
    }

    /// The longest time without a packet since [`Self::watch`].
    pub(super) fn longest_gap(&self) -> Duration {
        let flowed = self.lock();
        flowed.longest_gap.max(flowed.last.elapsed())
    }
}

struct Order {
    number: usize,
    member: Member,
    flow: Arc<Flow>,
}

/// The thread. It ends when the last handle is gone.
#[derive(Clone)]
pub(super) struct Studio {
    orders: Sender<Order>,
}

impl Studio {
    pub(super) fn open() -> Result<Self> {
        let (orders, receiver) = mpsc::channel();
        std::thread::Builder::new()
            .name("studio".to_owned())
            .spawn(move || run(&receiver))
            .context("starting a thread")?;
        Ok(Self { orders })
    }

    pub(super) fn screen(&self, number: usize, shape: Shape) -> Screen {
        Screen {
            studio: self.clone(),
            number,
            shape,
            flow: Arc::new(Flow::new()),
            offered: None,
        }
    }
}

/// One client's media.
pub(super) struct Screen {
    studio: Studio,
    number: usize,
    shape: Shape,
    pub(super) flow: Arc<Flow>,
    offered: Option<Instant>,
}

impl Screen {
    /// Nothing has come for a while, and the last offer has had its time.
    pub(super) fn has_stalled(&self) -> bool {
        self.offered
            .is_none_or(|at| at.elapsed() > STALLED && self.flow.lock().last.elapsed() > STALLED)
    }

    /// A new session, with keys of its own.
    pub(super) async fn connect(&mut self, socket: &mut WsClient) -> Result<()> {
        self.offered = Some(Instant::now());
        let local = Credentials::random();
        let sections = self.shape.sections();
        let identity = Arc::new(Identity::generate()?);
        let offer = offer(&identity, &local, &sections);
        let answer = Answer::parse(&socket.offer(offer).await?)?;
        let now = Instant::now();
        let own_ssrc = 0x2000_0000 + u32::try_from(self.number)?;
        let viewer = Viewer::new(own_ssrc, &sections, &answer.announced, now);
        let transport = Transport::new(identity, local, answer, now)?;
        let udp = socket::connected(transport.address().context("no address")?)?;
        let mut member = Member::new(udp, Link::WebRtc(Box::new(transport))).watching(viewer);
        if let Some(publisher) = self.shape.publisher() {
            member = member.publishing(publisher);
        }
        // The thread lives as long as this handle.
        let _ = self.studio.orders.send(Order {
            number: self.number,
            member,
            flow: self.flow.clone(),
        });
        Ok(())
    }
}

struct Showing {
    member: Member,
    flow: Arc<Flow>,
    seen: u64,
    feedback: Instant,
}

fn run(orders: &Receiver<Order>) {
    let mut showing: HashMap<usize, Showing> = HashMap::new();
    let mut drain = Drain::default();
    loop {
        loop {
            match orders.try_recv() {
                Ok(Order {
                    number,
                    member,
                    flow,
                }) => {
                    let new = Showing {
                        member,
                        flow,
                        seen: 0,
                        feedback: Instant::now(),
                    };
                    showing.insert(number, new);
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return,
            }
        }
        let now = Instant::now();
        // One that fails is gone, and its client will notice.
        showing.retain(|_, one| one.turn(&mut drain, now).is_ok());
        std::thread::sleep(NAP);
    }
}

impl Showing {
    fn turn(&mut self, drain: &mut Drain, now: Instant) -> Result<()> {
        self.member.receive(drain, |_| {})?;
        self.member.keep(now)?;
        self.member.run(now, |_| {})?;
        if now >= self.feedback {
            self.feedback = now + FEEDBACK_INTERVAL;
            self.member.feedback(now)?;
        }
        let viewer = self.member.viewer.as_ref();
        let seen = viewer.map_or(0, |viewer| viewer.totals().packets);
        if seen > self.seen {
            self.flow.arrived(seen - self.seen, now);
            self.seen = seen;
        }
        Ok(())
    }
}
