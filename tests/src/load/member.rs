//! One peer of the load generator: its socket, what it sends, what it receives, and the link it pretends to have.

use super::link::Link;
use super::socket::Drain;
use crate::peer::publisher::Publisher;
use crate::peer::stamp::wall_nanoseconds;
use crate::peer::transport::Received;
use crate::peer::viewer::{Totals, Viewer};
use anyhow::Result;
use std::collections::VecDeque;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

/// Both directions of a longer way: everything arrives so much later.
#[derive(Debug, Default)]
struct Lag {
    delay: Duration,
    inbound: VecDeque<(Instant, Vec<u8>)>,
    outbound: VecDeque<(Instant, Vec<u8>)>,
}

/// Streams of a publisher whose packets are counted for everybody.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    pub audio: u32,
    pub video: u32,
}

pub struct Member {
    pub socket: UdpSocket,
    pub link: Link,
    pub viewer: Option<Viewer>,
    pub publisher: Option<Publisher>,
    pub counted: Option<Counted>,
    /// When its join began.
    pub began: Instant,
    /// From there to the first picture that can be decoded.
    pub seen_after: Option<Duration>,
    /// When measuring began.
    pub before: Totals,
    pub connected: bool,
    /// Share of arriving datagrams that is thrown away.
    drops: f32,
    lag: Option<Lag>,
}

/// What [`Member::receive`] noticed.
#[derive(Debug, Default)]
pub struct Noticed {
    pub connected: bool,
    pub sees: bool,
    pub rejected: u64,
}

impl Member {
    pub fn new(socket: UdpSocket, link: Link) -> Self {
        Self {
            socket,
            link,
            viewer: None,
            publisher: None,
            counted: None,
            began: Instant::now(),
            seen_after: None,
            before: Totals::default(),
            connected: false,
            drops: 0.0,
            lag: None,
        }
    }

    #[must_use]
    pub fn watching(mut self, viewer: Viewer) -> Self {
        self.viewer = Some(viewer);
        self
    }

    #[must_use]
    pub fn publishing(mut self, publisher: Publisher) -> Self {
        self.publisher = Some(publisher);
        self
    }

    #[must_use]
    pub fn since(mut self, began: Instant) -> Self {
        self.began = began;
        self
    }

    /// The round trip takes so much longer.
    #[must_use]
    pub fn far_away(mut self, round_trip: Duration) -> Self {
        self.lag = Some(Lag {
            delay: round_trip / 2,
            ..Lag::default()
        });
        self
    }

    #[must_use]
    pub fn dropping(mut self, share: f32) -> Self {
        self.drops = share;
        self
    }

    /// When [`Self::run`] has something to do.
    pub fn timeout(&self) -> Option<Instant> {
        let sends = self
            .publisher
            .as_ref()
            .filter(|_| self.connected)
            .map(Publisher::timeout);
        let lag = self.lag.iter().flat_map(|lag| {
            let next = |queue: &VecDeque<(Instant, Vec<u8>)>| queue.front().map(|(due, _)| *due);
            [next(&lag.inbound), next(&lag.outbound)]
        });
        lag.flatten().chain(sends).min()
    }

    /// Reads all that waits in the socket.
    pub fn receive(&mut self, drain: &mut Drain, mut latency: impl FnMut(u64)) -> Result<Noticed> {
        let now = Instant::now();
        let mut noticed = Noticed::default();
        let Self {
            socket,
            link,
            viewer,
            publisher,
            drops,
            lag,
            ..
        } = self;
        let mut heard = Heard {
            now,
            link,
            viewer: viewer.as_mut(),
            publisher: publisher.as_mut(),
            control: Vec::new(),
            again: Vec::new(),
        };
        drain.all(socket, |datagram, at| {
            if *drops > 0.0 && rand::random::<f32>() < *drops {
                return;
            }
            match lag {
                Some(lag) => lag.inbound.push_back((now + lag.delay, datagram.to_vec())),
                None => heard.datagram(datagram, at, &mut noticed, &mut latency),
            }
        })?;
        let (control, again) = (heard.control, heard.again);
        self.say(&control, &again)?;
        self.look(now, &mut noticed);
        self.flush(now);
        Ok(noticed)
    }

    /// Sends what is due, and takes what has been under way long enough.
    pub fn run(&mut self, now: Instant, mut latency: impl FnMut(u64)) -> Result<Noticed> {
        let mut noticed = Noticed::default();
        if let Some(lag) = &mut self.lag {
            let mut heard = Heard {
                now,
                link: &mut self.link,
                viewer: self.viewer.as_mut(),
                publisher: self.publisher.as_mut(),
                control: Vec::new(),
                again: Vec::new(),
            };
            while lag.inbound.front().is_some_and(|(due, _)| *due <= now) {
                if let Some((_, datagram)) = lag.inbound.pop_front() {
                    heard.datagram(&datagram, wall_nanoseconds(), &mut noticed, &mut latency);
                }
            }
            let (control, again) = (heard.control, heard.again);
            self.say(&control, &again)?;
            self.look(now, &mut noticed);
        }
        if let Some(publisher) = self.publisher.as_mut().filter(|_| self.connected) {
            let (mut packets, mut control) = (Vec::new(), Vec::new());
            publisher.poll(now, &mut packets, &mut control);
            self.say(&control, &packets)?;
        }
        self.flush(now);
        Ok(noticed)
    }

    fn look(&mut self, now: Instant, noticed: &mut Noticed) {
        if !self.connected && self.link.is_connected() {
            self.connected = true;
            noticed.connected = true;
            if let Some(viewer) = &mut self.viewer {
                viewer.connected(now);
            }
        }
        if self.seen_after.is_none() && self.viewer.as_ref().is_some_and(Viewer::sees) {
            self.seen_after = Some(now.saturating_duration_since(self.began));
            noticed.sees = true;
        }
    }

    /// Every [`crate::peer::viewer::FEEDBACK_INTERVAL`]: feedback.
    pub fn feedback(&mut self, now: Instant) -> Result<()> {
        if let Some(viewer) = self.viewer.as_mut().filter(|_| self.connected) {
            let mut control = Vec::new();
            viewer.tick(now, &mut control);
            self.say(&control, &[])?;
        }
        self.flush(now);
        Ok(())
    }

    /// Checks of the connection. Gives whether it is up since now.
    pub fn keep(&mut self, now: Instant) -> Result<Noticed> {
        let mut noticed = Noticed::default();
        self.link.handle_timeout(now)?;
        self.look(now, &mut noticed);
        self.flush(now);
        Ok(noticed)
    }

    pub fn close(&mut self, now: Instant) {
        self.lag = None;
        self.link.close(now);
        self.flush(now);
    }

    fn say(&mut self, control: &[u8], packets: &[Vec<u8>]) -> Result<()> {
        for packet in packets {
            let protected = self.link.protect(packet)?;
            match &mut self.lag {
                Some(lag) => lag
                    .outbound
                    .push_back((Instant::now() + lag.delay, protected.to_vec())),
                None => send(&self.socket, &protected),
            }
        }
        if !control.is_empty() {
            self.link.send_rtcp(control)?;
        }
        Ok(())
    }

    fn flush(&mut self, now: Instant) {
        match &mut self.lag {
            Some(lag) => {
                while let Some(datagram) = self.link.transmit() {
                    lag.outbound.push_back((now + lag.delay, datagram));
                }
                while lag.outbound.front().is_some_and(|(due, _)| *due <= now) {
                    if let Some((_, datagram)) = lag.outbound.pop_front() {
                        send(&self.socket, &datagram);
                    }
                }
            }
            None => {
                while let Some(datagram) = self.link.transmit() {
                    send(&self.socket, &datagram);
                }
            }
        }
    }
}

/// What the kernel won't take is lost, as on a real link.
fn send(socket: &UdpSocket, datagram: &[u8]) {
    let _ = socket.send(datagram);
}

/// Takes datagrams apart.
struct Heard<'a> {
    now: Instant,
    link: &'a mut Link,
    viewer: Option<&'a mut Viewer>,
    publisher: Option<&'a mut Publisher>,
    control: Vec<u8>,
    again: Vec<Vec<u8>>,
}

impl Heard<'_> {
    fn datagram(
        &mut self,
        datagram: &[u8],
        at: u64,
        noticed: &mut Noticed,
        latency: &mut impl FnMut(u64),
    ) {
        if let Some(viewer) = &mut self.viewer
            && Link::is_rtp(datagram)
            && viewer.take_closed(at, datagram)
        {
            return;
        }
        match self.link.open(self.now, datagram) {
            Ok(Received::Rtp(packet)) => {
                if let Some(viewer) = &mut self.viewer
                    && let Some(stamp) = viewer.handle_rtp(at, &packet, &mut self.control)
                {
                    latency(at.saturating_sub(stamp.sent_at));
                }
            }
            Ok(Received::Rtcp(compound)) => {
                if let Some(viewer) = &mut self.viewer {
                    viewer.handle_rtcp(self.now, &compound);
                }
                if let Some(publisher) = &mut self.publisher {
                    publisher.handle_rtcp(&compound, &mut self.again);
                }
            }
            Ok(Received::Connected | Received::Nothing) => {}
            Err(_) => noticed.rejected += 1,
        }
    }
}
