//! Where in a fact people are spoken of, and who.

use crate::signing::SigningKey;
use giaoban_signaling::ids::{AccountId, PointId, SeatId};
use giaoban_signaling::ledger::Body;
use giaoban_store::fold;
use serde_json::Value;
use std::collections::HashMap;

/// Whom words are about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Account(AccountId),
    /// Somebody without an account, by the name that was typed.
    Deputy(String),
    /// A seat of another briefing, whose account this ledger does not know.
    Seat(SeatId),
    /// Whoever a remark about a point is about.
    Point(PointId),
    /// Technicians' telephones, all together: there are thousands in one plan.
    Technicians,
}

impl Subject {
    /// What the table of keys knows of the person: nothing, without the site's key.
    #[must_use]
    pub fn hash(&self, site: &SigningKey) -> Vec<u8> {
        let text = match self {
            Self::Account(id) => format!("account:{id}"),
            Self::Deputy(name) => format!("deputy:{}", fold(name)),
            Self::Seat(id) => format!("seat:{id}"),
            Self::Point(id) => format!("point:{id}"),
            Self::Technicians => "technicians".to_owned(),
        };
        site.sign("person 1", text.as_bytes()).to_vec()
    }
}

/// What kind of words, each with its own time of keeping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Name and office.
    Identity,
    /// What was written in the chat.
    Message,
    /// Reasons of absence, of removal.
    Note,
    /// Telephones.
    Contact,
}

impl Class {
    pub const ALL: [Self; 4] = [Self::Identity, Self::Message, Self::Note, Self::Contact];

    /// As the store has it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Message => "message",
            Self::Note => "note",
            Self::Contact => "contact",
        }
    }
}

/// Who sits where, as far as the facts before say.
pub(super) type Seats = HashMap<SeatId, AccountId>;

/// Calls `found` with every text of `fact`, the JSON of `body`, that is about somebody. Every kind of fact is named here, so
/// that none is added without the question whether it speaks of people.
pub(super) fn visit(body: &Body, fact: &mut Value, seats: &Seats, found: Found<'_>) {
    let Some(data) = fact.get_mut("data") else {
        return;
    };
    match body {
        Body::Convened { setup: plan } | Body::Replanned { setup: plan } => {
            setup(&mut data["setup"], plan.chair.account, found);
        }
        Body::Joined { account, .. } => official(data, &Subject::Account(*account), found),
        Body::Said { seat, .. } => {
            text(
                &mut data["text"],
                &sitting(*seat, seats),
                Class::Message,
                found,
            );
        }
        Body::Left { seat, .. } => {
            let reason = &mut data["why"]["text"];
            text(reason, &sitting(*seat, seats), Class::Note, found);
        }
        Body::RepresentativeSet { representative, .. } => {
            let subject = Subject::Deputy(representative.name.clone());
            let deputy = &mut data["representative"];
            text(&mut deputy["name"], &subject, Class::Identity, found);
            text(&mut deputy["title"], &subject, Class::Identity, found);
        }
        Body::Marked { point, .. } => mark(&mut data["mark"], *point, found),
        Body::RollCallClosed { results, .. } => {
            let told = data["results"].as_array_mut().into_iter().flatten();
            for (told, result) in told.zip(results) {
                mark(&mut told["state"], result.point, found);
            }
        }
        Body::FloorGranted {
            guest: Some(guest), ..
        }
        | Body::GuestAsked { guest, .. } => {
            let subject = Subject::Seat(guest.label.seat);
            official(&mut data["guest"]["label"], &subject, found);
        }
        Body::FloorGranted { guest: None, .. }
        | Body::Restarted { .. }
        | Body::Beat
        | Body::Opened
        | Body::Started
        | Body::Adjourned
        | Body::Closed
        | Body::Dropped { .. }
        | Body::Returned { .. }
        | Body::Flowing { .. }
        | Body::HeadcountSet { .. }
        | Body::Admitted { .. }
        | Body::LobbySet { .. }
        | Body::LockSet { .. }
        | Body::HandRaised { .. }
        | Body::HandLowered { .. }
        | Body::HandMovedFirst { .. }
        | Body::FloorOpened { .. }
        | Body::FloorEnded { .. }
        | Body::FloorReminded { .. }
        | Body::AllMuted { .. }
        | Body::MuteUndone { .. }
        | Body::FloorDelegated { .. }
        | Body::ChairMicSet { .. }
        | Body::MainSet { .. }
        | Body::StripSet { .. }
        | Body::ShareRequested { .. }
        | Body::ShareStarted { .. }
        | Body::ShareDenied { .. }
        | Body::ShareEnded { .. }
        | Body::ItemStarted { .. }
        | Body::ItemExtended { .. }
        | Body::RollCallStarted { .. }
        | Body::RollAnswered { .. }
        | Body::RollAskedAgain { .. }
        | Body::GuestWithdrew { .. }
        | Body::ChildAttached { .. }
        | Body::ChildDetached { .. }
        | Body::ChildRollCall { .. }
        | Body::ParentAttached { .. }
        | Body::ParentDetached { .. }
        | Body::PutForward { .. }
        | Body::Withdrawn { .. }
        | Body::FloorAboveGranted { .. }
        | Body::FloorAboveOpened { .. }
        | Body::FloorAboveDone { .. }
        | Body::FloorAboveEnded { .. } => {}
    }
}

type Found<'a> = &'a mut dyn FnMut(&Subject, Class, &mut Value);

fn setup(setup: &mut Value, chair: AccountId, found: Found<'_>) {
    official(&mut setup["chair"], &Subject::Account(chair), found);
    for point in setup["points"].as_array_mut().into_iter().flatten() {
        text(
            &mut point["phone"],
            &Subject::Technicians,
            Class::Contact,
            found,
        );
    }
}

fn official(person: &mut Value, subject: &Subject, found: Found<'_>) {
    text(&mut person["person"], subject, Class::Identity, found);
    text(&mut person["title"], subject, Class::Identity, found);
}

/// How a point stands: who stands in for it, or why it is away.
fn mark(state: &mut Value, point: PointId, found: Found<'_>) {
    if let Some(by) = state.get_mut("by") {
        let subject = Subject::Deputy(by.as_str().unwrap_or_default().to_owned());
        text(by, &subject, Class::Identity, found);
    }
    if let Some(reason) = state.get_mut("reason") {
        text(reason, &Subject::Point(point), Class::Note, found);
    }
}

fn text(place: &mut Value, subject: &Subject, class: Class, found: Found<'_>) {
    if place.as_str().is_some_and(|text| !text.is_empty()) {
        found(subject, class, place);
    }
}

fn sitting(seat: SeatId, seats: &Seats) -> Subject {
    seats
        .get(&seat)
        .map_or(Subject::Seat(seat), |account| Subject::Account(*account))
}
