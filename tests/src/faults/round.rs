//! One round: everybody in place, activity, the fault, everybody back, the record read.

use super::check::{Lines, one_person_each};
use super::client::{Answer, Client, Errand, Rested, Script, Wish};
use super::fault::{Database, Fault};
use super::media::{Flow, Studio};
use super::site::Site;
use crate::harness::{Api, WsClient};
use crate::load::meeting::Shape;
use crate::peer::publisher::{Pace, Sending};
use anyhow::{Context as _, Result, bail, ensure};
use giaoban_signaling::ids::SeatId;
use giaoban_signaling::wire::{Command, View};
use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinSet;

const CHAIR: &str = "chutri";
const SECRETARY: &str = "thuky";
/// One of them speaks, the others wait in this order.
const SPEAKERS: [&str; 3] = ["tinh1", "tinh2", "tinh3"];
const COMMUNES: [&str; 6] = [
    "tinh1.xa1",
    "tinh1.xa2",
    "tinh2.xa1",
    "tinh2.xa2",
    "tinh3.xa1",
    "tinh3.xa2",
];
/// Those of the demonstration who come.
const NAMED: usize = 2 + SPEAKERS.len() + COMMUNES.len();
/// So many points raise their hands and lower them.
const EAGER: usize = 10;
/// So many of the others leave and join again.
const VISITORS: usize = 10;
/// Whom the chair lets speak beside the speaker.
const GUEST: usize = NAMED + EAGER + VISITORS;
/// So many communes have media, beside the chair and the speakers.
const SCREENS: usize = 4;

/// From the server's return until everybody is back.
const WITHIN: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(40);
const ALL_DAY: u32 = 36_000;
/// Media that flows has no gap as long as this, even where two sites of debug builds share two cores. Shorter than what a fault
/// lasts, so media that waits for the store is found.
const LONGEST_GAP: Duration = Duration::from_secs(3);
/// Packets at each screen until it counts as flowing again, and how long that may take.
const FLOWING: u64 = 50;
const FLOWS_WITHIN: Duration = Duration::from_secs(10);

/// What may be logged as an error while nothing can be written.
const EXPLAINED: [&str; 4] = [
    "facts cannot be appended",
    "the store is unavailable",
    "a briefing could not be loaded",
    "the briefings under way could not be listed",
];

struct Present {
    seat: SeatId,
    errands: mpsc::Sender<Errand>,
}

pub(super) struct World {
    site: Site,
    briefing: String,
    secretary_api: Api,
    present: HashMap<String, Present>,
    flows: Vec<(String, Arc<Flow>)>,
    tasks: JoinSet<Result<()>>,
    wishes: watch::Sender<Wish>,
    rested: mpsc::Receiver<Rested>,
    refusals: Arc<AtomicU64>,
    round: usize,
    lines: Lines,
    errors: usize,
    gaps: usize,
}

/// What everybody who came back knows, together.
struct Back {
    slowest: Duration,
    said: usize,
    refused: usize,
    returns: u32,
    hands: HashMap<SeatId, bool>,
    /// Whom the chair lets speak beside the speaker now.
    guest: Option<SeatId>,
}

impl World {
    pub(super) async fn start(
        giaoban: Option<PathBuf>,
        database: Database,
        clients: usize,
        seed: u64,
    ) -> Result<Self> {
        let site = Site::start(giaoban, database, clients.saturating_sub(NAMED)).await?;
        let base = site.server.url("");
        let mut people: Vec<(String, Api)> = Vec::new();
        for name in [CHAIR, SECRETARY].iter().chain(&SPEAKERS).chain(&COMMUNES) {
            people.push(((*name).to_owned(), Api::sign_in(&base, name).await?));
        }
        let secretary_api = people[1].1.clone();
        let client = reqwest::Client::new();
        for seat in &site.seats {
            let api = Api::signed_in(client.clone(), &base, &seat.token);
            people.push((seat.name.clone(), api));
        }
        let briefing = secretary_api.live_briefing().await?;
        let (wishes, told_wishes) = watch::channel(Wish::Rest);
        let (told, rested) = mpsc::channel(people.len());
        let mut world = Self {
            site,
            briefing,
            secretary_api,
            present: HashMap::new(),
            flows: Vec::new(),
            tasks: JoinSet::new(),
            wishes,
            rested,
            refusals: Arc::default(),
            round: 0,
            lines: Lines::default(),
            errors: 0,
            gaps: 0,
        };
        let studio = Studio::open()?;
        let mut sockets = Vec::new();
        for (name, api) in people {
            let joined = api.join(&world.briefing).await?;
            let socket = WsClient::connect(&joined.ws_url, &joined.join_token)
                .await
                .with_context(|| format!("{name} connects"))?;
            sockets.push((name, socket));
        }
        let guest = sockets.get(GUEST).context("too few clients")?.1.seat();
        for (number, (name, socket)) in sockets.into_iter().enumerate() {
            let script = match number {
                0 => Script::Chair { guest },
                _ if number < 2 + SPEAKERS.len() => Script::Talk,
                _ if number < NAMED + EAGER => Script::Eager,
                _ if number < GUEST => Script::Visitor,
                _ => Script::Point,
            };
            let (errands, on_errands) = mpsc::channel(1);
            let seat = socket.seat();
            let own_seed = seed.wrapping_add(number as u64);
            let refusals = world.refusals.clone();
            let mut client = Client::new(name.clone(), socket, script, own_seed, refusals);
            if let Some(shape) = shape(number) {
                let screen = studio.screen(number, shape);
                world.flows.push((name.clone(), screen.flow.clone()));
                client.screen = Some(screen);
            }
            world.present.insert(name, Present { seat, errands });
            world
                .tasks
                .spawn(client.run(told_wishes.clone(), on_errands, told.clone()));
        }
        world.everybody_back(Instant::now()).await?;
        Ok(world)
    }

    pub(super) fn can_suffer(&self, fault: Fault) -> bool {
        self.site.can_suffer(fault)
    }

    pub(super) fn keep_log(&self) {
        self.site.server.keep_log();
    }

    /// One fault. Gives a line about it.
    pub(super) async fn round(
        &mut self,
        fault: Fault,
        after: Duration,
        jump: i64,
    ) -> Result<String> {
        self.round += 1;
        let speaker = self.round % SPEAKERS.len();
        self.take_places(speaker).await?;
        self.media_flows().await.context("before the fault")?;
        let before = self.lines.last();
        self.wishes.send_replace(Wish::Act);
        tokio::time::sleep(after).await;

        for (_, flow) in &self.flows {
            flow.watch();
        }
        let returned = self.site.suffer(fault, jump, &self.refusals).await?;
        if fault.lets_live() {
            for (name, flow) in &self.flows {
                let gap = flow.longest_gap();
                ensure!(gap <= LONGEST_GAP, "{name} had no media for {gap:?}");
            }
        }
        let back = self.everybody_back(returned).await?;
        self.media_flows().await.context("after the fault")?;
        self.places_kept(speaker, &back).await?;
        self.attendance_is_true(fault).await?;
        if fault != Fault::Killed {
            self.lines.time_went_on(before)?;
        }
        if fault == Fault::ClockJump {
            ensure!(
                back.returns == 0,
                "{} clients were cut when the clock was set",
                back.returns
            );
        }
        self.chain_verifies()?;
        self.errors_explained(fault)?;
        Ok(format!(
            "all back after {:>4} ms, {:>4} lines kept once, {:>3} refused, {:>6} facts",
            back.slowest.as_millis(),
            back.said,
            back.refused,
            self.lines.facts()
        ))
    }

    pub(super) async fn finish(mut self) -> Result<()> {
        self.wishes.send_replace(Wish::End);
        while let Some(ended) = self.tasks.join_next().await {
            ended.context("a client's task")??;
        }
        self.site.server.terminate()
    }

    fn of(&self, name: &str) -> Result<&Present> {
        self.present.get(name).with_context(|| format!("no {name}"))
    }

    /// Has somebody who rests carry out a command, and gives the answer.
    async fn ask(&self, name: &str, command: Command) -> Result<Answer> {
        let (answer, answered) = oneshot::channel();
        let errand = Errand::Do(command, answer);
        let sent = self.of(name)?.errands.send(errand).await;
        sent.ok().with_context(|| format!("{name} has left"))?;
        answered.await.with_context(|| format!("{name} has left"))
    }

    async fn must(&self, name: &str, command: Command) -> Result<()> {
        let text = format!("{command:?}");
        match self.ask(name, command).await? {
            Ok(()) => Ok(()),
            Err(code) => bail!("{name}: {text} was refused: {code:?}"),
        }
    }

    async fn look(&self, name: &str) -> Result<View> {
        let (answer, answered) = oneshot::channel();
        let sent = self.of(name)?.errands.send(Errand::Look(answer)).await;
        sent.ok().with_context(|| format!("{name} has left"))?;
        answered.await.with_context(|| format!("{name} has left"))
    }

    /// One speaks, the two others wait in their order, the roll is being called.
    async fn take_places(&self, speaker: usize) -> Result<()> {
        for name in SPEAKERS {
            // Whoever has no hand up or no floor is told so, which is as good.
            let _ = self.ask(name, Command::LowerHand { seat: None }).await?;
            let _ = self.ask(name, Command::EndFloor { seat: None }).await?;
        }
        let grant = Command::Grant {
            seat: self.of(SPEAKERS[speaker])?.seat,
            limit_seconds: Some(ALL_DAY),
            // The chair's guest goes on.
            beside: true,
        };
        self.must(CHAIR, grant).await?;
        self.must(SPEAKERS[speaker], Command::OpenMic).await?;
        for name in waiting(speaker) {
            self.must(name, Command::RaiseHand).await?;
        }
        // Only the first round finds none running.
        let _ = self.ask(SECRETARY, Command::CloseRollCall).await?;
        self.must(SECRETARY, Command::StartRollCall { seconds: 600 })
            .await
    }

    /// Waits until every client is connected, in its seat and heard; then what each knows is held against the record.
    async fn everybody_back(&mut self, returned: Instant) -> Result<Back> {
        self.wishes.send_replace(Wish::Rest);
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut words: Vec<Rested> = Vec::new();
        while words.len() < self.present.len() {
            tokio::select! {
                word = self.rested.recv() => words.push(word.context("no clients")?),
                ended = self.tasks.join_next() => {
                    ended.context("no clients")?.context("a client's task")??;
                    bail!("a client left");
                }
                () = tokio::time::sleep_until(deadline) => {
                    let here: Vec<&str> = words.iter().map(|word| word.name.as_str()).collect();
                    let missing: Vec<&String> = self
                        .present
                        .keys()
                        .filter(|name| !here.contains(&name.as_str()))
                        .collect();
                    bail!("these never came back: {missing:?}");
                }
            }
        }
        self.lines
            .read_on(&self.secretary_api, &self.briefing)
            .await?;
        let mut back = Back {
            slowest: Duration::ZERO,
            said: 0,
            refused: 0,
            returns: 0,
            hands: HashMap::new(),
            guest: None,
        };
        for word in words {
            self.holds(&word).with_context(|| word.name.clone())?;
            let took = word.at.saturating_duration_since(returned);
            back.slowest = back.slowest.max(took);
            back.said += word.known.said.len();
            back.refused += word.known.refused.len();
            back.returns += word.known.returns;
            back.hands.insert(word.seat, word.standing.hand);
            if let Script::Chair { guest } = word.script {
                back.guest = word.standing.guest.then_some(guest);
            }
        }
        ensure!(
            back.slowest <= WITHIN,
            "the last client was back after {:?}",
            back.slowest
        );
        Ok(back)
    }

    /// What one client was told is so.
    fn holds(&self, word: &Rested) -> Result<()> {
        let (known, standing, view) = (&word.known, &word.standing, &word.view);
        ensure!(self.of(&word.name)?.seat == word.seat, "another seat");
        self.lines.hold(&known.said, &known.refused)?;
        if standing.headcount.is_some() {
            ensure!(
                view.me.headcount == standing.headcount,
                "counted {:?}, and is shown {:?}",
                standing.headcount,
                view.me.headcount
            );
        }
        if let Some(roll) = &view.roll_call
            && standing.answered == Some(roll.number)
        {
            ensure!(roll.mine.is_some(), "the answer to the roll is gone");
        }
        Ok(())
    }

    /// Floor and queue are as they were.
    async fn places_kept(&self, speaker: usize, back: &Back) -> Result<()> {
        let floor = self.look(CHAIR).await?.floor;
        let holders: HashSet<SeatId> = floor
            .holders
            .iter()
            .map(|holder| holder.label.seat)
            .collect();
        let mut speak = HashSet::from([self.of(SPEAKERS[speaker])?.seat]);
        speak.extend(back.guest);
        ensure!(
            holders == speak,
            "{holders:?} have the floor, not {speak:?}"
        );
        let queue: Vec<SeatId> = floor.queue.iter().map(|entry| entry.label.seat).collect();
        let mut wait = Vec::new();
        for name in waiting(speaker) {
            wait.push(self.of(name)?.seat);
        }
        let kept: Vec<SeatId> = queue
            .iter()
            .copied()
            .filter(|seat| wait.contains(seat))
            .collect();
        ensure!(kept == wait, "in the queue stand {kept:?}, not {wait:?}");
        for (seat, up) in back.hands.iter().filter(|(seat, _)| !wait.contains(seat)) {
            ensure!(
                queue.contains(seat) == *up,
                "the hand of {seat:?} should be up: {up}"
            );
        }
        Ok(())
    }

    async fn attendance_is_true(&mut self, fault: Fault) -> Result<()> {
        let people = self.present.len();
        let gaps = one_person_each(&self.secretary_api, &self.briefing, people).await?;
        let new = gaps.saturating_sub(self.gaps);
        self.gaps = gaps;
        if fault == Fault::Killed {
            ensure!(
                new >= people,
                "the attendance of {people} has {new} new gaps"
            );
        }
        Ok(())
    }

    /// Every screen receives.
    async fn media_flows(&self) -> Result<()> {
        let begin = Instant::now();
        for (name, flow) in &self.flows {
            let before = flow.packets();
            while flow.packets() < before + FLOWING {
                ensure!(
                    begin.elapsed() < FLOWS_WITHIN,
                    "{name} received {} packets in {FLOWS_WITHIN:?}",
                    flow.packets() - before
                );
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        Ok(())
    }

    fn chain_verifies(&self) -> Result<()> {
        let verify = ["ledger", "verify", &self.briefing];
        let said = tokio::task::block_in_place(|| self.site.server.command(&verify, ""));
        said.map(drop).context("the chain")
    }

    fn errors_explained(&mut self, fault: Fault) -> Result<()> {
        let all = self.site.server.errors()?;
        for error in all.get(self.errors..).unwrap_or_default() {
            let explained = fault.stops_writing()
                && !error.contains(" panicked at ")
                && EXPLAINED.iter().any(|known| error.contains(known));
            ensure!(explained, "unexplained in the log: {error}");
        }
        self.errors = all.len();
        Ok(())
    }
}

fn waiting(speaker: usize) -> impl Iterator<Item = &'static str> {
    (1..SPEAKERS.len()).map(move |after| SPEAKERS[(speaker + after) % SPEAKERS.len()])
}

/// What the client with this number sends and receives: chair and speakers have a camera, some communes watch.
fn shape(number: usize) -> Option<Shape> {
    let speakers = 2..2 + SPEAKERS.len();
    let screens = speakers.end..speakers.end + SCREENS;
    let own = 0x4000_0000 + (u32::try_from(number).unwrap_or_default() << 8);
    let sending = match number {
        0 => Sending::single(own, own + 1, Pace::MODEST),
        _ if speakers.contains(&number) => Sending::single(own, own + 1, Pace::MODEST),
        _ if screens.contains(&number) => Vec::new(),
        _ => return None,
    };
    Some(Shape {
        sending,
        voices: 3,
        pictures: 2,
    })
}
