//! One scripted participant: does small things all the time, remembers what was acknowledged, and comes back by itself.

use super::media::Screen;
use crate::harness::WsClient;
use anyhow::{Context as _, Result, bail};
use giaoban_signaling::ids::{CommandId, SeatId};
use giaoban_signaling::wire::{Audience, Command, MediaNotice, Phase, RefusalCode, View};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};
use uuid::Uuid;

/// What the clients are to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// Talk, count heads, answer the roll, raise hands.
    Act,
    /// Come to rest: connected, nothing outstanding.
    Rest,
    End,
}

/// How a client tries again, as a browser does.
const RETRY: Duration = Duration::from_millis(250);
const PACE: Duration = Duration::from_millis(500);
/// By then everything that was durable before is shown.
const UP_TO_DATE: Duration = Duration::from_millis(300);
/// After this it has not come back by itself.
const LOST: Duration = Duration::from_secs(25);
/// One command, over all the connections it takes.
const ANSWERED: Duration = Duration::from_mins(1);

pub(super) type Answer = std::result::Result<(), RefusalCode>;

/// Something that a client that rests is told to do beside its script. Whoever no longer waits for it has failed already.
pub(super) enum Errand {
    Do(Command, oneshot::Sender<Answer>),
    /// Say what is shown.
    Look(oneshot::Sender<View>),
}

/// What a client does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    /// Talks. The secretary, and those whose place is watched.
    Talk,
    /// The chair: lets this point speak beside the speaker, and ends it.
    Chair { guest: SeatId },
    /// Counts heads and answers the roll.
    Point,
    /// And raises and lowers its hand.
    Eager,
    /// Like a point, and leaves for good, and joins anew.
    Visitor,
}

/// What one client knows to be done since it last rested.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Lines that were acknowledged.
    pub(super) said: Vec<String>,
    /// Lines that were refused because the store could not write: they must not exist.
    pub(super) refused: Vec<String>,
    /// How often it had to connect again.
    pub(super) returns: u32,
}

/// What one client knows to hold.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    pub(super) headcount: Option<u32>,
    pub(super) hand: bool,
    /// The chair's guest has the floor.
    pub(super) guest: bool,
    /// The last roll call that it answered.
    pub(super) answered: Option<u32>,
}

/// Told when a client has come to rest.
pub(super) struct Rested {
    pub(super) name: String,
    pub(super) seat: SeatId,
    pub(super) script: Script,
    pub(super) at: Instant,
    pub(super) known: Known,
    pub(super) standing: Standing,
    pub(super) view: View,
}

pub(super) struct Client {
    pub(super) name: String,
    pub(super) socket: WsClient,
    pub(super) script: Script,
    pub(super) screen: Option<Screen>,
    random: StdRng,
    known: Known,
    standing: Standing,
    turn: u32,
    /// How many commands of all clients were refused because the store could not write.
    refusals: Arc<AtomicU64>,
}

impl Client {
    pub(super) fn new(
        name: String,
        socket: WsClient,
        script: Script,
        seed: u64,
        refusals: Arc<AtomicU64>,
    ) -> Self {
        Self {
            name,
            socket,
            script,
            screen: None,
            random: StdRng::seed_from_u64(seed),
            known: Known::default(),
            standing: Standing::default(),
            turn: 0,
            refusals,
        }
    }

    /// Follows the wishes until `End`.
    pub(super) async fn run(
        mut self,
        mut wishes: watch::Receiver<Wish>,
        mut errands: mpsc::Receiver<Errand>,
        rested: mpsc::Sender<Rested>,
    ) -> Result<()> {
        let name = self.name.clone();
        loop {
            let wish = *wishes.borrow_and_update();
            let done = match wish {
                Wish::Act => self.act().await,
                Wish::Rest => self.rest(&mut wishes, &mut errands, &rested).await,
                Wish::End => {
                    self.socket.close().await;
                    return Ok(());
                }
            };
            done.with_context(|| name.clone())?;
        }
    }

    async fn act(&mut self) -> Result<()> {
        let point = matches!(self.script, Script::Point | Script::Eager | Script::Visitor);
        match (self.random.random_range(0..10), self.script) {
            (0..3, _) if point => self.count_heads().await?,
            (3, _) if point => self.answer_roll_call().await?,
            (4..6, Script::Eager) => self.move_hand().await?,
            (4..6, Script::Chair { guest }) => self.move_guest(guest).await?,
            (4, Script::Visitor) => self.visit_again().await?,
            _ => drop(self.say().await?),
        }
        let pace = PACE.mul_f32(self.random.random_range(0.5..2.0));
        self.listen(pace).await
    }

    async fn count_heads(&mut self) -> Result<()> {
        let count = self.random.random_range(1..500);
        if self.surely(Command::SetHeadcount { count }).await?.is_ok() {
            self.standing.headcount = Some(count);
        }
        Ok(())
    }

    async fn answer_roll_call(&mut self) -> Result<()> {
        if self.surely(Command::AnswerRollCall).await?.is_ok() {
            let roll = self.socket.view().roll_call.as_ref();
            self.standing.answered = roll.map(|roll| roll.number);
        }
        Ok(())
    }

    async fn move_hand(&mut self) -> Result<()> {
        let up = !self.standing.hand;
        let command = if up {
            Command::RaiseHand
        } else {
            Command::LowerHand { seat: None }
        };
        if self.surely(command).await?.is_ok() {
            self.standing.hand = up;
        }
        Ok(())
    }

    async fn move_guest(&mut self, seat: SeatId) -> Result<()> {
        let on = !self.standing.guest;
        let command = if on {
            Command::Grant {
                seat,
                limit_seconds: None,
                beside: true,
            }
        } else {
            Command::EndFloor { seat: Some(seat) }
        };
        if self.surely(command).await?.is_ok() {
            self.standing.guest = on;
        }
        Ok(())
    }

    async fn visit_again(&mut self) -> Result<()> {
        if self.surely(Command::Leave).await?.is_err() {
            return Ok(());
        }
        let from = self.socket.returning();
        self.retry(|| WsClient::connect(&from.url, &from.token))
            .await
    }

    /// Says a line that nobody else says. Gives whether it was kept.
    async fn say(&mut self) -> Result<bool> {
        self.turn += 1;
        let text = format!("{} câu {}", self.name, self.turn);
        let to = if self.random.random_ratio(1, 4) {
            Audience::All
        } else {
            Audience::Secretary
        };
        let text_said = text.clone();
        match self.surely(Command::Say { to, text }).await? {
            Ok(()) => {
                self.known.said.push(text_said);
                Ok(true)
            }
            Err(RefusalCode::StoreUnavailable) => {
                self.known.refused.push(text_said);
                Ok(false)
            }
            Err(RefusalCode::TooFast) => Ok(false),
            Err(code) => bail!("a line was refused: {code:?}"),
        }
    }

    /// Sends a command until it is answered, under one id, over as many connections as it takes.
    async fn surely(&mut self, command: Command) -> Result<Answer> {
        let id = CommandId(Uuid::new_v4());
        let begin = Instant::now();
        while begin.elapsed() < ANSWERED {
            match self.socket.command_as(id, command.clone()).await {
                Ok(answer) => {
                    if answer == Err(RefusalCode::StoreUnavailable) {
                        self.refusals.fetch_add(1, Ordering::Relaxed);
                    }
                    return Ok(answer);
                }
                Err(_) => self.come_back().await?,
            }
        }
        bail!("{command:?} was never answered")
    }

    async fn listen(&mut self, duration: Duration) -> Result<()> {
        if self.socket.settle(duration).await.is_err() {
            self.come_back().await?;
        }
        self.keep_media().await;
        Ok(())
    }

    async fn keep_media(&mut self) {
        let notices = self.socket.take_notices();
        let Some(screen) = &mut self.screen else {
            return;
        };
        if notices.contains(&MediaNotice::Renegotiate) || screen.has_stalled() {
            // One that could not be made is made at the next look.
            let _ = screen.connect(&mut self.socket).await;
        }
    }

    async fn come_back(&mut self) -> Result<()> {
        let from = self.socket.returning();
        let view = self.socket.view().clone();
        self.known.returns += 1;
        self.retry(|| WsClient::come_back(&from, view.clone()))
            .await
    }

    /// Connects, however often it takes, and finds the own seat.
    async fn retry<F>(&mut self, connect: impl Fn() -> F) -> Result<()>
    where
        F: Future<Output = Result<WsClient>>,
    {
        let begin = Instant::now();
        loop {
            match connect().await {
                Ok(socket) => {
                    if socket.seat() != self.socket.seat() {
                        bail!("came to another seat");
                    }
                    self.socket = socket;
                    return Ok(());
                }
                Err(error) if begin.elapsed() > LOST => {
                    return Err(error.context("could not come back"));
                }
                Err(_) => tokio::time::sleep(RETRY).await,
            }
        }
    }

    async fn rest(
        &mut self,
        wishes: &mut watch::Receiver<Wish>,
        errands: &mut mpsc::Receiver<Errand>,
        rested: &mpsc::Sender<Rested>,
    ) -> Result<()> {
        // An answer proves that the connection works, and a line that is kept that the store does.
        if !self.say().await? {
            return self.listen(RETRY).await;
        }
        let at = Instant::now();
        self.listen(UP_TO_DATE).await?;
        if self.socket.view().phase != Phase::InSession {
            bail!("the briefing is not in session any more");
        }
        let word = Rested {
            name: self.name.clone(),
            seat: self.socket.seat(),
            script: self.script,
            at,
            known: std::mem::take(&mut self.known),
            standing: self.standing,
            view: self.socket.view().clone(),
        };
        if rested.send(word).await.is_err() {
            bail!("nobody waits for the clients");
        }
        while *wishes.borrow_and_update() == Wish::Rest {
            tokio::select! {
                changed = wishes.changed() => changed.context("the run is over")?,
                errand = errands.recv() => {
                    match errand.context("the run is over")? {
                        Errand::Do(command, answer) => drop(answer.send(self.surely(command).await?)),
                        Errand::Look(answer) => {
                            self.listen(UP_TO_DATE).await?;
                            let _ = answer.send(self.socket.view().clone());
                        }
                    }
                }
                heard = self.socket.next() => if heard.is_err() { self.come_back().await? },
                () = tokio::time::sleep(RETRY) => {}
            }
            self.keep_media().await;
        }
        Ok(())
    }
}
