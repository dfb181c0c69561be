use crate::hierarchy::RollTotals;
use crate::ids::{AccountId, AgendaItemId, BriefingId, CommandId, MessageId, PointId, SeatId};
use crate::setup::BriefingSetup;
use crate::wire::{Audience, Representative, Role, RollAnswer, RollMark, SeatLabel};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// One thing that happened in a briefing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// 1, 2, 3 … without a gap.
    pub seq: u64,
    /// Whole microseconds, so that every store gives back what was hashed.
    pub at: DateTime<Utc>,
    pub actor: Actor,
    /// The command that caused it; a command sent again after a restart is recognised by it.
    pub command: Option<CommandId>,
    pub body: Body,
}

/// Who made it happen. Written as `server`, `seat:<id>` or `briefing:<id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The server itself: a timer, a lost connection, a measurement.
    Server,
    Seat(SeatId),
    /// The parent or a child briefing.
    Briefing(BriefingId),
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server => f.write_str("server"),
            Self::Seat(seat) => write!(f, "seat:{seat}"),
            Self::Briefing(briefing) => write!(f, "briefing:{briefing}"),
        }
    }
}

impl FromStr for Actor {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let id = |text: &str| Uuid::parse_str(text).map_err(|_| ParseError::Actor);
        match text.split_once(':') {
            None if text == "server" => Ok(Self::Server),
            Some(("seat", seat)) => Ok(Self::Seat(SeatId(id(seat)?))),
            Some(("briefing", briefing)) => Ok(Self::Briefing(BriefingId(id(briefing)?))),
            _ => Err(ParseError::Actor),
        }
    }
}

/// A stored fact that this version cannot read.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    #[error("the actor is not one that can be")]
    Actor,
    #[error("the payload is of version {0}, which this program does not know")]
    Version(u32),
    #[error("the payload does not say what its kind says")]
    Kind,
    #[error("the payload cannot be read: {0}")]
    Payload(#[from] serde_json::Error),
}

/// What is in a payload. Its fields are written in this order.
#[derive(Serialize)]
struct PayloadOut<'a> {
    v: u32,
    command: Option<CommandId>,
    fact: &'a Body,
}

#[derive(Deserialize)]
struct PayloadIn {
    command: Option<CommandId>,
    fact: Body,
}

/// The version of the payloads written now.
const VERSION: u32 = 1;

impl Fact {
    /// The details as JSON. The same fact gives the same bytes, always.
    pub fn payload(&self) -> String {
        // Strings, numbers and lists only: there is nothing in a fact that JSON cannot say.
        serde_json::to_string(&PayloadOut {
            v: VERSION,
            command: self.command,
            fact: &self.body,
        })
        .unwrap_or_default()
    }

    /// Reads a stored fact back.
    pub fn parse(
        seq: u64,
        at: DateTime<Utc>,
        actor: &str,
        kind: &str,
        payload: &str,
    ) -> Result<Self, ParseError> {
        #[derive(Deserialize)]
        struct Version {
            v: u32,
        }
        let version: Version = serde_json::from_str(payload)?;
        if version.v != VERSION {
            return Err(ParseError::Version(version.v));
        }
        let PayloadIn { command, fact } = serde_json::from_str(payload)?;
        if fact.kind() != kind {
            return Err(ParseError::Kind);
        }
        Ok(Self {
            seq,
            at,
            actor: actor.parse()?,
            command,
            body: fact,
        })
    }
}

/// Every kind of fact. A kind is never changed or removed, only added to: ledgers are kept for years.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Body {
    // The plan and the server.
    /// The first fact of every ledger.
    Convened {
        setup: Box<BriefingSetup>,
    },
    Replanned {
        setup: Box<BriefingSetup>,
    },
    /// The server came back. What was connected is lost since `down_since`, the time of the last fact before: nobody measured
    /// anything later.
    Restarted {
        down_since: DateTime<Utc>,
    },
    /// The server is alive and measuring; bounds what a crash leaves unknown.
    Beat,

    // Lifecycle.
    Opened,
    Started,
    Adjourned,
    Closed,

    // Presence: evidence.
    Joined {
        seat: SeatId,
        account: AccountId,
        point: PointId,
        role: Role,
        person: String,
        title: String,
        /// In the lobby.
        waiting: bool,
    },
    /// The connection broke; the grace period runs.
    Dropped {
        seat: SeatId,
    },
    Returned {
        seat: SeatId,
    },
    Left {
        seat: SeatId,
        why: LeaveReason,
    },
    /// A media stream from this seat arrives, or none arrives any more.
    Flowing {
        seat: SeatId,
        media: MediaKind,
        on: bool,
    },
    HeadcountSet {
        point: PointId,
        count: u32,
    },
    RepresentativeSet {
        point: PointId,
        representative: Representative,
    },

    // Lobby.
    Admitted {
        seat: SeatId,
    },
    LobbySet {
        on: bool,
    },
    LockSet {
        on: bool,
    },

    // Floor.
    HandRaised {
        seat: SeatId,
    },
    HandLowered {
        seat: SeatId,
        why: LowerReason,
    },
    HandMovedFirst {
        seat: SeatId,
    },
    FloorGranted {
        seat: SeatId,
        limit_seconds: u32,
        /// Set for a seat of a child briefing, which this ledger does not know otherwise.
        guest: Option<Guest>,
    },
    /// The microphone was opened: the seat speaks.
    FloorOpened {
        seat: SeatId,
    },
    FloorEnded {
        seat: SeatId,
        why: EndReason,
    },
    FloorReminded {
        seat: SeatId,
    },
    /// Everybody who held the floor lost it at once.
    AllMuted {
        seats: Vec<SeatId>,
    },
    MuteUndone {
        seats: Vec<SeatId>,
    },
    FloorDelegated {
        to_secretary: bool,
    },
    ChairMicSet {
        on: bool,
    },

    // Stage.
    MainSet {
        seat: Option<SeatId>,
    },
    StripSet {
        seats: Vec<SeatId>,
    },
    ShareRequested {
        seat: SeatId,
    },
    ShareStarted {
        seat: SeatId,
    },
    ShareDenied {
        seat: SeatId,
    },
    ShareEnded {
        seat: SeatId,
        why: ShareEnd,
    },

    // Agenda.
    ItemStarted {
        item: AgendaItemId,
    },
    ItemExtended {
        item: AgendaItemId,
        seconds: i32,
    },

    // Roll call.
    RollCallStarted {
        number: u32,
        seconds: u32,
    },
    RollAnswered {
        point: PointId,
        seat: SeatId,
    },
    RollAskedAgain {
        points: Vec<PointId>,
        seconds: u32,
    },
    Marked {
        point: PointId,
        mark: RollMark,
    },
    /// Frozen for the minutes.
    RollCallClosed {
        number: u32,
        results: Vec<RollResult>,
    },

    // Talk.
    Said {
        id: MessageId,
        seat: SeatId,
        to: Audience,
        text: String,
        notice: bool,
    },

    // The tree of briefings.
    /// A child asks the floor for one of its seats.
    GuestAsked {
        guest: Guest,
        /// The child's number of this asking.
        number: u64,
        since: DateTime<Utc>,
    },
    GuestWithdrew {
        seat: SeatId,
    },
    ChildAttached {
        child: BriefingId,
    },
    ChildDetached {
        child: BriefingId,
    },
    /// A child closed one of its roll calls.
    ChildRollCall {
        child: BriefingId,
        number: u32,
        totals: RollTotals,
    },
    ParentAttached {
        parent: BriefingId,
    },
    ParentDetached {
        parent: BriefingId,
    },
    /// A seat of ours asks, or no longer asks, for the parent's floor.
    PutForward {
        seat: SeatId,
    },
    Withdrawn {
        seat: SeatId,
    },
    /// A seat of ours was given the parent's floor.
    FloorAboveGranted {
        seat: SeatId,
        granted_at: DateTime<Utc>,
    },
    FloorAboveOpened {
        seat: SeatId,
    },
    /// It gave the floor back, and the parent is being told.
    FloorAboveDone {
        seat: SeatId,
    },
    FloorAboveEnded {
        seat: SeatId,
    },
}

impl Body {
    /// Its name, as in the JSON.
    pub fn kind(&self) -> String {
        const BEFORE: &str = "{\"kind\":\"";
        let json = serde_json::to_string(self).unwrap_or_default();
        json.get(BEFORE.len()..)
            .and_then(|rest| rest.split('"').next())
            .unwrap_or_default()
            .to_owned()
    }
}

/// A seat of a child briefing, named by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guest {
    pub child: BriefingId,
    pub label: SeatLabel,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum LeaveReason {
    /// By its own will.
    Left,
    /// Did not come back within the grace period.
    GraceExpired,
    Removed {
        text: String,
    },
    /// Not let in from the lobby.
    Refused {
        text: String,
    },
    /// The briefing was closed.
    Closed,
    /// Its point or account is no longer in the plan.
    NotInvited,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LowerReason {
    Own,
    ByChair,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The speaker was done.
    Own,
    ByChair,
    /// The next was invited.
    Next,
    /// Left, or did not come back in time.
    Left,
    /// The session was adjourned or closed.
    Session,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShareEnd {
    Own,
    ByChair,
    Replaced,
    Left,
    Session,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    Mic,
    Camera,
    Content,
}

/// One point in a closed roll call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollResult {
    pub point: PointId,
    pub state: RollState,
    pub answer: Option<RollAnswer>,
    pub headcount: Option<u32>,
}

/// How a point stands in the roll.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RollState {
    /// Nobody came and no roll was called yet.
    NotYetCalled,
    OnSite,
    Online,
    /// Present, and came so long after the start.
    Late {
        minutes: u32,
    },
    Represented {
        by: String,
    },
    Excused {
        reason: String,
    },
    Absent,
}
