//! A deliberately simple model of roster, lobby, floor and roll call, beside the machine, under thousands of random scripts of
//! joins, cuts, commands, batches, failed appends and restarts on a virtual clock.
//!
//! `GIAOBAN_MODEL_SCRIPTS` sets how many scripts, `GIAOBAN_MODEL_SEED` which.

use crate::world::plan::{self, item_ids};
use crate::world::{World, uuid};
use giaoban_signaling::ids::CommandId;
use giaoban_signaling::wire::{
    Command, InviteState, Outcome, Phase, PresenceState, RefusalCode, RollMark,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use std::collections::{BTreeMap, BTreeSet};

const NAMES: [&str; 6] = ["chair", "secretary", "p1", "p2", "p3", "p4"];
const GRACE: i64 = 60;

#[derive(Clone, Debug)]
enum Step {
    One(Move),
    /// Several moves, one transaction.
    Batch(Vec<Move>),
    /// Several moves whose transaction fails.
    Failed(Vec<Move>),
    Pass(u8),
    Restart,
}

#[derive(Clone, Debug)]
enum Move {
    Join { who: usize, fresh: bool },
    Cut { who: usize },
    Ask { who: usize, ask: Ask },
}

#[derive(Clone, Debug)]
enum Ask {
    Open,
    Start,
    Adjourn,
    Close,
    Raise,
    Lower(Option<usize>),
    Grant(usize, bool),
    OpenMic,
    EndFloor(Option<usize>),
    MuteAll,
    UndoMuteAll,
    MoveFirst(usize),
    Delegate(bool),
    Admit(usize),
    AdmitAll,
    Lobby(bool),
    Lock(bool),
    Remove(usize),
    StartRoll,
    Answer,
    CloseRoll,
    Mark(usize, u8),
    Leave,
    Headcount(u32),
    Say,
    NextItem,
    Share,
    Main(usize),
    ChairMic(bool),
}

#[derive(Clone, Debug, PartialEq)]
enum Place {
    Never,
    Out,
    Waiting,
    Here,
    Lost(i64),
}

#[derive(Clone, Debug)]
struct Who {
    place: Place,
    admitted: bool,
    barred: bool,
    socket: bool,
}

#[derive(Clone, Debug, Default)]
struct Roll {
    open: bool,
    answers: BTreeSet<usize>,
}

/// Everything that is predicted.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the briefing"
)]
struct Model {
    now: i64,
    phase: Phase,
    lobby: bool,
    locked: bool,
    delegated: bool,
    people: Vec<Who>,
    hands: Vec<usize>,
    holders: Vec<(usize, bool)>,
    chair_mic: bool,
    muted: Option<(i64, Vec<(usize, bool)>)>,
    roll: Option<Roll>,
    items: usize,
    reconcile: Option<i64>,
}

type Answer = Result<(), RefusalCode>;

fn leads(who: usize) -> bool {
    who < 2
}

impl Model {
    fn new() -> Self {
        let who = Who {
            place: Place::Never,
            admitted: false,
            barred: false,
            socket: false,
        };
        Self {
            now: 0,
            phase: Phase::Planned,
            lobby: false,
            locked: false,
            delegated: false,
            people: vec![who; NAMES.len()],
            hands: Vec::new(),
            holders: Vec::new(),
            chair_mic: false,
            muted: None,
            roll: None,
            items: 0,
            reconcile: None,
        }
    }

    fn running(&self) -> bool {
        matches!(self.phase, Phase::Open | Phase::InSession)
    }

    fn join(&mut self, who: usize) {
        if self.phase == Phase::Closed {
            return;
        }
        let planned = self.phase == Phase::Planned;
        let (lobby, locked) = (self.lobby, self.locked);
        let person = &mut self.people[who];
        match person.place {
            Place::Here | Place::Waiting => {}
            Place::Lost(_) if person.admitted => person.place = Place::Here,
            Place::Lost(_) => person.place = Place::Waiting,
            Place::Never | Place::Out => {
                if locked && !leads(who) && !person.admitted {
                    return;
                }
                let waits = !leads(who) && !person.admitted && (person.barred || lobby || planned);
                person.admitted = !waits;
                person.place = if waits { Place::Waiting } else { Place::Here };
            }
        }
        person.socket = true;
    }

    fn cut(&mut self, who: usize) {
        let now = self.now;
        let person = &mut self.people[who];
        person.socket = false;
        match person.place {
            Place::Here => person.place = Place::Lost(now),
            Place::Waiting => person.place = Place::Out,
            _ => {}
        }
    }

    fn out(&mut self, who: usize) {
        self.people[who].place = Place::Out;
        self.people[who].socket = false;
        self.hands.retain(|hand| *hand != who);
        self.holders.retain(|(holder, _)| *holder != who);
        self.chair_mic &= who != 0;
    }

    fn second(&mut self) {
        self.now += 1;
        if self.reconcile.is_some_and(|due| self.now < due) {
            return;
        }
        for who in 0..NAMES.len() {
            if let Place::Lost(since) = self.people[who].place
                && since + GRACE <= self.now
                && self.phase != Phase::Closed
            {
                self.out(who);
            }
        }
        if self.reconcile.take().is_some() {
            for who in 0..NAMES.len() {
                if !self.people[who].socket {
                    self.cut(who);
                }
            }
        }
    }

    fn restart(&mut self) {
        self.reconcile = None;
        let now = self.now;
        for person in &mut self.people {
            person.socket = false;
            if self.phase != Phase::Closed
                && matches!(person.place, Place::Here | Place::Waiting | Place::Lost(_))
            {
                person.place = Place::Lost(now);
            }
        }
    }

    fn silence(&mut self) {
        self.holders.clear();
        self.chair_mic = false;
        self.muted = None;
    }

    fn connected(&self, who: usize) -> Answer {
        match self.people[who].place {
            Place::Never => Err(RefusalCode::UnknownSeat),
            Place::Waiting => Err(RefusalCode::NotAdmitted),
            Place::Here => Ok(()),
            Place::Out | Place::Lost(_) if !self.people[who].admitted => {
                Err(RefusalCode::NotAdmitted)
            }
            Place::Out | Place::Lost(_) => Err(RefusalCode::NotConnected),
        }
    }

    fn ask(&mut self, who: usize, ask: &Ask) -> Answer {
        use RefusalCode as Code;
        if self.phase == Phase::Closed {
            return Err(Code::Ended);
        }
        let place = self.people[who].place.clone();
        if !matches!(place, Place::Here | Place::Waiting) {
            return Err(Code::NotConnected);
        }
        if matches!(ask, Ask::Leave) {
            self.out(who);
            return Ok(());
        }
        if matches!(ask, Ask::Headcount(_)) {
            return Ok(());
        }
        if place == Place::Waiting {
            return Err(Code::NotAdmitted);
        }
        let allowed = match ask {
            Ask::Grant(..) => who == 0 || (who == 1 && self.delegated),
            Ask::Delegate(_) | Ask::ChairMic(_) => who == 0,
            Ask::Raise
            | Ask::Lower(_)
            | Ask::OpenMic
            | Ask::EndFloor(_)
            | Ask::Answer
            | Ask::Say
            | Ask::Share => true,
            _ => leads(who),
        };
        if !allowed {
            return Err(Code::NotAllowed);
        }
        match ask {
            Ask::Leave | Ask::Headcount(_) | Ask::Say => Ok(()),
            Ask::Open => {
                if self.phase != Phase::Planned {
                    return Err(Code::WrongPhase);
                }
                self.phase = Phase::Open;
                self.muted = None;
                if !self.lobby {
                    self.let_in(false);
                }
                Ok(())
            }
            Ask::Start => {
                if !matches!(self.phase, Phase::Open | Phase::Adjourned) {
                    return Err(Code::WrongPhase);
                }
                self.silence();
                self.phase = Phase::InSession;
                self.items = self.items.max(1);
                Ok(())
            }
            Ask::Adjourn => {
                if self.phase != Phase::InSession {
                    return Err(Code::WrongPhase);
                }
                self.silence();
                self.phase = Phase::Adjourned;
                Ok(())
            }
            Ask::Close => {
                for other in 0..NAMES.len() {
                    if self.people[other].place != Place::Never {
                        self.out(other);
                    }
                }
                self.silence();
                if let Some(roll) = &mut self.roll {
                    roll.open = false;
                }
                self.phase = Phase::Closed;
                Ok(())
            }
            Ask::Raise => {
                if !self.running() {
                    return Err(Code::NotInSession);
                }
                if who == 0 {
                    return Err(Code::NotAllowed);
                }
                let holds = self.holders.iter().any(|(holder, _)| *holder == who);
                if self.hands.contains(&who) || holds {
                    return Err(Code::AlreadyQueued);
                }
                self.hands.push(who);
                Ok(())
            }
            Ask::Lower(other) => {
                let target = other.unwrap_or(who);
                if target != who && !leads(who) {
                    return Err(Code::NotAllowed);
                }
                let before = self.hands.len();
                self.hands.retain(|hand| *hand != target);
                if self.hands.len() == before {
                    return Err(Code::NotQueued);
                }
                Ok(())
            }
            Ask::Grant(target, beside) => {
                if !self.running() {
                    return Err(Code::NotInSession);
                }
                if *target == 0 && self.people[0].place != Place::Never {
                    return Err(Code::NotAllowed);
                }
                self.connected(*target)?;
                if !beside {
                    self.holders.retain(|(holder, _)| holder == target);
                }
                if !self.holders.iter().any(|(holder, _)| holder == target) {
                    self.hands.retain(|hand| hand != target);
                    self.holders.push((*target, false));
                    self.muted = None;
                }
                Ok(())
            }
            Ask::OpenMic => {
                let holder = self.holders.iter_mut().find(|(holder, _)| *holder == who);
                holder.ok_or(Code::NoFloor)?.1 = true;
                Ok(())
            }
            Ask::EndFloor(other) => {
                let target = other.unwrap_or(who);
                if target != who && who != 0 && !(who == 1 && self.delegated) {
                    return Err(Code::NotAllowed);
                }
                let before = self.holders.len();
                self.holders.retain(|(holder, _)| *holder != target);
                if self.holders.len() == before {
                    return Err(Code::NoFloor);
                }
                Ok(())
            }
            Ask::MuteAll => {
                if !self.holders.is_empty() {
                    self.muted = Some((self.now + 5, std::mem::take(&mut self.holders)));
                }
                Ok(())
            }
            Ask::UndoMuteAll => {
                let now = self.now;
                let Some((_, muted)) = self.muted.take_if(|(until, _)| now <= *until) else {
                    return Err(Code::NothingToUndo);
                };
                for (holder, opened) in muted {
                    let person = &self.people[holder];
                    let there =
                        person.admitted && matches!(person.place, Place::Here | Place::Lost(_));
                    if there && !self.holders.iter().any(|(known, _)| *known == holder) {
                        self.hands.retain(|hand| *hand != holder);
                        self.holders.push((holder, opened));
                    }
                }
                Ok(())
            }
            Ask::MoveFirst(target) => {
                let place = self.hands.iter().position(|hand| hand == target);
                let place = place.ok_or(Code::NotQueued)?;
                let hand = self.hands.remove(place);
                self.hands.insert(0, hand);
                Ok(())
            }
            Ask::Delegate(on) => {
                self.delegated = *on;
                Ok(())
            }
            Ask::Admit(target) => {
                if self.phase == Phase::Planned {
                    return Err(Code::WrongPhase);
                }
                match self.people[*target].place {
                    Place::Never => Err(Code::UnknownSeat),
                    Place::Waiting => {
                        self.let_in_one(*target);
                        Ok(())
                    }
                    _ => Err(Code::NotConnected),
                }
            }
            Ask::AdmitAll => {
                if self.phase == Phase::Planned {
                    return Err(Code::WrongPhase);
                }
                self.let_in(true);
                Ok(())
            }
            Ask::Lobby(on) => {
                if self.lobby != *on {
                    self.lobby = *on;
                    if !on && self.phase != Phase::Planned {
                        self.let_in(false);
                    }
                }
                Ok(())
            }
            Ask::Lock(on) => {
                self.locked = *on;
                Ok(())
            }
            Ask::Remove(target) => match self.people[*target].place {
                Place::Never => Err(Code::UnknownSeat),
                _ if *target == 0 => Err(Code::NotAllowed),
                Place::Out => Err(Code::NotConnected),
                _ => {
                    self.out(*target);
                    self.people[*target].admitted = false;
                    self.people[*target].barred = true;
                    Ok(())
                }
            },
            Ask::StartRoll => {
                if !self.running() {
                    return Err(Code::NotInSession);
                }
                if self.roll.as_ref().is_some_and(|roll| roll.open) {
                    return Err(Code::RollCallRunning);
                }
                self.roll = Some(Roll {
                    open: true,
                    answers: BTreeSet::new(),
                });
                Ok(())
            }
            Ask::Answer => {
                let roll = self.roll.as_mut().filter(|roll| roll.open);
                roll.ok_or(Code::NoRollCall)?.answers.insert(point(who));
                Ok(())
            }
            Ask::CloseRoll => {
                let roll = self.roll.as_mut().filter(|roll| roll.open);
                roll.ok_or(Code::NoRollCall)?.open = false;
                Ok(())
            }
            Ask::Mark(target, mark) => {
                if let Some(roll) = self.roll.as_mut().filter(|roll| roll.open) {
                    if *mark == 0 {
                        roll.answers.insert(point(*target));
                    } else {
                        roll.answers.remove(&point(*target));
                    }
                }
                Ok(())
            }
            Ask::NextItem => {
                if self.phase != Phase::InSession {
                    return Err(Code::NotInSession);
                }
                if self.items >= item_ids().len() {
                    return Err(Code::OutOfRange);
                }
                self.items += 1;
                Ok(())
            }
            Ask::Share => {
                if self.running() {
                    Ok(())
                } else {
                    Err(Code::NotInSession)
                }
            }
            Ask::ChairMic(on) => {
                self.chair_mic = *on;
                Ok(())
            }
            Ask::Main(target) => {
                if *target == 0 {
                    Ok(())
                } else {
                    self.connected(*target)
                }
            }
        }
    }

    fn let_in_one(&mut self, who: usize) {
        let person = &mut self.people[who];
        person.place = Place::Here;
        person.admitted = true;
        person.barred = false;
    }

    fn let_in(&mut self, barred_too: bool) {
        for who in 0..NAMES.len() {
            let person = &self.people[who];
            if person.place == Place::Waiting && (barred_too || !person.barred) {
                self.let_in_one(who);
            }
        }
    }
}

/// Chair and secretary sit at the same point.
fn point(who: usize) -> usize {
    who.max(1)
}

fn command(world: &World, ask: &Ask) -> Command {
    let seat = |who: usize| world.seat(NAMES[who]);
    match ask {
        Ask::Open => Command::Open,
        Ask::Start => Command::Start,
        Ask::Adjourn => Command::Adjourn,
        Ask::Close => Command::Close,
        Ask::Raise => Command::RaiseHand,
        Ask::Lower(other) => Command::LowerHand {
            seat: other.map(seat),
        },
        Ask::Grant(target, beside) => Command::Grant {
            seat: seat(*target),
            limit_seconds: None,
            beside: *beside,
        },
        Ask::OpenMic => Command::OpenMic,
        Ask::EndFloor(other) => Command::EndFloor {
            seat: other.map(seat),
        },
        Ask::MuteAll => Command::MuteAll,
        Ask::UndoMuteAll => Command::UndoMuteAll,
        Ask::MoveFirst(target) => Command::MoveFirst {
            seat: seat(*target),
        },
        Ask::Delegate(on) => Command::DelegateFloor { to_secretary: *on },
        Ask::Admit(target) => Command::Admit {
            seat: seat(*target),
        },
        Ask::AdmitAll => Command::AdmitAll,
        Ask::Lobby(on) => Command::SetLobby { on: *on },
        Ask::Lock(on) => Command::Lock { on: *on },
        Ask::Remove(target) => Command::Remove {
            seat: seat(*target),
            reason: "nhầm phòng".to_owned(),
        },
        Ask::StartRoll => Command::StartRollCall { seconds: 60 },
        Ask::Answer => Command::AnswerRollCall,
        Ask::CloseRoll => Command::CloseRollCall,
        Ask::Mark(target, mark) => Command::Mark {
            point: world.point(NAMES[*target]),
            mark: match mark {
                0 => RollMark::Online,
                1 => RollMark::Absent,
                _ => RollMark::NotYetCalled,
            },
        },
        Ask::Leave => Command::Leave,
        Ask::Headcount(count) => Command::SetHeadcount { count: *count },
        Ask::Say => Command::Say {
            to: giaoban_signaling::wire::Audience::All,
            text: "Đã nghe rõ".to_owned(),
        },
        Ask::NextItem => Command::NextItem,
        Ask::Share => Command::RequestShare,
        Ask::ChairMic(on) => Command::ChairMic { on: *on },
        Ask::Main(target) => Command::SetMain {
            seat: Some(seat(*target)),
        },
    }
}

/// The two side by side.
struct Pair {
    world: World,
    model: Model,
    next: u128,
    /// Commands on their way: who sent them, over which connection, what is expected.
    expected: Vec<(
        usize,
        giaoban_signaling::ids::ConnectionId,
        CommandId,
        Answer,
    )>,
}

impl Pair {
    fn begin(&mut self) {
        for who in 0..NAMES.len() {
            self.step(&Step::One(Move::Join { who, fresh: true }));
        }
        for ask in [Ask::Open, Ask::Start] {
            self.step(&Step::One(Move::Ask { who: 1, ask }));
        }
    }

    fn step(&mut self, step: &Step) {
        match step {
            Step::One(one) => self.turn(one),
            Step::Batch(moves) => {
                self.world.commit_at_once = false;
                for one in moves {
                    self.turn(one);
                }
                self.world.commit_at_once = true;
                self.world.commit();
            }
            Step::Failed(moves) => self.fail(moves),
            Step::Pass(seconds) => {
                for _ in 0..*seconds {
                    self.model.second();
                }
                self.world.pass(f64::from(*seconds));
                self.world.check_views_of(|_| *seconds > 1);
            }
            Step::Restart => {
                self.model.restart();
                self.world.restart();
            }
        }
        self.check_answers();
        // Whoever doesn't see the board is never behind.
        self.world.check_views_of(|view| !view.me.board);
        self.compare();
    }

    fn turn(&mut self, one: &Move) {
        match one {
            Move::Join { who, fresh } => {
                // A second window that is cut before it is in leaves the first one there; the harness knows one window each.
                if self.connected(*who) && !self.world.commit_at_once {
                    return;
                }
                self.model.join(*who);
                if *fresh {
                    self.world.join(NAMES[*who]);
                } else {
                    self.world.resume(NAMES[*who]);
                }
            }
            Move::Cut { who } => {
                if self
                    .world
                    .clients
                    .get(NAMES[*who])
                    .is_some_and(|c| c.connection.is_some())
                {
                    self.model.cut(*who);
                    self.world.cut(NAMES[*who]);
                }
            }
            Move::Ask { who, ask } => {
                let connection = self
                    .world
                    .clients
                    .get(NAMES[*who])
                    .and_then(|c| c.connection);
                let Some(connection) = connection else { return };
                self.next += 1;
                let id = CommandId(uuid(9, self.next));
                let answer = self.model.ask(*who, ask);
                let command = command(&self.world, ask);
                self.expected.push((*who, connection, id, answer));
                self.world.send_as(NAMES[*who], id, command);
            }
        }
    }

    /// Nothing of it happened, but sockets that broke are broken, and who was joining was sent away.
    fn fail(&mut self, moves: &[Move]) {
        let mut after = self.model.clone();
        self.world.commit_at_once = false;
        let from = self.expected.len();
        for one in moves {
            match one {
                Move::Cut { who } => after.people[*who].socket = false,
                // Whose cut is not yet in the record comes back without a fact, at once.
                Move::Join { who, .. } => {
                    let here =
                        matches!(self.model.people[*who].place, Place::Here | Place::Waiting);
                    after.people[*who].socket |= here && self.world.waiting.is_empty();
                }
                Move::Ask { .. } => {}
            }
            self.turn(one);
        }
        let tried = !self.world.waiting.is_empty();
        self.world.store_works = false;
        self.world.commit_at_once = true;
        self.world.commit();
        self.world.store_works = true;
        if tried {
            after.reconcile = Some(self.world_seconds() + 1);
            self.model = after;
            // Who asked before anything had to be written was answered; the others were told that nothing was changed.
            for (_, _, id, answer) in &mut self.expected[from..] {
                let refused = self.world.clients.values().any(|client| {
                    client.replies.get(id)
                        == Some(&Outcome::Refused {
                            code: RefusalCode::StoreUnavailable,
                        })
                });
                if refused {
                    *answer = Err(RefusalCode::StoreUnavailable);
                }
                assert!(*answer != Ok(()) || !refused);
            }
        }
    }

    fn connected(&self, who: usize) -> bool {
        let client = self.world.clients.get(NAMES[who]);
        client.is_some_and(|client| client.connection.is_some())
    }

    fn world_seconds(&self) -> i64 {
        self.model.now
    }

    fn check_answers(&mut self) {
        for (who, connection, id, answer) in std::mem::take(&mut self.expected) {
            let client = &self.world.clients[NAMES[who]];
            if client.connection != Some(connection) {
                continue;
            }
            let expected = match answer {
                Ok(()) => Outcome::Done,
                Err(code) => Outcome::Refused { code },
            };
            assert_eq!(
                client.replies.get(&id),
                Some(&expected),
                "{} asked",
                NAMES[who]
            );
        }
    }

    fn compare(&self) {
        let (world, model) = (&self.world, &self.model);
        assert_eq!(world.meeting.phase(), model.phase);
        for (who, name) in NAMES.iter().enumerate() {
            let connected = world
                .clients
                .get(*name)
                .is_some_and(|c| c.connection.is_some());
            assert_eq!(connected, model.people[who].socket, "socket of {name}");
        }
        let Some(view) = world.meeting.view(world.seat("chair")) else {
            return;
        };
        let name_of: BTreeMap<_, _> = (0..NAMES.len())
            .map(|who| (world.seat(NAMES[who]), who))
            .collect();
        let queue: Vec<usize> = view
            .floor
            .queue
            .iter()
            .map(|e| name_of[&e.label.seat])
            .collect();
        assert_eq!(queue, model.hands, "the queue");
        let holders: Vec<(usize, bool)> = view
            .floor
            .holders
            .iter()
            .map(|h| (name_of[&h.label.seat], h.state == InviteState::Speaking))
            .collect();
        assert_eq!(holders, model.holders, "the floor");
        let floor: BTreeSet<usize> = world.plan.floor.iter().map(|seat| name_of[seat]).collect();
        let mut expected: BTreeSet<usize> = model.holders.iter().map(|(who, _)| *who).collect();
        if model.chair_mic && !matches!(model.phase, Phase::Planned | Phase::Closed) {
            expected.insert(0);
        }
        assert_eq!(floor, expected, "who is forwarded");
        let lobby: BTreeSet<usize> = view.lobby.iter().map(|e| name_of[&e.label.seat]).collect();
        let waiting: BTreeSet<usize> = (0..NAMES.len())
            .filter(|who| model.people[*who].place == Place::Waiting)
            .collect();
        assert_eq!(lobby, waiting, "the lobby");
        let roll = view
            .roll_call
            .map(|roll| (roll.closed_at.is_none(), roll.answered));
        let expected = model
            .roll
            .as_ref()
            .map(|roll| (roll.open, u32::try_from(roll.answers.len()).unwrap()));
        assert_eq!(roll, expected, "the roll");
        for (who, name) in NAMES.iter().enumerate().skip(2) {
            let row = view
                .points
                .iter()
                .find(|row| row.point == world.point(name));
            let presence = row.unwrap().presence;
            let there = matches!(presence, PresenceState::Present | PresenceState::Late);
            match model.people[who].place {
                Place::Here => assert!(there, "{name} is here: {presence:?}"),
                Place::Waiting => assert_eq!(presence, PresenceState::Waiting),
                Place::Lost(_) => assert_eq!(presence, PresenceState::Lost),
                // Marked as online by the secretary, perhaps.
                Place::Out | Place::Never => assert!(!matches!(
                    presence,
                    PresenceState::Waiting | PresenceState::Lost
                )),
            }
        }
    }
}

fn moves() -> impl Strategy<Value = Move> {
    let who = 0..NAMES.len();
    let other = 0..NAMES.len();
    let ask = prop_oneof![
        2 => Just(Ask::Open),
        3 => Just(Ask::Start),
        1 => Just(Ask::Adjourn),
        8 => Just(Ask::Raise),
        2 => proptest::option::of(other.clone()).prop_map(Ask::Lower),
        8 => (other.clone(), any::<bool>()).prop_map(|(target, beside)| Ask::Grant(target, beside)),
        4 => Just(Ask::OpenMic),
        3 => proptest::option::of(other.clone()).prop_map(Ask::EndFloor),
        4 => Just(Ask::MuteAll),
        4 => Just(Ask::UndoMuteAll),
        2 => other.clone().prop_map(Ask::MoveFirst),
        1 => any::<bool>().prop_map(Ask::Delegate),
        3 => other.clone().prop_map(Ask::Admit),
        1 => Just(Ask::AdmitAll),
        2 => any::<bool>().prop_map(Ask::Lobby),
        1 => any::<bool>().prop_map(Ask::Lock),
        1 => other.clone().prop_map(Ask::Remove),
        2 => Just(Ask::StartRoll),
        4 => Just(Ask::Answer),
        1 => Just(Ask::CloseRoll),
        2 => (other.clone(), 0..3_u8).prop_map(|(target, mark)| Ask::Mark(target, mark)),
        1 => Just(Ask::Leave),
        2 => (0..50_u32).prop_map(Ask::Headcount),
        1 => Just(Ask::Say),
        1 => Just(Ask::NextItem),
        1 => Just(Ask::Share),
        1 => other.prop_map(Ask::Main),
        2 => any::<bool>().prop_map(Ask::ChairMic),
    ];
    // Now and then somebody closes the briefing; most scripts go on.
    let ask = prop_oneof![200 => ask, 1 => Just(Ask::Close)];
    // Who may do a thing does it, mostly; sometimes somebody else tries.
    let asked =
        (0..10_u8, who.clone(), 0..2_usize, ask).prop_map(|(chance, anybody, lead, ask)| {
            let who = match ask {
                _ if chance == 0 => anybody,
                Ask::Grant(..) | Ask::Delegate(_) | Ask::ChairMic(_) => 0,
                Ask::Raise
                | Ask::Lower(None)
                | Ask::OpenMic
                | Ask::EndFloor(None)
                | Ask::Answer
                | Ask::Leave
                | Ask::Headcount(_)
                | Ask::Say
                | Ask::Share => anybody,
                _ => lead,
            };
            Move::Ask { who, ask }
        });
    prop_oneof![
        3 => (who.clone(), any::<bool>()).prop_map(|(who, fresh)| Move::Join { who, fresh }),
        1 => who.prop_map(|who| Move::Cut { who }),
        9 => asked,
    ]
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => moves().prop_map(Step::One),
        2 => proptest::collection::vec(moves(), 1..6).prop_map(Step::Batch),
        1 => proptest::collection::vec(moves(), 1..6).prop_map(Step::Failed),
        3 => prop_oneof![4 => 1..5_u8, 1 => Just(30), 1 => Just(62)].prop_map(Step::Pass),
        1 => Just(Step::Restart),
    ]
}

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

#[test]
fn the_machine_does_what_the_model_does() {
    let mut runner = TestRunner::new(Config {
        cases: u32::try_from(from_environment("GIAOBAN_MODEL_SCRIPTS", 2_000)).unwrap(),
        rng_seed: RngSeed::Fixed(from_environment("GIAOBAN_MODEL_SEED", 1)),
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    });
    // Most scripts begin where most happens: in a session with everybody there.
    let scripts = (0..4_u8, proptest::collection::vec(steps(), 1..60));
    let result = runner.run(&scripts, |(beginning, script)| {
        let mut pair = Pair {
            world: plan::world(4),
            model: Model::new(),
            next: 0,
            expected: Vec::new(),
        };
        if beginning > 0 {
            pair.begin();
        }
        for step in &script {
            pair.step(step);
        }
        pair.world.check_replay();
        pair.world.verify_ledger();
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
