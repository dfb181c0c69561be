use super::*;
use giaoban_signaling::ids::{AccountId, MessageId, PointId, SeatId, UnitCode};
use giaoban_signaling::ledger::{
    Actor, Guest, LeaveReason, RollResult, RollState, genesis, verify,
};
use giaoban_signaling::setup::{BriefingSetup, InvitedPoint, Official};
use giaoban_signaling::wire::{Audience, Representative, Role, RollMark, SeatLabel};

const BRIEFING: BriefingId = BriefingId(Uuid::from_u128(1));
const SEAT: SeatId = SeatId(Uuid::from_u128(2));
const ACCOUNT: AccountId = AccountId(Uuid::from_u128(3));
const POINT: PointId = PointId(Uuid::from_u128(4));

/// Whatever is about somebody, each text once.
const WORDS: [&str; 13] = [
    "Giàng A Sình",
    "Chủ tịch UBND xã",
    "Đường bị sạt lở",
    "Nói quá lời",
    "Hoàng Văn Thụ",
    "Phó Chủ tịch",
    "Đi viện",
    "Lò Thị Mai",
    "Trần Văn Nam",
    "Bộ trưởng",
    "0912 345 678",
    "Má Thị Hoa",
    "Chủ tịch phường",
];

fn plan([person, title, phone]: [String; 3]) -> BriefingSetup {
    let at = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    BriefingSetup {
        id: BRIEFING,
        title: "Giao ban tháng".to_owned(),
        host: UnitCode("15".to_owned()),
        host_name: "Lào Cai".to_owned(),
        starts_at: at,
        ends_at: at,
        lobby_on: false,
        floor_limit_seconds: 180,
        grace_seconds: 60,
        late_after_seconds: 300,
        chair_speaks_from_start: true,
        chair: Official {
            account: AccountId(Uuid::from_u128(5)),
            point: POINT,
            person,
            title,
        },
        deputy: None,
        secretaries: [].into(),
        points: vec![InvitedPoint {
            point: POINT,
            unit: UnitCode("15".to_owned()),
            name: "Phòng họp".to_owned(),
            within: String::new(),
            group: UnitCode("15".to_owned()),
            group_name: "Lào Cai".to_owned(),
            phone: Some(phone),
            role: Role::Delegate,
        }],
        agenda: Vec::new(),
        parent: None,
        children: Vec::new(),
    }
}

fn guest(person: String, title: String) -> Guest {
    Guest {
        child: BriefingId(Uuid::from_u128(6)),
        label: SeatLabel {
            seat: SeatId(Uuid::from_u128(7)),
            point: POINT,
            unit: UnitCode("15".to_owned()),
            name: "Phường Sa Pa".to_owned(),
            within: "Lào Cai".to_owned(),
            person,
            title,
            role: Role::Delegate,
            connected: true,
        },
    }
}

fn facts() -> Vec<Fact> {
    let [
        person,
        title,
        said,
        removed,
        deputy,
        office,
        reason,
        by,
        chair,
        chairs_title,
        phone,
        guests_name,
        guests_title,
    ] = WORDS.map(str::to_owned);
    let guest = guest(guests_name, guests_title);
    let bodies = [
        Body::Opened,
        Body::Joined {
            seat: SEAT,
            account: ACCOUNT,
            point: POINT,
            role: Role::Delegate,
            person,
            title,
            waiting: false,
        },
        Body::Said {
            id: MessageId(Uuid::from_u128(9)),
            seat: SEAT,
            to: Audience::All,
            text: said,
            notice: false,
        },
        Body::RepresentativeSet {
            point: POINT,
            representative: Representative {
                name: deputy,
                title: office,
                deputising: true,
            },
        },
        Body::Marked {
            point: POINT,
            mark: RollMark::Excused { reason },
        },
        Body::RollCallClosed {
            number: 1,
            results: vec![RollResult {
                point: POINT,
                state: RollState::Represented { by },
                answer: None,
                headcount: Some(5),
            }],
        },
        Body::Left {
            seat: SEAT,
            why: LeaveReason::Removed { text: removed },
        },
        Body::Replanned {
            setup: Box::new(plan([chair, chairs_title, phone])),
        },
        Body::GuestAsked {
            guest: guest.clone(),
            number: 1,
            since: chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        },
        Body::FloorGranted {
            seat: guest.label.seat,
            limit_seconds: 180,
            guest: Some(guest),
        },
    ];
    (1..)
        .zip(bodies)
        .map(|(seq, body)| Fact {
            seq,
            at: chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
            actor: Actor::Server,
            command: None,
            body,
        })
        .collect()
}

fn sealed(site: &SigningKey) -> Rows {
    let entries: Vec<Entry> = facts()
        .into_iter()
        .map(|fact| Entry::link(BRIEFING, fact, [0; 32]))
        .collect();
    let head = Head {
        seq: 0,
        hash: genesis(BRIEFING),
    };
    Sealer::new(BRIEFING, site.clone(), Vec::new(), [])
        .rows(head, &entries)
        .unwrap()
}

fn read(rows: &[FactRow], keys: Vec<PersonKey>) -> Vec<Fact> {
    let opener = Opener::new(BRIEFING, keys).unwrap();
    rows.iter()
        .map(|row| {
            let payload = opener.open(row.seq, &row.payload).unwrap();
            Fact::parse(row.seq, row.at, &row.actor, &row.kind, &payload).unwrap()
        })
        .collect()
}

fn chain(rows: &[FactRow]) -> Result<Head, giaoban_signaling::ledger::ChainError> {
    verify(
        BRIEFING,
        rows.iter().map(|row| Stored {
            seq: row.seq,
            at: row.at,
            actor: &row.actor,
            kind: &row.kind,
            payload: &row.payload,
            prev: row.prev_hash,
            hash: row.hash,
        }),
    )
}

#[test]
fn no_word_about_anybody_is_stored_and_all_come_back() {
    let sealed = sealed(&SigningKey::random());
    let stored: String = sealed.rows.iter().map(|row| row.payload.as_str()).collect();
    for words in WORDS {
        assert!(!stored.contains(words), "{words}");
    }
    assert!(sealed.rows[0].payload.starts_with("{\"v\":1"));
    assert_eq!(read(&sealed.rows, sealed.keys), facts());
    assert_eq!(chain(&sealed.rows).unwrap(), sealed.head);
}

#[test]
fn a_destroyed_key_takes_one_person_s_words_and_leaves_the_chain() {
    let site = SigningKey::random();
    let mut sealed = sealed(&site);
    let gone = Subject::Account(ACCOUNT).hash(&site);
    for key in &mut sealed.keys {
        if key.subject == gone {
            key.key = None;
        }
    }
    let told = format!("{:?}", read(&sealed.rows, sealed.keys));
    for words in &WORDS[..4] {
        assert!(!told.contains(words), "{words}");
    }
    for words in &WORDS[4..] {
        assert!(told.contains(words), "{words}");
    }
    assert_eq!(told.matches(ERASED).count(), 4);
    assert!(chain(&sealed.rows).is_ok());
}

#[test]
fn a_text_that_was_moved_or_changed_does_not_open() {
    let sealed = sealed(&SigningKey::random());
    let opener = Opener::new(BRIEFING, sealed.keys).unwrap();
    let row = &sealed.rows[1];
    assert_eq!(
        opener.open(row.seq + 1, &row.payload),
        Err(UnsealError::Text)
    );
}

#[test]
fn a_ledger_that_goes_on_uses_the_keys_that_it_has() {
    let site = SigningKey::random();
    let first = sealed(&site);
    let facts = facts();
    let mut again = Sealer::new(BRIEFING, site, first.keys.clone(), &facts);
    let next = Fact {
        seq: facts.len() as u64 + 1,
        ..facts[2].clone()
    };
    let rows = again
        .rows(first.head, &[Entry::link(BRIEFING, next, [0; 32])])
        .unwrap();
    assert!(rows.keys.is_empty());
    assert_eq!(rows.rows[0].prev_hash, first.head.hash);
}

#[test]
fn a_ledger_from_before_reads_as_ever_and_goes_on_in_cipher() {
    let facts = facts();
    let mut prev = genesis(BRIEFING);
    let plain = facts.iter().cloned().map(|fact| {
        let entry = Entry::link(BRIEFING, fact, prev);
        prev = entry.hash;
        FactRow {
            briefing: same(BRIEFING),
            seq: entry.fact.seq,
            at: entry.fact.at,
            actor: entry.fact.actor.to_string(),
            kind: entry.fact.body.kind(),
            payload: entry.fact.payload(),
            prev_hash: entry.prev,
            hash: entry.hash,
        }
    });
    let mut rows: Vec<FactRow> = plain.collect();
    let head = chain(&rows).unwrap();
    assert_eq!(read(&rows, Vec::new()), facts);
    let next = Fact {
        seq: facts.len() as u64 + 1,
        ..facts[2].clone()
    };
    let sealed = Sealer::new(BRIEFING, SigningKey::random(), Vec::new(), &facts)
        .rows(head, &[Entry::link(BRIEFING, next.clone(), prev)])
        .unwrap();
    rows.extend(sealed.rows);
    assert!(!rows[facts.len()].payload.contains(WORDS[2]));
    assert_eq!(chain(&rows).unwrap(), sealed.head);
    assert_eq!(read(&rows, sealed.keys).last(), Some(&next));
}
