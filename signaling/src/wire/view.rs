use crate::ids::{AccountId, AgendaItemId, BriefingId, MessageId, PointId, SeatId, UnitCode};
use crate::wire::{Audience, RollMark};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// All that one participant may see. Points and observers get only the rows they need; chair and secretary get all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct View {
    pub briefing: BriefingView,
    pub phase: Phase,
    pub me: MeView,
    pub floor: FloorView,
    pub stage: StageView,
    pub agenda: AgendaView,
    pub roll_call: Option<RollCallView>,
    pub counts: Counts,
    pub points: Vec<PointRow>,
    /// The last 200 that this participant may read.
    pub chat: Vec<ChatMessage>,
    /// Who waits to be let in; empty but for chair and secretary.
    pub lobby: Vec<LobbyEntry>,
    pub children: Vec<ChildView>,
    /// How the links of the board's seats do, by seat; empty but for chair and secretary. Means nothing while the row's `link`
    /// is `unknown`.
    pub quality: Vec<SeatQuality>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BriefingView {
    pub id: BriefingId,
    pub title: String,
    pub host: UnitCode,
    pub host_name: String,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub parent: Option<BriefingId>,
    pub lobby_on: bool,
    pub locked: bool,
    /// Default time to speak, seconds.
    pub floor_limit_seconds: u32,
    pub floor_delegated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    Planned,
    Open,
    InSession,
    Adjourned,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Chair,
    Secretary,
    Delegate,
    Observer,
    Technician,
}

/// Enough to name a seat anywhere without looking it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeatLabel {
    pub seat: SeatId,
    pub point: PointId,
    pub unit: UnitCode,
    /// The point's name, "Xã Mù Cang Chải".
    pub name: String,
    /// Where it belongs, "Lào Cai"; empty for the first level.
    pub within: String,
    /// The person, "Giàng A Sình".
    pub person: String,
    /// The office held, "Chủ tịch UBND xã".
    pub title: String,
    pub role: Role,
    pub connected: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MeView {
    pub label: SeatLabel,
    pub account: AccountId,
    /// False while waiting in the lobby.
    pub admitted: bool,
    pub may_grant: bool,
    /// Sees every row of the board.
    pub board: bool,
    pub representative: Option<Representative>,
    pub headcount: Option<u32>,
    pub share: ShareState,
    /// Set when the chair ended this seat's floor; cleared when the hand is raised again or the floor is granted.
    pub muted_by_chair: Option<MutedByChair>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MutedByChair {
    pub at: DateTime<Utc>,
    pub spoke_seconds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ShareState {
    None,
    Waiting,
    Denied,
    Granted,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FloorView {
    /// Usually one; more when the chair lets several speak. The chair's own open microphone is `chair_mic`.
    pub holders: Vec<Holder>,
    /// Whole for chair and secretary. For others, up to and including their own entry, so the own place is the length; empty
    /// for whoever has not raised a hand.
    pub queue: Vec<QueueEntry>,
    pub chair_mic: bool,
    pub chair: Option<SeatLabel>,
    /// Until when the last `mute_all` can be undone, and how many points it muted.
    pub undo_until: Option<DateTime<Utc>>,
    pub undo_count: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Holder {
    pub label: SeatLabel,
    pub granted_at: DateTime<Utc>,
    pub state: InviteState,
    /// Since when the microphone is open.
    pub speaking_since: Option<DateTime<Utc>>,
    pub limit_seconds: u32,
    pub reminded: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum InviteState {
    /// Granted, microphone not opened yet.
    Invited,
    Speaking,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QueueEntry {
    pub label: SeatLabel,
    pub raised_at: DateTime<Utc>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StageView {
    /// Whom everybody sees large now.
    pub main: Option<SeatLabel>,
    /// True: picked by the chair. False: follows the floor.
    pub pinned: bool,
    pub content: Option<SeatLabel>,
    /// Empty but for chair and secretary; one's own request is `me.share`.
    pub share_requests: Vec<SeatLabel>,
    pub strip: Vec<SeatLabel>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgendaView {
    pub items: Vec<AgendaItem>,
    /// Index into `items`.
    pub current: Option<u32>,
    pub current_since: Option<DateTime<Utc>>,
    /// When the current item's time is used up.
    pub current_until: Option<DateTime<Utc>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AgendaItem {
    pub id: AgendaItemId,
    pub title: String,
    pub minutes: u32,
    pub presenter: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RollCallView {
    /// First, second … of this briefing.
    pub number: u32,
    pub started_at: DateTime<Utc>,
    pub until: DateTime<Utc>,
    pub closed_at: Option<DateTime<Utc>>,
    /// While it runs, counted for chair and secretary only; 0 for others.
    pub answered: u32,
    pub expected: u32,
    /// Whether this participant's own point has answered.
    pub mine: Option<RollAnswer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RollAnswer {
    pub at: DateTime<Utc>,
    /// Pressed by the point itself, or written down by the secretary.
    pub by_secretary: bool,
}

/// The roll-up of this level; attached children's are added in. Others than chair and secretary are told `points` only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Counts {
    pub points: u32,
    pub present: u32,
    pub absent: u32,
    pub excused: u32,
    pub late: u32,
    pub weak: u32,
    pub lost: u32,
    pub deputised: u32,
    pub hands: u32,
    pub headcount: u32,
    pub waiting: u32,
}

/// One row of the secretary's board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PointRow {
    pub point: PointId,
    pub unit: UnitCode,
    pub name: String,
    /// The group it is shown in: the unit one level under the host.
    pub group: UnitCode,
    pub group_name: String,
    pub phone: Option<String>,
    /// The seat to grant, admit or talk to: the connected one, else the last.
    pub seat: Option<SeatId>,
    pub presence: PresenceState,
    pub joined_at: Option<DateTime<Utc>>,
    /// Whom the point named, else the person of its seat.
    pub representative: Option<Representative>,
    pub headcount: Option<u32>,
    /// Place in the queue, from 1.
    pub hand: Option<u32>,
    pub speaking: bool,
    pub link: LinkState,
    pub lost_since: Option<DateTime<Utc>>,
    /// What a person wrote down; `None` = only what was measured.
    pub mark: Option<RollMark>,
    pub answer: Option<RollAnswer>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PresenceState {
    /// The session has not begun and nobody is there.
    NotYet,
    Waiting,
    Present,
    Late,
    Lost,
    Left,
    Absent,
    Excused,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LinkState {
    /// No media session.
    #[default]
    Unknown,
    Good,
    /// Picture blurred, sound clear.
    Blurred,
    AudioOnly,
    /// So much is lost that the sound breaks off, too.
    Choppy,
    Reconnecting,
}

/// How one seat's link and its main picture did over the last seconds, as the server measured them. Coarse, so that it changes rarely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SeatQuality {
    pub seat: SeatId,
    /// Lost on the way to the seat before repair, percent.
    pub loss_down: u32,
    /// Lost on the way from the seat before repair, percent.
    pub loss_up: u32,
    /// Of what it sends (RFC 3550 section 6.4.1).
    pub jitter_ms: u32,
    pub rtt_ms: Option<u32>,
    /// How often its main picture stood still for more than 200 ms, in the last minute.
    pub freezes: u32,
    /// For how long that was in all.
    pub frozen_seconds: u32,
    pub main: MainPicture,
    pub sent_kbps: u32,
    pub received_kbps: u32,
    /// What its down-link is thought to carry.
    pub estimate_kbps: u32,
}

/// What arrives in a seat's main slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MainPicture {
    /// There is none to be sent.
    #[default]
    Nothing,
    /// There is one, and the link has no room for it.
    Paused,
    /// The smallest layer that its publisher sends.
    Low,
    Middle,
    High,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Representative {
    pub name: String,
    pub title: String,
    /// Stands in for the invited person (dự thay).
    pub deputising: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChatMessage {
    pub id: MessageId,
    pub at: DateTime<Utc>,
    pub from: SeatLabel,
    pub to: Audience,
    pub text: String,
    /// A notice by chair or secretary, shown apart.
    pub notice: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LobbyEntry {
    pub label: SeatLabel,
    pub since: DateTime<Utc>,
}

/// A child briefing as its parent sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChildView {
    pub briefing: BriefingId,
    pub title: String,
    pub unit: UnitCode,
    pub phase: Phase,
    pub attached: bool,
    pub counts: Counts,
}
