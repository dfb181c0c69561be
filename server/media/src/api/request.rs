use giaoban_signaling::ids::{BriefingId, PeerId, SeatId};

/// What kind of client stands behind a peer; decides how the media sections of its offer are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PeerKind {
    /// A browser in the meeting: sends microphone, camera and content, receives the fixed slots.
    Participant,
    /// Publishes only (RFC 9725): OBS, `GStreamer`, an encoder.
    Whip,
    /// Watches only: a wall, a hall, a stream.
    Whep,
}

/// One offer. The same peer with a new ice-ufrag restarts ICE and keeps its keys, slots and media.
///
/// Sections are recognised by order and direction, not by mid: the sending audio is the microphone; the sending videos
/// are the camera, then the content; the receiving audios are the audio slots; the receiving videos are main, content,
/// then thumbnails.
#[derive(Clone, Debug)]
pub struct ConnectRequest {
    pub peer: PeerId,
    pub briefing: BriefingId,
    /// Whose microphone, camera and content the sending sections carry. `None`: they are answered inactive.
    pub publishes: Option<SeatId>,
    /// Whose view the receiving sections get: its overrides in the plan apply, its own voice and picture are left out.
    /// `None`: what everybody sees.
    pub views: Option<SeatId>,
    pub kind: PeerKind,
    /// The client's SDP offer.
    pub offer: String,
    /// The point's contracted down-link, where congestion control starts.
    pub link_kbps: Option<u32>,
}

/// The answer to an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdpAnswer {
    pub sdp: String,
    /// Whether this restarted ICE of a session that goes on.
    pub restarted: bool,
}
