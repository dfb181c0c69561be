//! All members of a run, spread over threads: senders on one that is always prompt, viewers on others.

use super::member::Member;
use super::shared::Shared;
use super::thread::{self, MemberId, Order, Outcome};
use anyhow::{Context as _, Result, anyhow};
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

/// Many viewers are read in rounds, several packets of each at a time.
const MANY: usize = 200;
const NAP: Duration = Duration::from_millis(8);

pub struct Crowd {
    pub shared: Arc<Shared>,
    threads: Vec<(Sender<Order>, JoinHandle<Result<Outcome>>)>,
    homes: Vec<usize>,
    ports: HashSet<u16>,
}

impl Crowd {
    /// `viewers`: about how many there will be.
    pub fn start(viewer_threads: usize, viewers: usize) -> Result<Self> {
        let shared = Arc::new(Shared::default());
        let threads = (0..=viewer_threads.max(1))
            .map(|number| {
                let (sender, orders) = mpsc::channel();
                let shared = shared.clone();
                let nap = if number > 0 && viewers > MANY {
                    NAP
                } else {
                    Duration::ZERO
                };
                let handle = std::thread::Builder::new()
                    .name(format!("members-{number}"))
                    .spawn(move || thread::run(&orders, &shared, nap))
                    .context("starting a thread")?;
                Ok((sender, handle))
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            shared,
            threads,
            homes: Vec::new(),
            ports: HashSet::new(),
        })
    }

    pub fn add(&mut self, member: Member) -> Result<MemberId> {
        self.ports.insert(member.socket.local_addr()?.port());
        let id = self.homes.len();
        let home = if member.publisher.is_some() {
            0
        } else {
            1 + id % (self.threads.len() - 1)
        };
        self.homes.push(home);
        self.threads[home]
            .0
            .send(Order::Add(id, Box::new(member)))
            .map_err(|_| anyhow!("a thread has ended early"))?;
        Ok(id)
    }

    /// One says goodbye and goes.
    pub fn remove(&mut self, id: MemberId) -> Result<()> {
        self.tell(id, Order::Remove(id))
    }

    /// One is gone without a word.
    pub fn vanish(&mut self, id: MemberId) -> Result<()> {
        self.tell(id, Order::Vanish(id))
    }

    fn tell(&self, id: MemberId, order: Order) -> Result<()> {
        self.threads[self.homes[id]]
            .0
            .send(order)
            .map_err(|_| anyhow!("a thread has ended early"))
    }

    /// Whether one of our sockets has this port.
    pub fn has_port(&self, port: u16) -> bool {
        self.ports.contains(&port)
    }

    pub fn connected(&self) -> usize {
        self.shared.connected.load(Ordering::Relaxed)
    }

    pub fn seeing(&self) -> usize {
        self.shared.seeing.load(Ordering::Relaxed)
    }

    pub fn measuring(&self, on: bool) {
        self.shared.measuring.store(on, Ordering::Relaxed);
    }

    /// Whether a thread has given up.
    pub fn has_failed(&self) -> bool {
        self.threads.iter().any(|(_, handle)| handle.is_finished())
    }

    /// Ends everything; the senders' thread comes first.
    pub fn finish(self) -> Result<Vec<Outcome>> {
        self.shared.stop.store(true, Ordering::Relaxed);
        self.threads
            .into_iter()
            .map(|(_, handle)| {
                handle
                    .join()
                    .map_err(|_| anyhow!("a thread of the load generator panicked"))?
            })
            .collect()
    }
}
