//! Who may do what.

use super::roster::Seat;
use super::state::State;
use crate::wire::{Command, Phase, RefusalCode, Role};

/// What a command needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Anybody who is connected, also in the lobby.
    Seat,
    /// Anybody in the room. What the role forbids (an observer's hand), the feature itself refuses.
    Room,
    /// Chair or secretary.
    Lead,
    /// Who may give the floor: the chair, the deputy, and the secretary when the chair has said so.
    Grant,
    Chair,
}

/// What this command needs.
#[must_use]
pub fn need(command: &Command) -> Need {
    match command {
        Command::SetHeadcount { .. } | Command::SetRepresentative { .. } | Command::Leave => {
            Need::Seat
        }
        Command::RaiseHand
        | Command::LowerHand { .. }
        | Command::OpenMic
        | Command::EndFloor { .. }
        | Command::RequestShare
        | Command::StopShare
        | Command::AnswerRollCall
        | Command::Say { .. } => Need::Room,
        Command::Open
        | Command::Start
        | Command::Adjourn
        | Command::Close
        | Command::Remind { .. }
        | Command::MuteAll
        | Command::UndoMuteAll
        | Command::MoveFirst { .. }
        | Command::PutForward { .. }
        | Command::Withdraw { .. }
        | Command::SetMain { .. }
        | Command::SetStrip { .. }
        | Command::ApproveShare { .. }
        | Command::DenyShare { .. }
        | Command::Admit { .. }
        | Command::AdmitAll
        | Command::Refuse { .. }
        | Command::SetLobby { .. }
        | Command::Lock { .. }
        | Command::Remove { .. }
        | Command::NextItem
        | Command::GoToItem { .. }
        | Command::ExtendItem { .. }
        | Command::StartRollCall { .. }
        | Command::AskAgain { .. }
        | Command::Mark { .. }
        | Command::CloseRollCall
        | Command::Notice { .. } => Need::Lead,
        Command::Grant { .. } | Command::InvitePoint { .. } => Need::Grant,
        Command::DelegateFloor { .. } | Command::ChairMic { .. } => Need::Chair,
    }
}

impl State {
    pub(crate) fn permit(&self, seat: &Seat, need: Need) -> Result<(), RefusalCode> {
        if self.phase == Phase::Closed {
            return Err(RefusalCode::Ended);
        }
        if !seat.connected() {
            return Err(RefusalCode::NotConnected);
        }
        if need == Need::Seat {
            return Ok(());
        }
        if !seat.admitted {
            return Err(RefusalCode::NotAdmitted);
        }
        let allowed = match need {
            Need::Seat | Need::Room => true,
            Need::Lead => seat.leads(),
            Need::Grant => self.may_grant(seat),
            Need::Chair => seat.role == Role::Chair,
        };
        if allowed {
            Ok(())
        } else {
            Err(RefusalCode::NotAllowed)
        }
    }

    pub(crate) fn may_grant(&self, seat: &Seat) -> bool {
        match seat.role {
            Role::Chair => true,
            Role::Secretary => {
                self.floor.delegated || self.invited.setup.deputy == Some(seat.account)
            }
            Role::Delegate | Role::Observer | Role::Technician => false,
        }
    }

    /// The floor and the stage are this briefing's own, not its parent's.
    pub(crate) fn own_floor(&self) -> Result<(), RefusalCode> {
        if self.above.attached {
            Err(RefusalCode::Attached)
        } else {
            Ok(())
        }
    }
}
