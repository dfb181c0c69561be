//! Where in a fact people are spoken of, and who.

use crate::signing::SigningKey;
use giaoban_signaling::ids::{AccountId, PointId, SeatId};
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

/// Calls `found` with every text of the fact that is about somebody. `fact` is the JSON of a `Body`.
pub(super) fn visit(
    fact: &mut Value,
    seats: &Seats,
    found: &mut dyn FnMut(&Subject, Class, &mut Value),
) {
    let kind = fact["kind"].as_str().unwrap_or_default().to_owned();
    let Some(data) = fact.get_mut("data") else {
        return;
    };
    match kind.as_str() {
        "convened" | "replanned" => setup(&mut data["setup"], found),
        "joined" => {
            if let Some(account) = id(&data["account"]).map(AccountId) {
                official(data, &Subject::Account(account), found);
            }
        }
        "said" => {
            let subject = sitting(&data["seat"], seats);
            text(&mut data["text"], &subject, Class::Message, found);
        }
        "left" => {
            let subject = sitting(&data["seat"], seats);
            text(&mut data["why"]["text"], &subject, Class::Note, found);
        }
        "representative_set" => {
            let deputy = &mut data["representative"];
            let name = deputy["name"].as_str().unwrap_or_default().to_owned();
            let subject = Subject::Deputy(name);
            text(&mut deputy["name"], &subject, Class::Identity, found);
            text(&mut deputy["title"], &subject, Class::Identity, found);
        }
        "marked" => {
            let point = id(&data["point"]).map(PointId);
            mark(&mut data["mark"], point, found);
        }
        "roll_call_closed" => {
            for result in data["results"].as_array_mut().into_iter().flatten() {
                let point = id(&result["point"]).map(PointId);
                mark(&mut result["state"], point, found);
            }
        }
        "floor_granted" | "guest_asked" => {
            if let Some(label) = data
                .get_mut("guest")
                .and_then(|guest| guest.get_mut("label"))
            {
                let subject = sitting(&label["seat"], &Seats::new());
                official(label, &subject, found);
            }
        }
        _ => {}
    }
}

type Found<'a> = &'a mut dyn FnMut(&Subject, Class, &mut Value);

fn setup(setup: &mut Value, found: Found<'_>) {
    if let Some(account) = id(&setup["chair"]["account"]).map(AccountId) {
        official(&mut setup["chair"], &Subject::Account(account), found);
    }
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
fn mark(state: &mut Value, point: Option<PointId>, found: Found<'_>) {
    if let Some(by) = state.get_mut("by") {
        let subject = Subject::Deputy(by.as_str().unwrap_or_default().to_owned());
        text(by, &subject, Class::Identity, found);
    }
    if let (Some(reason), Some(point)) = (state.get_mut("reason"), point) {
        text(reason, &Subject::Point(point), Class::Note, found);
    }
}

fn text(place: &mut Value, subject: &Subject, class: Class, found: Found<'_>) {
    if place.as_str().is_some_and(|text| !text.is_empty()) {
        found(subject, class, place);
    }
}

fn sitting(seat: &Value, seats: &Seats) -> Subject {
    let seat = SeatId(id(seat).unwrap_or_default());
    seats
        .get(&seat)
        .map_or(Subject::Seat(seat), |account| Subject::Account(*account))
}

fn id(value: &Value) -> Option<uuid::Uuid> {
    value.as_str()?.parse().ok()
}
