use super::Representative;
use crate::ids::{AgendaItemId, PointId, SeatId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a participant may ask for. Who may is decided by the role, in `meeting::permissions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Command {
    // Lifecycle: chair or secretary.
    /// planned → open: the technical check begins, points may enter.
    Open,
    /// open or adjourned → in session.
    Start,
    /// in session → adjourned (a break).
    Adjourn,
    /// → closed, for good.
    Close,

    // Floor.
    RaiseHand,
    /// One's own hand, or another's by the chair or secretary.
    LowerHand {
        seat: Option<SeatId>,
    },
    /// Ends the current floor (unless `beside` is set) and invites this seat. Its microphone is forwarded from now on; the client
    /// opens it with `open_mic` or by itself.
    Grant {
        seat: SeatId,
        limit_seconds: Option<u32>,
        #[serde(default)]
        #[ts(optional, as = "Option<bool>")]
        beside: bool,
    },
    /// Like `grant`, for a point that did not ask: its first connected seat.
    InvitePoint {
        point: PointId,
    },
    /// The invited point says that its microphone is open and it begins to speak.
    OpenMic,
    /// Ends one's own floor, or another's by the chair or delegate.
    EndFloor {
        seat: Option<SeatId>,
    },
    /// Reminds the invited point that has not opened its microphone.
    Remind {
        seat: SeatId,
    },
    /// Ends every floor but the chair's.
    MuteAll,
    /// Gives back what the last `mute_all` took, within 5 s.
    UndoMuteAll,
    /// Puts a waiting seat first.
    MoveFirst {
        seat: SeatId,
    },
    /// The chair lets the secretary grant and end floors, or takes that back.
    DelegateFloor {
        to_secretary: bool,
    },
    /// The chair's own microphone: the chair needs nobody's grant.
    ChairMic {
        on: bool,
    },

    /// In a child briefing that is attached: its chair or secretary asks the parent for the floor for this seat. The chair's own
    /// `raise_hand` does the same for the chair's seat.
    PutForward {
        seat: SeatId,
    },
    /// Takes `put_forward` back.
    Withdraw {
        seat: SeatId,
    },

    // Stage.
    /// Everybody's main picture; `None` = follow the floor.
    SetMain {
        seat: Option<SeatId>,
    },
    /// The strip of thumbnails; empty = chosen by the server.
    SetStrip {
        seats: Vec<SeatId>,
    },
    RequestShare,
    ApproveShare {
        seat: SeatId,
    },
    DenyShare {
        seat: SeatId,
    },
    /// Ends the share of content: one's own, or anybody's by the chair or secretary.
    StopShare,

    // Lobby.
    Admit {
        seat: SeatId,
    },
    AdmitAll,
    Refuse {
        seat: SeatId,
        reason: String,
    },
    SetLobby {
        on: bool,
    },
    Lock {
        on: bool,
    },
    Remove {
        seat: SeatId,
        reason: String,
    },

    // Agenda.
    NextItem,
    GoToItem {
        item: AgendaItemId,
    },
    ExtendItem {
        seconds: i32,
    },

    // Roll call and attendance.
    StartRollCall {
        seconds: u32,
    },
    /// The point presses "Có mặt".
    AnswerRollCall,
    /// The secretary asks those who have not answered once more.
    AskAgain {
        points: Vec<PointId>,
    },
    /// The secretary writes a point down, with or without a running roll call.
    Mark {
        point: PointId,
        mark: RollMark,
    },
    /// Freezes the count for the minutes.
    CloseRollCall,
    SetHeadcount {
        count: u32,
    },
    SetRepresentative {
        representative: Representative,
    },

    // Talk.
    Say {
        to: Audience,
        text: String,
    },
    /// A notice to all points, by chair or secretary.
    Notice {
        text: String,
    },

    /// Leaves for good (the presence interval ends now, the seat stays known).
    Leave,
}

/// How the roll-call list shows a point when a person says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RollMark {
    /// In the chair's own room.
    OnSite,
    /// Present at its point.
    Online,
    Absent,
    /// Absent with leave; the reason is required.
    Excused {
        reason: String,
    },
    Late,
    /// Another unit or person stands in.
    Represented {
        by: String,
    },
    /// Back to what was measured.
    NotYetCalled,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Audience {
    All,
    /// Chair's desk and secretaries only.
    Secretary,
    /// The secretary's answer to one point (all its seats).
    Point {
        point: PointId,
    },
}
