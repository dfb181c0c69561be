//! What happens meanwhile: points come and go in three ways, speakers change, people talk, and links lose packets.

use crate::harness::WsClient;
use crate::load::crowd::Crowd;
use crate::load::meeting::{Door, Guest, Shape, join};
use crate::load::report::Report;
use crate::load::run::own_ssrc;
use crate::load::thread::MemberId;
use crate::peer::dtls::Identity;
use crate::peer::publisher::{Pace, Sending};
use anyhow::{Context as _, Result};
use giaoban_signaling::ids::SeatId;
use giaoban_signaling::wire::{Audience, Command};
use rand::Rng as _;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

const SPEAKERS: usize = 3;
const PRESENT: usize = 12;
/// Seconds between two grants.
const GRANT_EVERY: u64 = 5;
/// The worst link loses this share.
const WORST_LOSS: f32 = 0.08;

/// How somebody leaves.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Says so.
    Leave,
    /// Closes the socket and the media session.
    Close,
    /// Is gone without a word.
    Vanish,
}

struct Visitor {
    member: MemberId,
    end: oneshot::Sender<Way>,
    life: JoinHandle<()>,
}

pub(super) struct Churn {
    door: Door,
    crowd: Crowd,
    seats: Vec<String>,
    next_seat: usize,
    joined: u64,
    turns: u64,
    visitors: VecDeque<Visitor>,
    chair: oneshot::Sender<Way>,
    chair_life: JoinHandle<()>,
    failures: Arc<std::sync::Mutex<Vec<String>>>,
}

fn camera(point: usize) -> Vec<Sending> {
    let base = 0x7000_0000 | u32::try_from(point << 8).unwrap_or_default();
    vec![
        Sending::Voice { ssrc: base },
        Sending::Picture {
            layers: (1..)
                .zip(Pace::LAYERS)
                .map(|(number, pace)| (base | number, pace))
                .collect(),
        },
    ]
}

fn shape(sending: Vec<Sending>) -> Shape {
    Shape {
        sending,
        voices: 3,
        pictures: 6,
    }
}

impl Churn {
    pub(super) async fn begin(
        base: &str,
        briefing: &str,
        chair: &str,
        seats: Vec<String>,
    ) -> Result<Self> {
        let door = Door {
            client: reqwest::Client::new(),
            identity: Arc::new(Identity::generate()?),
            base: base.to_owned(),
            briefing: briefing.to_owned(),
        };
        let mut crowd = Crowd::start(1, PRESENT)?;
        let failures = Arc::default();
        let leader = join(&door, chair, &shape(camera(SPEAKERS)), own_ssrc(0)).await?;
        crowd.add(leader.member)?;
        let mut speakers = Vec::new();
        for (place, session) in seats.iter().take(SPEAKERS).enumerate() {
            let number = own_ssrc(place + 1);
            let Guest { ws, member } = join(&door, session, &shape(camera(place)), number).await?;
            crowd.add(member)?;
            speakers.push(ws.seat());
            tokio::spawn(ws.stay(std::future::pending()));
        }
        let (end, ended) = oneshot::channel();
        let chair_life = live(grants(leader.ws, speakers), ended, Arc::clone(&failures));
        Ok(Self {
            door,
            crowd,
            seats,
            next_seat: SPEAKERS,
            joined: 0,
            turns: 0,
            visitors: VecDeque::new(),
            chair: end,
            chair_life,
            failures,
        })
    }

    /// One second's change: somebody comes, or somebody goes.
    pub(super) async fn turn(&mut self) -> Result<()> {
        self.turns += 1;
        let full = self.visitors.len() >= PRESENT;
        if full || (self.visitors.len() > PRESENT / 2 && rand::random::<bool>()) {
            self.one_goes().await
        } else {
            self.one_comes().await
        }
    }

    async fn one_comes(&mut self) -> Result<()> {
        let session = &self.seats[self.next_seat];
        self.next_seat = SPEAKERS + (self.next_seat + 1 - SPEAKERS) % (self.seats.len() - SPEAKERS);
        self.joined += 1;
        let number = own_ssrc(usize::try_from(self.joined)?);
        let Guest { ws, member } = join(&self.door, session, &shape(Vec::new()), number)
            .await
            .context("somebody could not join")?;
        let loss = rand::rng().random_range(0.0..WORST_LOSS);
        let member = self.crowd.add(member.dropping(loss))?;
        let (end, ended) = oneshot::channel();
        let life = live(talk(ws), ended, Arc::clone(&self.failures));
        self.visitors.push_back(Visitor { member, end, life });
        Ok(())
    }

    async fn one_goes(&mut self) -> Result<()> {
        let Some(visitor) = self.visitors.pop_front() else {
            return Ok(());
        };
        let way = match self.joined % 3 {
            0 => Way::Leave,
            1 => Way::Close,
            _ => Way::Vanish,
        };
        // A life that has failed has said why.
        let _ = visitor.end.send(way);
        visitor.life.await.context("somebody's task")?;
        match way {
            Way::Vanish => self.crowd.vanish(visitor.member),
            Way::Leave | Way::Close => self.crowd.remove(visitor.member),
        }
    }

    pub(super) fn present(&self) -> usize {
        1 + SPEAKERS + self.visitors.len()
    }

    /// Everybody goes. Gives what the members found and what went wrong.
    pub(super) async fn end(mut self) -> Result<Found> {
        while !self.visitors.is_empty() {
            self.one_goes().await?;
        }
        let _ = self.chair.send(Way::Close);
        self.chair_life.await.context("the chair's task")?;
        let mut report = Report::default();
        report.gather(&self.crowd.finish()?);
        let failures = self
            .failures
            .lock()
            .map(|failures| failures.clone())
            .unwrap_or_default();
        Ok(Found {
            joined: self.joined,
            report,
            failures,
        })
    }
}

/// What the members found.
pub(super) struct Found {
    pub(super) joined: u64,
    pub(super) report: Report,
    pub(super) failures: Vec<String>,
}

/// Somebody's life in the briefing.
trait Life: Send + 'static {
    /// Does something that takes a few seconds.
    fn spend(&mut self) -> impl Future<Output = Result<()>> + Send;
    fn socket(self) -> WsClient;
}

/// Lives until told how to go.
fn live(
    mut life: impl Life,
    mut ended: oneshot::Receiver<Way>,
    failures: Arc<std::sync::Mutex<Vec<String>>>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let way = loop {
            tokio::select! {
                way = &mut ended => break way.unwrap_or(Way::Vanish),
                spent = life.spend() => if let Err(error) = spent {
                    if let Ok(mut failures) = failures.lock() {
                        failures.push(format!("{error:#}"));
                    }
                    return;
                },
            }
        };
        let mut ws = life.socket();
        match way {
            Way::Leave => {
                // The goodbye may come before the reply.
                let _ = ws.command(Command::Leave).await;
            }
            Way::Close => ws.close().await,
            Way::Vanish => drop(ws),
        }
    })
}

struct Talk {
    ws: WsClient,
    said: u64,
}

fn talk(ws: WsClient) -> Talk {
    Talk { ws, said: 0 }
}

impl Life for Talk {
    async fn spend(&mut self) -> Result<()> {
        self.ws.settle(Duration::from_secs(4)).await?;
        self.said += 1;
        let text = format!("Điểm cầu nghe rõ, lần {}", self.said);
        let say = Command::Say {
            to: Audience::All,
            text,
        };
        self.ws.done(say).await
    }

    fn socket(self) -> WsClient {
        self.ws
    }
}

struct Grants {
    ws: WsClient,
    speakers: Vec<SeatId>,
    given: usize,
}

fn grants(ws: WsClient, speakers: Vec<SeatId>) -> Grants {
    Grants {
        ws,
        speakers,
        given: 0,
    }
}

impl Life for Grants {
    async fn spend(&mut self) -> Result<()> {
        self.ws.settle(Duration::from_secs(GRANT_EVERY)).await?;
        let seat = self.speakers[self.given % self.speakers.len()];
        self.given += 1;
        let grant = Command::Grant {
            seat,
            limit_seconds: None,
            beside: false,
        };
        self.ws.done(grant).await
    }

    fn socket(self) -> WsClient {
        self.ws
    }
}
