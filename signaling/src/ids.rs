//! Identities. Each is a newtype, so that a seat can never be taken for a point.

use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;
use uuid::Uuid;

macro_rules! uuid_id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

uuid_id! {
    /// One scheduled meeting (phiên giao ban).
    BriefingId,
    /// A place that joins briefings (điểm cầu).
    PointId,
    /// A person's or a device's account.
    AccountId,
    /// One account at one point in one briefing. Derived from the three, so whoever comes back finds the same seat.
    SeatId,
    /// One media session (a peer connection, a WHIP publisher, a WHEP watcher) with the media engine.
    PeerId,
    /// Chosen by the client for each command, so that a command sent twice is carried out once.
    CommandId,
    /// One chat message.
    MessageId,
    /// One item of the agenda.
    AgendaItemId,
}

impl SeatId {
    /// The seat of `account` at `point` in `briefing`: a name-based UUID (RFC 9562 section 5.5).
    pub fn of(briefing: BriefingId, point: PointId, account: AccountId) -> Self {
        let mut name = [0_u8; 32];
        name[..16].copy_from_slice(point.0.as_bytes());
        name[16..].copy_from_slice(account.0.as_bytes());
        Self(Uuid::new_v5(&briefing.0, &name))
    }
}

/// One WebSocket of one client, numbered by the server since its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

/// The General Statistics Office's code of a unit; `TW` is the centre.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct UnitCode(pub String);

impl fmt::Display for UnitCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
