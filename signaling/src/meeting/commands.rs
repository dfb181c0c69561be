//! From a command to facts, or to a refusal. Nothing is changed here.

use super::permissions::need;
use super::state::State;
use crate::ids::{MessageId, SeatId};
use crate::ledger::{Body, LeaveReason};
use crate::wire::{Audience, Command, Phase, RefusalCode};
use chrono::{DateTime, Utc};

/// What a decision may depend on beside the recorded state.
pub(crate) struct Circumstances<'a> {
    pub now: DateTime<Utc>,
    /// A fresh id.
    pub message: MessageId,
    /// Whether a seat is there with a device only, without a client.
    pub device_only: &'a dyn Fn(SeatId) -> bool,
}

impl State {
    pub(crate) fn decide(
        &self,
        id: SeatId,
        command: Command,
        around: &Circumstances<'_>,
    ) -> Result<Vec<Body>, RefusalCode> {
        let seat = self.seat(id).ok_or(RefusalCode::NotConnected)?;
        self.permit(seat, need(&command))?;
        match command {
            Command::Open => self.advance(Phase::Open),
            Command::Start => self.advance(Phase::InSession),
            Command::Adjourn => self.advance(Phase::Adjourned),
            Command::Close => self.advance(Phase::Closed),

            Command::RaiseHand => self.raise_hand(seat),
            Command::LowerHand { seat: other } => self.lower_hand(seat, other),
            Command::Grant {
                seat: target,
                limit_seconds,
                beside,
            } => self.grant(target, limit_seconds, beside, (around.device_only)(target)),
            Command::InvitePoint { point } => {
                let target = self.speaker_of(point)?;
                self.grant(target, None, false, (around.device_only)(target))
            }
            Command::OpenMic => self.open_mic(id),
            Command::EndFloor { seat: other } => self.end_floor(seat, other),
            Command::Remind { seat } => self.remind(seat),
            Command::MuteAll => self.mute_all(),
            Command::UndoMuteAll => self.undo_mute_all(around.now),
            Command::MoveFirst { seat } => self.move_first(seat),
            Command::DelegateFloor { to_secretary } => Ok(self.delegate_floor(to_secretary)),
            Command::ChairMic { on } => self.chair_mic(on),
            Command::PutForward { seat } => self.put_forward(seat),
            Command::Withdraw { seat } => self.withdraw(seat),

            Command::SetMain { seat } => self.set_main(seat),
            Command::SetStrip { seats } => self.set_strip(seats),
            Command::RequestShare => self.request_share(seat),
            Command::ApproveShare { seat } => self.approve_share(seat),
            Command::DenyShare { seat } => self.deny_share(seat),
            Command::StopShare => self.stop_share(seat),

            Command::Admit { seat } => self.admit(seat),
            Command::AdmitAll => self.admit_all(),
            Command::Refuse { seat, reason } => self.refuse(seat, reason),
            Command::SetLobby { on } => Ok(self.set_lobby(on)),
            Command::Lock { on } => Ok(self.set_lock(on)),
            Command::Remove { seat, reason } => self.remove(seat, reason),

            Command::NextItem => self.next_item(),
            Command::GoToItem { item } => self.go_to_item(item),
            Command::ExtendItem { seconds } => self.extend_item(seconds),

            Command::StartRollCall { seconds } => self.start_roll_call(seconds),
            Command::AnswerRollCall => self.answer_roll_call(seat),
            Command::AskAgain { points } => self.ask_again(points),
            Command::Mark { point, mark } => self.mark(point, mark),
            Command::CloseRollCall => self.close_roll_call(),
            Command::SetHeadcount { count } => self.set_headcount(seat, count),
            Command::SetRepresentative { representative } => {
                self.set_representative(seat, representative)
            }

            Command::Say { to, text } => self.say(seat, around.message, to, text, false),
            Command::Notice { text } => self.say(seat, around.message, Audience::All, text, true),
            Command::Leave => Ok(self.leave(id, LeaveReason::Left)),
        }
    }
}
