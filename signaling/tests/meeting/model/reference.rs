//! The model: what the briefing should do, as simply as it can be said.

use super::script::{Ask, NAMES};
use crate::world::plan::item_ids;
use giaoban_signaling::wire::{Phase, RefusalCode};
use std::collections::BTreeSet;

const GRACE: i64 = 60;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Place {
    Never,
    Out,
    Waiting,
    Here,
    Lost(i64),
}

#[derive(Clone, Debug)]
pub(super) struct Who {
    pub(super) place: Place,
    pub(super) admitted: bool,
    pub(super) barred: bool,
    pub(super) socket: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Roll {
    pub(super) open: bool,
    pub(super) answers: BTreeSet<usize>,
}

/// Everything that is predicted.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the briefing"
)]
pub(super) struct Model {
    pub(super) now: i64,
    pub(super) phase: Phase,
    pub(super) lobby: bool,
    pub(super) locked: bool,
    pub(super) delegated: bool,
    pub(super) people: Vec<Who>,
    pub(super) hands: Vec<usize>,
    pub(super) holders: Vec<(usize, bool)>,
    pub(super) chair_mic: bool,
    pub(super) muted: Option<(i64, Vec<(usize, bool)>)>,
    pub(super) roll: Option<Roll>,
    pub(super) items: usize,
    pub(super) reconcile: Option<i64>,
}

pub(super) type Answer = Result<(), RefusalCode>;

pub(super) fn leads(who: usize) -> bool {
    who < 2
}

impl Model {
    pub(super) fn new() -> Self {
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

    pub(super) fn running(&self) -> bool {
        matches!(self.phase, Phase::Open | Phase::InSession)
    }

    pub(super) fn join(&mut self, who: usize) {
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

    pub(super) fn cut(&mut self, who: usize) {
        let now = self.now;
        let person = &mut self.people[who];
        person.socket = false;
        match person.place {
            Place::Here => person.place = Place::Lost(now),
            Place::Waiting => person.place = Place::Out,
            _ => {}
        }
    }

    pub(super) fn out(&mut self, who: usize) {
        self.people[who].place = Place::Out;
        self.people[who].socket = false;
        self.hands.retain(|hand| *hand != who);
        self.holders.retain(|(holder, _)| *holder != who);
        self.chair_mic &= who != 0;
    }

    pub(super) fn second(&mut self) {
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

    pub(super) fn restart(&mut self) {
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

    pub(super) fn silence(&mut self) {
        self.holders.clear();
        self.chair_mic = false;
        self.muted = None;
    }

    pub(super) fn connected(&self, who: usize) -> Answer {
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

    pub(super) fn ask(&mut self, who: usize, ask: &Ask) -> Answer {
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

    pub(super) fn let_in_one(&mut self, who: usize) {
        let person = &mut self.people[who];
        person.place = Place::Here;
        person.admitted = true;
        person.barred = false;
    }

    pub(super) fn let_in(&mut self, barred_too: bool) {
        for who in 0..NAMES.len() {
            let person = &self.people[who];
            if person.place == Place::Waiting && (barred_too || !person.barred) {
                self.let_in_one(who);
            }
        }
    }
}

/// Chair and secretary sit at the same point.
pub(super) fn point(who: usize) -> usize {
    who.max(1)
}
