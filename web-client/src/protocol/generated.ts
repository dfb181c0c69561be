// Generated from the crate giaoban-signaling. To change it, change the Rust types and run
// GIAOBAN_UPDATE=1 cargo test -p giaoban-signaling --test typescript

export const PROTOCOL = 1;

/**
 * A person's or a device's account.
 */
export type AccountId = string;

export type AgendaItem = { id: AgendaItemId, title: string, minutes: number, presenter: string | null, };

/**
 * One item of the agenda.
 */
export type AgendaItemId = string;

export type AgendaView = { items: Array<AgendaItem>, 
/**
 * Index into `items`.
 */
current: number | null, current_since: string | null, 
/**
 * When the current item's time is used up.
 */
current_until: string | null, };

export type Audience = { "type": "all" } | { "type": "secretary" } | { "type": "point", point: PointId, };

/**
 * One scheduled meeting (phiên giao ban).
 */
export type BriefingId = string;

export type BriefingView = { id: BriefingId, title: string, host: UnitCode, host_name: string, starts_at: string, ends_at: string, parent: BriefingId | null, lobby_on: boolean, locked: boolean, 
/**
 * Default time to speak, seconds.
 */
floor_limit_seconds: number, floor_delegated: boolean, };

/**
 * One section of the view, replaced.
 */
export type Change = { "section": "briefing", "value": BriefingView } | { "section": "phase", "value": Phase } | { "section": "me", "value": MeView } | { "section": "floor", "value": FloorView } | { "section": "stage", "value": StageView } | { "section": "agenda", "value": AgendaView } | { "section": "roll_call", "value": RollCallView | null } | { "section": "counts", "value": Counts } | { "section": "points", "value": Array<PointRow> } | { "section": "chat", "value": Array<ChatMessage> } | { "section": "lobby", "value": Array<LobbyEntry> } | { "section": "children", "value": Array<ChildView> } | { "section": "quality", "value": Array<SeatQuality> };

export type ChatMessage = { id: MessageId, at: string, from: SeatLabel, to: Audience, text: string, 
/**
 * A notice by chair or secretary, shown apart.
 */
notice: boolean, };

/**
 * A child briefing as its parent sees it.
 */
export type ChildView = { briefing: BriefingId, title: string, unit: UnitCode, phase: Phase, attached: boolean, counts: Counts, };

/**
 * Everything a client may send.
 */
export type ClientMessage = { "type": "hello", protocol: number, token: string, resume?: Resume, 
/**
 * Free text for support: browser and version.
 */
client: string, } | { "type": "command", id: CommandId, command: Command, } | { "type": "media", id: CommandId, media: MediaRequest, } | { "type": "ping", n: number, };

/**
 * What a participant may ask for. Who may is decided by the role, in `meeting::permissions`.
 */
export type Command = { "type": "open" } | { "type": "start" } | { "type": "adjourn" } | { "type": "close" } | { "type": "raise_hand" } | { "type": "lower_hand", seat: SeatId | null, } | { "type": "grant", seat: SeatId, limit_seconds: number | null, beside?: boolean, } | { "type": "invite_point", point: PointId, } | { "type": "open_mic" } | { "type": "end_floor", seat: SeatId | null, } | { "type": "remind", seat: SeatId, } | { "type": "mute_all" } | { "type": "undo_mute_all" } | { "type": "move_first", seat: SeatId, } | { "type": "delegate_floor", to_secretary: boolean, } | { "type": "chair_mic", on: boolean, } | { "type": "put_forward", seat: SeatId, } | { "type": "withdraw", seat: SeatId, } | { "type": "set_main", seat: SeatId | null, } | { "type": "set_strip", seats: Array<SeatId>, } | { "type": "request_share" } | { "type": "approve_share", seat: SeatId, } | { "type": "deny_share", seat: SeatId, } | { "type": "stop_share" } | { "type": "admit", seat: SeatId, } | { "type": "admit_all" } | { "type": "refuse", seat: SeatId, reason: string, } | { "type": "set_lobby", on: boolean, } | { "type": "lock", on: boolean, } | { "type": "remove", seat: SeatId, reason: string, } | { "type": "next_item" } | { "type": "go_to_item", item: AgendaItemId, } | { "type": "extend_item", seconds: number, } | { "type": "start_roll_call", seconds: number, } | { "type": "answer_roll_call" } | { "type": "ask_again", points: Array<PointId>, } | { "type": "mark", point: PointId, mark: RollMark, } | { "type": "close_roll_call" } | { "type": "set_headcount", count: number, } | { "type": "set_representative", representative: Representative, } | { "type": "say", to: Audience, text: string, } | { "type": "notice", text: string, } | { "type": "leave" };

/**
 * Chosen by the client for each command, so that a command sent twice is carried out once.
 */
export type CommandId = string;

/**
 * The roll-up of this level; attached children's are added in. Others than chair and secretary are told `points` only.
 */
export type Counts = { points: number, present: number, absent: number, excused: number, late: number, weak: number, lost: number, deputised: number, hands: number, headcount: number, waiting: number, };

export type FloorView = { 
/**
 * Usually one; more when the chair lets several speak. The chair's own open microphone is `chair_mic`.
 */
holders: Array<Holder>, 
/**
 * Whole for chair and secretary. For others, up to and including their own entry, so the own place is the length; empty
 * for whoever has not raised a hand.
 */
queue: Array<QueueEntry>, chair_mic: boolean, chair: SeatLabel | null, 
/**
 * Until when the last `mute_all` can be undone, and how many points it muted.
 */
undo_until: string | null, undo_count: number, };

export type Goodbye = "replaced" | "removed" | "refused" | "left" | "ended" | "restarting" | "too_slow" | "full" | "too_many" | "bad_message" | "bad_token";

export type Holder = { label: SeatLabel, granted_at: string, state: InviteState, 
/**
 * Since when the microphone is open.
 */
speaking_since: string | null, limit_seconds: number, reminded: number, };

export type InviteState = "invited" | "speaking";

/**
 * The server's measure of one client's link.
 */
export type LinkQuality = { state: LinkState, rtt_ms: number | null, 
/**
 * Lost on the way down, 0 to 1.
 */
loss_down: number, 
/**
 * Lost on the way up, 0 to 1.
 */
loss_up: number, estimate_kbps: number | null, video_paused: boolean, };

export type LinkState = "unknown" | "good" | "blurred" | "audio_only" | "choppy" | "reconnecting";

export type LobbyEntry = { label: SeatLabel, since: string, };

/**
 * What arrives in a seat's main slot.
 */
export type MainPicture = "nothing" | "paused" | "low" | "middle" | "high";

export type MeView = { label: SeatLabel, account: AccountId, 
/**
 * False while waiting in the lobby.
 */
admitted: boolean, may_grant: boolean, 
/**
 * Sees every row of the board.
 */
board: boolean, representative: Representative | null, headcount: number | null, share: ShareState, 
/**
 * Set when the chair ended this seat's floor; cleared when the hand is raised again or the floor is granted.
 */
muted_by_chair: MutedByChair | null, };

export type MediaNotice = { "type": "answer", id: CommandId, sdp: string, } | { "type": "slots", slots: Array<Slot>, } | { "type": "mic_forwarded", forwarded: boolean, } | { "type": "quality", quality: LinkQuality, } | { "type": "loudest", seats: Array<SeatId>, } | { "type": "renegotiate" };

export type MediaRequest = { "type": "offer", sdp: string, } | { "type": "stop" };

/**
 * One chat message.
 */
export type MessageId = string;

export type MutedByChair = { at: string, spoke_seconds: number, };

export type Outcome = { "type": "done" } | { "type": "refused", code: RefusalCode, };

export type Phase = "planned" | "open" | "in_session" | "adjourned" | "closed";

/**
 * A place that joins briefings (điểm cầu).
 */
export type PointId = string;

/**
 * One row of the secretary's board.
 */
export type PointRow = { point: PointId, unit: UnitCode, name: string, 
/**
 * The group it is shown in: the unit one level under the host.
 */
group: UnitCode, group_name: string, phone: string | null, 
/**
 * The seat to grant, admit or talk to: the connected one, else the last.
 */
seat: SeatId | null, presence: PresenceState, joined_at: string | null, 
/**
 * Whom the point named, else the person of its seat.
 */
representative: Representative | null, headcount: number | null, 
/**
 * Place in the queue, from 1.
 */
hand: number | null, speaking: boolean, link: LinkState, lost_since: string | null, 
/**
 * What a person wrote down; `None` = only what was measured.
 */
mark: RollMark | null, answer: RollAnswer | null, };

export type PresenceState = "not_yet" | "waiting" | "present" | "late" | "lost" | "left" | "absent" | "excused";

export type QueueEntry = { label: SeatLabel, raised_at: string, };

/**
 * Why a command or a connection was refused. Stable; clients and the HTTP API translate it into a sentence.
 */
export type RefusalCode = "not_allowed" | "not_in_session" | "wrong_phase" | "unknown_seat" | "unknown_point" | "unknown_item" | "already_queued" | "not_queued" | "no_floor" | "not_connected" | "not_admitted" | "locked" | "full" | "reason_required" | "text_too_long" | "empty_text" | "out_of_range" | "nothing_to_undo" | "no_roll_call" | "roll_call_running" | "share_taken" | "bad_token" | "bad_message" | "too_fast" | "store_unavailable" | "media_refused" | "ended" | "unsupported_protocol" | "attached" | "not_attached";

export type Representative = { name: string, title: string, 
/**
 * Stands in for the invited person (dự thay).
 */
deputising: boolean, };

/**
 * Where a returning client was.
 */
export type Resume = { 
/**
 * From `welcome`.
 */
token: string, 
/**
 * The last `seq` this client applied.
 */
seq: number, };

export type Role = "chair" | "secretary" | "delegate" | "observer" | "technician";

export type RollAnswer = { at: string, 
/**
 * Pressed by the point itself, or written down by the secretary.
 */
by_secretary: boolean, };

export type RollCallView = { 
/**
 * First, second … of this briefing.
 */
number: number, started_at: string, until: string, closed_at: string | null, 
/**
 * While it runs, counted for chair and secretary only; 0 for others.
 */
answered: number, expected: number, 
/**
 * Whether this participant's own point has answered.
 */
mine: RollAnswer | null, };

/**
 * How the roll-call list shows a point when a person says so.
 */
export type RollMark = { "state": "on_site" } | { "state": "online" } | { "state": "absent" } | { "state": "excused", reason: string, } | { "state": "late" } | { "state": "represented", by: string, } | { "state": "not_yet_called" };

/**
 * One account at one point in one briefing. Derived from the three, so whoever comes back finds the same seat.
 */
export type SeatId = string;

/**
 * Enough to name a seat anywhere without looking it up.
 */
export type SeatLabel = { seat: SeatId, point: PointId, unit: UnitCode, 
/**
 * The point's name, "Xã Mù Cang Chải".
 */
name: string, 
/**
 * Where it belongs, "Lào Cai"; empty for the first level.
 */
within: string, 
/**
 * The person, "Giàng A Sình".
 */
person: string, 
/**
 * The office held, "Chủ tịch UBND xã".
 */
title: string, role: Role, connected: boolean, };

/**
 * How one seat's link and its main picture did over the last seconds, as the server measured them. Coarse, so that it changes rarely.
 */
export type SeatQuality = { seat: SeatId, 
/**
 * Lost on the way to the seat before repair, percent.
 */
loss_down: number, 
/**
 * Lost on the way from the seat before repair, percent.
 */
loss_up: number, 
/**
 * Of what it sends (RFC 3550 section 6.4.1).
 */
jitter_ms: number, rtt_ms: number | null, 
/**
 * How often its main picture stood still for more than 200 ms, in the last minute.
 */
freezes: number, 
/**
 * For how long that was in all.
 */
frozen_seconds: number, main: MainPicture, sent_kbps: number, received_kbps: number, 
/**
 * What its down-link is thought to carry.
 */
estimate_kbps: number, };

/**
 * Everything a server may send.
 */
export type ServerMessage = { "type": "welcome", 
/**
 * To be given back in `hello.resume`.
 */
resume: string, seq: number, now: string, 
/**
 * How long a dropped seat, its floor and its place in the queue are kept, seconds.
 */
grace_seconds: number, view: View, } | { "type": "resumed", resume: string, seq: number, now: string, grace_seconds: number, changes: Array<Change>, } | { "type": "update", seq: number, now: string, changes: Array<Change>, } | { "type": "reply", id: CommandId, outcome: Outcome, } | { "type": "media", media: MediaNotice, } | { "type": "pong", n: number, now: string, } | { "type": "goodbye", reason: Goodbye, };

export type ShareState = "none" | "waiting" | "denied" | "granted";

export type Slot = { kind: SlotKind, 
/**
 * Counted from 0 within its kind, in the order of the offer's m-lines.
 */
index: number, seat: SeatId | null, 
/**
 * False: bound, but nothing is sent now (paused by the allocator, camera off, or cut).
 */
live: boolean, };

export type SlotKind = "audio" | "main" | "content" | "thumbnail";

export type StageView = { 
/**
 * Whom everybody sees large now.
 */
main: SeatLabel | null, 
/**
 * True: picked by the chair. False: follows the floor.
 */
pinned: boolean, content: SeatLabel | null, 
/**
 * Empty but for chair and secretary; one's own request is `me.share`.
 */
share_requests: Array<SeatLabel>, strip: Array<SeatLabel>, };

/**
 * The General Statistics Office's code of a unit; `TW` is the centre.
 */
export type UnitCode = string;

/**
 * All that one participant may see. Points and observers get only the rows they need; chair and secretary get all.
 */
export type View = { briefing: BriefingView, phase: Phase, me: MeView, floor: FloorView, stage: StageView, agenda: AgendaView, roll_call: RollCallView | null, counts: Counts, points: Array<PointRow>, 
/**
 * The last 200 that this participant may read.
 */
chat: Array<ChatMessage>, 
/**
 * Who waits to be let in; empty but for chair and secretary.
 */
lobby: Array<LobbyEntry>, children: Array<ChildView>, 
/**
 * How the links of the board's seats do, by seat; empty but for chair and secretary. Means nothing while the row's `link`
 * is `unknown`.
 */
quality: Array<SeatQuality>, };
