use super::view::{
    AgendaView, ChatMessage, ChildView, Counts, FloorView, LinkState, LobbyEntry, MeView, Phase,
    PointRow, RollCallView, SeatQuality, StageView, View,
};
use super::{BriefingView, RefusalCode};
use crate::ids::{CommandId, SeatId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything a server may send.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// The answer to `hello` of a client that is new or too far behind: the whole view.
    Welcome {
        /// To be given back in `hello.resume`.
        resume: String,
        #[ts(type = "number")]
        seq: u64,
        now: DateTime<Utc>,
        /// How long a dropped seat, its floor and its place in the queue are kept, seconds.
        grace_seconds: u32,
        view: Box<View>,
    },
    /// The answer to `hello` of a client that came back: only what changed since its `seq`.
    Resumed {
        resume: String,
        #[ts(type = "number")]
        seq: u64,
        now: DateTime<Utc>,
        grace_seconds: u32,
        changes: Vec<Change>,
    },
    /// Each change replaces the section of the view that it names; `points`, `quality` and `chat` hold only what is new or different.
    Update {
        #[ts(type = "number")]
        seq: u64,
        now: DateTime<Utc>,
        changes: Vec<Change>,
    },
    Reply {
        id: CommandId,
        outcome: Outcome,
    },
    Media {
        media: MediaNotice,
    },
    Pong {
        #[ts(type = "number")]
        n: u64,
        now: DateTime<Utc>,
    },
    /// The last message before the server closes the socket.
    Goodbye {
        reason: Goodbye,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// Durable and done.
    Done,
    Refused {
        code: RefusalCode,
    },
}

/// One section of the view, replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "section", content = "value", rename_all = "snake_case")]
pub enum Change {
    Briefing(BriefingView),
    Phase(Phase),
    Me(MeView),
    Floor(FloorView),
    Stage(StageView),
    Agenda(AgendaView),
    RollCall(Option<RollCallView>),
    Counts(Counts),
    /// Rows that changed, at most once a second to those who watch the board.
    Points(Vec<PointRow>),
    /// New messages, oldest first.
    Chat(Vec<ChatMessage>),
    Lobby(Vec<LobbyEntry>),
    Children(Vec<ChildView>),
    /// Seats whose figures changed, to those who watch the board.
    Quality(Vec<SeatQuality>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MediaNotice {
    Answer {
        id: CommandId,
        sdp: String,
    },
    /// What each receive slot shows now. Arrives before or with the first frame; negotiates nothing.
    Slots {
        slots: Vec<Slot>,
    },
    /// The server really forwards this client's microphone (true) or drops it (false): what the indicator shows.
    MicForwarded {
        forwarded: bool,
    },
    /// About once a second.
    Quality {
        quality: LinkQuality,
    },
    /// Who is audible now, loudest first.
    Loudest {
        seats: Vec<SeatId>,
    },
    /// The server asks for a fresh offer (ICE restart), for example after its own restart.
    Renegotiate,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Slot {
    pub kind: SlotKind,
    /// Counted from 0 within its kind, in the order of the offer's m-lines.
    pub index: u8,
    pub seat: Option<SeatId>,
    /// False: bound, but nothing is sent now (paused by the allocator, camera off, or cut).
    pub live: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    Audio,
    Main,
    Content,
    Thumbnail,
}

/// The server's measure of one client's link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LinkQuality {
    pub state: LinkState,
    pub rtt_ms: Option<u32>,
    /// Lost on the way down, 0 to 1.
    pub loss_down: f32,
    /// Lost on the way up, 0 to 1.
    pub loss_up: f32,
    pub estimate_kbps: Option<u32>,
    pub video_paused: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Goodbye {
    /// The same account took its seat in another window.
    Replaced,
    Removed,
    Refused,
    Left,
    Ended,
    /// Come back at once with `resume`.
    Restarting,
    TooSlow,
    /// The briefing has as many participants as this server takes in one.
    Full,
    /// The account has as many windows open as it may.
    TooMany,
    BadMessage,
    BadToken,
}
