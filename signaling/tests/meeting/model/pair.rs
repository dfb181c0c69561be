//! Model and machine side by side.

use super::reference::{Answer, Model, Place};
use super::script::{Ask, Move, NAMES, Step, command};
use crate::world::{World, plan, uuid};
use giaoban_signaling::ids::{CommandId, ConnectionId};
use giaoban_signaling::wire::{InviteState, Outcome, Phase, PresenceState, RefusalCode};
use std::collections::{BTreeMap, BTreeSet};

/// The two side by side.
pub(super) struct Pair {
    pub(super) world: World,
    pub(super) model: Model,
    pub(super) next: u128,
    /// Commands on their way: who sent them, over which connection, what is expected.
    pub(super) expected: Vec<(usize, ConnectionId, CommandId, Answer)>,
}

impl Pair {
    pub(super) fn new() -> Self {
        Self {
            world: plan::world(4),
            model: Model::new(),
            next: 0,
            expected: Vec::new(),
        }
    }

    pub(super) fn begin(&mut self) {
        for who in 0..NAMES.len() {
            self.step(&Step::One(Move::Join { who, fresh: true }));
        }
        for ask in [Ask::Open, Ask::Start] {
            self.step(&Step::One(Move::Ask { who: 1, ask }));
        }
    }

    pub(super) fn step(&mut self, step: &Step) {
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

    pub(super) fn turn(&mut self, one: &Move) {
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
    pub(super) fn fail(&mut self, moves: &[Move]) {
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

    pub(super) fn connected(&self, who: usize) -> bool {
        let client = self.world.clients.get(NAMES[who]);
        client.is_some_and(|client| client.connection.is_some())
    }

    pub(super) fn world_seconds(&self) -> i64 {
        self.model.now
    }

    pub(super) fn check_answers(&mut self) {
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

    pub(super) fn compare(&self) {
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
