//! A briefing under load: who has joined, and the sockets that keep them there.

use super::participant::{Door, Guest, Shape, join};
use super::{Order, Place};
use crate::harness::{WsClient, process};
use crate::load::crowd::Crowd;
use crate::load::run::{own_ssrc, verified, wait_for};
use crate::load::sample::{Sample, Subject, Window};
use crate::peer::dtls::Identity;
use anyhow::{Context as _, Result, bail};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Joins under way at once.
const JOINS: usize = 16;
/// Every thread looks at least so often whether it is measured.
const NOTED: Duration = Duration::from_millis(150);

pub struct Hall {
    pub crowd: Crowd,
    pub door: Door,
    pub chair: String,
    pub seats: Vec<String>,
    pub subject: Subject,
    expected: usize,
    joined: usize,
    staying: JoinSet<Result<WsClient>>,
    end: watch::Sender<bool>,
    /// Memory before anybody had joined.
    pub memory_before: Option<u64>,
}

impl Hall {
    /// `viewers`: about how many there will be.
    pub fn open(order: &Order, viewers: usize) -> Result<Self> {
        let Place::Briefing {
            base,
            id,
            chair,
            seats,
        } = &order.place
        else {
            bail!("not a briefing");
        };
        Ok(Self {
            crowd: Crowd::start(order.threads, viewers)?,
            door: Door {
                client: reqwest::Client::new(),
                identity: Arc::new(Identity::generate()?),
                base: base.clone(),
                briefing: id.clone(),
            },
            chair: chair.clone(),
            seats: seats.clone(),
            subject: order.subject,
            expected: viewers,
            joined: 0,
            staying: JoinSet::new(),
            end: watch::Sender::new(false),
            memory_before: order
                .subject
                .process
                .map(process::resident_kib)
                .transpose()?,
        })
    }

    pub fn number(&mut self) -> u32 {
        self.joined += 1;
        own_ssrc(self.joined)
    }

    /// One joins; its socket is the caller's.
    pub async fn enter(&mut self, session: &str, shape: &Shape) -> Result<WsClient> {
        self.enter_from(session, shape, Duration::ZERO).await
    }

    /// One joins over a longer way.
    pub async fn enter_from(
        &mut self,
        session: &str,
        shape: &Shape,
        round_trip: Duration,
    ) -> Result<WsClient> {
        let number = self.number();
        let Guest { ws, mut member } = join(&self.door, session, shape, number).await?;
        if !round_trip.is_zero() {
            member = member.far_away(round_trip);
        }
        self.crowd.add(member)?;
        Ok(ws)
    }

    /// Takes in somebody who has joined, and keeps the socket open.
    pub fn seat(&mut self, guest: Guest) -> Result<()> {
        let Guest { ws, mut member } = guest;
        let verify = verified(self.expected);
        member.viewer = member.viewer.map(|viewer| viewer.verifying(verify));
        self.crowd.add(member)?;
        self.keep(ws);
        Ok(())
    }

    pub fn keep(&mut self, ws: WsClient) {
        let mut end = self.end.subscribe();
        self.staying.spawn(ws.stay(async move {
            let _ = end.wait_for(|end| *end).await;
        }));
    }

    /// Several join, some at a time.
    pub async fn enter_all(&mut self, sessions: &[String], shape: &Shape) -> Result<()> {
        let mut joins = JoinSet::new();
        let mut waiting = sessions.iter();
        loop {
            while joins.len() < JOINS
                && let Some(session) = waiting.next()
            {
                let number = self.number();
                let (door, session, shape) = (self.door.clone(), session.clone(), shape.clone());
                joins.spawn(async move { join(&door, &session, &shape, number).await });
            }
            let Some(joined) = joins.join_next().await else {
                return Ok(());
            };
            self.seat(joined.context("a join was cut off")??)?;
        }
    }

    /// Waits until all who have joined are connected.
    pub async fn all_connected(&self) -> Result<()> {
        wait_for(&self.crowd, "all to be connected", || {
            self.crowd.connected() >= self.joined
        })
        .await
        .with_context(|| format!("{} of {} are", self.crowd.connected(), self.joined))
    }

    /// Waits until all who have joined see the main picture.
    pub async fn all_see(&self) -> Result<()> {
        wait_for(&self.crowd, "all to see the main picture", || {
            self.crowd.seeing() >= self.joined
        })
        .await
        .with_context(|| format!("{} of {} see it", self.crowd.seeing(), self.joined))
    }

    pub fn sample(&self) -> Result<Sample> {
        Sample::take(self.subject, &self.crowd)
    }

    /// Measures what goes on for so long.
    pub async fn measure(&mut self, duration: Duration) -> Result<Window> {
        let begin = self.sample()?;
        self.crowd.measuring(true);
        tokio::time::sleep(duration).await;
        let end = self.sample()?;
        self.stop_measuring().await;
        self.nobody_was_thrown_out()?;
        Ok(Window { begin, end })
    }

    /// Waits until all threads have taken note.
    pub async fn stop_measuring(&self) {
        self.crowd.measuring(false);
        tokio::time::sleep(NOTED).await;
    }

    /// Nobody's socket may have been closed.
    pub fn nobody_was_thrown_out(&mut self) -> Result<()> {
        match self.staying.try_join_next() {
            None => Ok(()),
            Some(ended) => {
                ended.context("a socket's task")??;
                bail!("a socket ended early")
            }
        }
    }

    pub fn memory(&self) -> Result<Option<u64>> {
        self.subject.process.map(process::resident_kib).transpose()
    }

    /// Everybody goes.
    pub fn close(self) -> Crowd {
        self.end.send_replace(true);
        self.crowd
    }
}
