use super::Command;
use crate::ids::CommandId;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything a client may send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// Must be the first message. `token` is the join token of `POST /api/v1/briefings/{id}/join`.
    Hello {
        protocol: u32,
        token: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        resume: Option<Resume>,
        /// Free text for support: browser and version.
        client: String,
    },
    /// Answered by exactly one `reply` with the same id, also when it is sent again after a reconnection.
    Command { id: CommandId, command: Command },
    /// Media negotiation; answered by a `media` message or a refused `reply`. Not part of the record.
    Media { id: CommandId, media: MediaRequest },
    /// Answered by `pong` with the same number.
    Ping {
        #[ts(type = "number")]
        n: u64,
    },
}

/// Where a returning client was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Resume {
    /// From `welcome`.
    pub token: String,
    /// The last `seq` this client applied.
    #[ts(type = "number")]
    pub seq: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum MediaRequest {
    /// A full offer: the first one, or an ICE restart. The order of its m-lines says what each is: send-only microphone,
    /// camera, content; receive-only 3 audio, main, content, thumbnails.
    Offer { sdp: String },
    /// The client closed its peer connection and stays in the briefing without media.
    Stop,
}
