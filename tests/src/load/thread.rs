//! A thread with its share of the members.

use super::histogram::Histogram;
use super::member::{Member, Noticed};
use super::shared::{BusyMeter, Shared};
use super::socket::Drain;
use crate::peer::publisher::Publisher;
use crate::peer::viewer::{FEEDBACK_INTERVAL, Totals, Viewer};
use anyhow::{Context as _, Result};
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags, EpollTimeout};
use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

/// Members say their feedback in so many groups, one after another, so that it is spread evenly.
const GROUPS: usize = 10;

pub type MemberId = usize;

pub enum Order {
    Add(MemberId, Box<Member>),
    Remove(MemberId),
    /// Without a goodbye.
    Vanish(MemberId),
}

/// A member that has ended, and what it had when measuring began.
pub struct Ended {
    pub viewer: Option<Viewer>,
    pub before: Totals,
    pub seen_after: Option<Duration>,
    pub profile: String,
    pub feedbacks: u64,
    pub key_frames: u64,
    pub resent: u64,
}

/// What the thread found.
pub struct Outcome {
    pub members: Vec<Ended>,
    pub latency: Histogram,
    pub busy: f64,
    /// Datagrams that could not be read: wrong keys, malformed.
    pub rejected: u64,
    /// Why members ended by themselves.
    pub failures: Vec<String>,
}

struct Thread<'a> {
    shared: &'a Shared,
    members: Vec<Option<Member>>,
    places: HashMap<MemberId, usize>,
    senders: Vec<usize>,
    ended: Vec<Ended>,
    latency: Histogram,
    rejected: u64,
    failures: Vec<String>,
    drain: Drain,
    measuring: bool,
}

/// Takes orders until `shared.stop`. `nap`: how long what arrives may wait to be read together with more; the kernel's
/// stamps tell when it came.
pub fn run(orders: &Receiver<Order>, shared: &Shared, nap: Duration) -> Result<Outcome> {
    let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC).context("epoll")?;
    let mut events = vec![EpollEvent::empty(); 1_024];
    let mut meter = BusyMeter::default();
    let mut thread = Thread {
        shared,
        members: Vec::new(),
        places: HashMap::new(),
        senders: Vec::new(),
        ended: Vec::new(),
        latency: Histogram::default(),
        rejected: 0,
        failures: Vec::new(),
        drain: Drain::default(),
        measuring: false,
    };
    let group_interval = FEEDBACK_INTERVAL / u32::try_from(GROUPS).unwrap_or(1);
    let mut next_group = Instant::now();
    let mut group = 0;
    while !shared.stop.load(Ordering::Relaxed) {
        while let Ok(order) = orders.try_recv() {
            thread.order(&epoll, order)?;
        }
        if !nap.is_zero() {
            std::thread::sleep(nap);
        }
        let due = thread.timeout().map_or(next_group, |at| at.min(next_group));
        let wait = due.saturating_duration_since(Instant::now());
        let timeout = if nap.is_zero() {
            EpollTimeout::try_from(wait).unwrap_or(EpollTimeout::ZERO)
        } else {
            EpollTimeout::ZERO
        };
        let ready = match epoll.wait(&mut events, timeout) {
            Ok(ready) => ready,
            Err(nix::errno::Errno::EINTR) => 0,
            Err(error) => return Err(error).context("epoll wait"),
        };
        for event in &events[..ready] {
            thread.receive(usize::try_from(event.data()).unwrap_or_default());
        }
        thread.send();
        let now = Instant::now();
        let measuring = shared.measuring.load(Ordering::Relaxed);
        meter.poll(measuring, now)?;
        thread.measure(measuring);
        if now >= next_group {
            next_group = (next_group + group_interval).max(now);
            group = (group + 1) % GROUPS;
            thread.tick(now, group);
        }
    }
    let now = Instant::now();
    for place in 0..thread.members.len() {
        thread.say_goodbye(now, place);
        thread.end(place);
    }
    Ok(Outcome {
        members: thread.ended,
        latency: thread.latency,
        busy: meter.share(),
        rejected: thread.rejected,
        failures: thread.failures,
    })
}

impl Thread<'_> {
    fn order(&mut self, epoll: &Epoll, order: Order) -> Result<()> {
        match order {
            Order::Add(id, member) => {
                let free = self.members.iter().position(Option::is_none);
                let place = free.unwrap_or(self.members.len());
                if free.is_none() {
                    self.members.push(None);
                }
                epoll
                    .add(
                        &member.socket,
                        EpollEvent::new(EpollFlags::EPOLLIN, place as u64),
                    )
                    .context("epoll add")?;
                if member.publisher.is_some() {
                    self.senders.push(place);
                }
                self.members[place] = Some(*member);
                self.places.insert(id, place);
            }
            Order::Remove(id) => {
                if let Some(place) = self.places.remove(&id) {
                    self.say_goodbye(Instant::now(), place);
                    self.end(place);
                }
            }
            Order::Vanish(id) => {
                if let Some(place) = self.places.remove(&id) {
                    self.end(place);
                }
            }
        }
        Ok(())
    }

    fn say_goodbye(&mut self, now: Instant, place: usize) {
        if let Some(member) = &mut self.members[place] {
            member.close(now);
        }
    }

    fn end(&mut self, place: usize) {
        let Some(member) = self.members[place].take() else {
            return;
        };
        self.senders.retain(|sender| *sender != place);
        let publisher = member.publisher.as_ref();
        self.ended.push(Ended {
            profile: member.link.profile(),
            before: member.before,
            seen_after: member.seen_after,
            feedbacks: publisher.map_or(0, Publisher::feedbacks),
            key_frames: publisher.map_or(0, Publisher::key_frames),
            resent: publisher.map_or(0, Publisher::resent),
            viewer: member.viewer,
        });
    }

    /// When the first of the senders is due.
    fn timeout(&self) -> Option<Instant> {
        self.senders
            .iter()
            .filter_map(|place| self.members[*place].as_ref()?.timeout())
            .min()
    }

    /// Takes note of what a member noticed; one that fails ends, and the others go on.
    fn noticed(&mut self, place: usize, noticed: Result<Noticed>) {
        let shared = self.shared;
        let noticed = match noticed {
            Ok(noticed) => noticed,
            Err(error) => {
                self.failures.push(format!("{error:#}"));
                return self.end(place);
            }
        };
        self.rejected += noticed.rejected;
        if noticed.connected {
            shared.connected.fetch_add(1, Ordering::Relaxed);
        }
        if noticed.sees {
            shared.seeing.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn receive(&mut self, place: usize) {
        let Self {
            members,
            latency,
            drain,
            measuring,
            ..
        } = self;
        let Some(Some(member)) = members.get_mut(place) else {
            return;
        };
        let noticed = member.receive(drain, |nanoseconds| {
            if *measuring {
                latency.add(nanoseconds);
            }
        });
        self.noticed(place, noticed);
    }

    fn send(&mut self) {
        let now = Instant::now();
        for place in self.senders.clone() {
            let Some(Some(member)) = self.members.get_mut(place) else {
                continue;
            };
            if member.timeout().is_none_or(|due| due > now) {
                continue;
            }
            let noticed = member.run(now, |_| {});
            if let (Some(counted), Some(publisher)) = (member.counted, &member.publisher) {
                let audio = publisher.sent(counted.audio);
                let video = publisher.sent(counted.video);
                self.shared.audio_sent.store(audio, Ordering::Relaxed);
                self.shared.video_sent.store(video, Ordering::Relaxed);
            }
            self.noticed(place, noticed);
        }
    }

    fn measure(&mut self, measuring: bool) {
        if measuring == self.measuring {
            return;
        }
        self.measuring = measuring;
        for member in self.members.iter_mut().flatten() {
            let Some(viewer) = &mut member.viewer else {
                continue;
            };
            if measuring {
                viewer.begin_measuring();
                member.before = viewer.totals();
            } else {
                viewer.end_measuring();
            }
        }
    }

    fn tick(&mut self, now: Instant, group: usize) {
        for place in 0..self.members.len() {
            let Some(member) = &mut self.members[place] else {
                continue;
            };
            let due = place % GROUPS == group;
            if !due && member.connected {
                continue;
            }
            let mut noticed = member.keep(now);
            if due {
                noticed = noticed.and_then(|noticed| member.feedback(now).map(|()| noticed));
            }
            self.noticed(place, noticed);
        }
    }
}
