//! Random scripts.

use crate::world::World;
use giaoban_signaling::wire::{Audience, Command, RollMark};
use proptest::prelude::*;

pub(super) const NAMES: [&str; 6] = ["chair", "secretary", "p1", "p2", "p3", "p4"];

#[derive(Clone, Debug)]
pub(super) enum Step {
    One(Move),
    /// Several moves, one transaction.
    Batch(Vec<Move>),
    /// Several moves whose transaction fails.
    Failed(Vec<Move>),
    Pass(u8),
    Restart,
}

#[derive(Clone, Debug)]
pub(super) enum Move {
    Join { who: usize, fresh: bool },
    Cut { who: usize },
    Ask { who: usize, ask: Ask },
}

#[derive(Clone, Debug)]
pub(super) enum Ask {
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

pub(super) fn command(world: &World, ask: &Ask) -> Command {
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
            to: Audience::All,
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

pub(super) fn moves() -> impl Strategy<Value = Move> {
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

pub(super) fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => moves().prop_map(Step::One),
        2 => proptest::collection::vec(moves(), 1..6).prop_map(Step::Batch),
        1 => proptest::collection::vec(moves(), 1..6).prop_map(Step::Failed),
        3 => prop_oneof![4 => 1..5_u8, 1 => Just(30), 1 => Just(62)].prop_map(Step::Pass),
        1 => Just(Step::Restart),
    ]
}
