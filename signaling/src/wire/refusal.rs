use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a command or a connection was refused. Stable; clients and the HTTP API translate it into a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    NotAllowed,
    NotInSession,
    WrongPhase,
    UnknownSeat,
    UnknownPoint,
    UnknownItem,
    AlreadyQueued,
    NotQueued,
    NoFloor,
    NotConnected,
    NotAdmitted,
    Locked,
    Full,
    ReasonRequired,
    TextTooLong,
    EmptyText,
    OutOfRange,
    NothingToUndo,
    NoRollCall,
    RollCallRunning,
    ShareTaken,
    BadToken,
    BadMessage,
    TooFast,
    /// The record cannot be written: nothing was changed, media goes on.
    StoreUnavailable,
    MediaRefused,
    /// The briefing is over or was cancelled.
    Ended,
    UnsupportedProtocol,
    /// The briefing is attached to its parent: floor and stage are the parent's.
    Attached,
    /// The briefing is not attached to a parent.
    NotAttached,
}
