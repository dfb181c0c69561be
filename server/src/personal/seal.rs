//! Writing and reading in cipher: AES-256-GCM, a random nonce for every text, bound to its briefing and its place in the ledger.
//!
//! A payload that speaks of nobody is written as ever (`"v":1`). One that does has `"v":2`, and in the place of each such text
//! `{"sealed":"<id of the key>","text":"<base64 of nonce ‖ cipher ‖ tag>"}`.

use super::ERASED;
use super::places::{Class, Seats, Subject, visit};
use crate::rooms::ids::same;
use crate::signing::SigningKey;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD as BASE64;
use giaoban_signaling::ids::BriefingId;
use giaoban_signaling::ledger::{Body, Entry, Fact, Head, Stored};
use giaoban_store::{FactRow, PersonKey};
use rand::RngCore;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use serde_json::{Value, json};
use std::collections::HashMap;
use uuid::Uuid;

const KEY: usize = 32;
/// The version of payloads with sealed texts.
const SEALED: u32 = 2;

/// A text could not be sealed or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnsealError {
    #[error("the payload is not JSON")]
    Payload,
    #[error("a key in the store is damaged")]
    Key,
    /// The key is there and does not open it: the text or its place was changed.
    #[error("a sealed text does not open")]
    Text,
}

fn cipher(key: &[u8]) -> Result<LessSafeKey, UnsealError> {
    let key = UnboundKey::new(&AES_256_GCM, key).map_err(|_| UnsealError::Key)?;
    Ok(LessSafeKey::new(key))
}

/// What a text belongs to: moved elsewhere, it does not open.
fn place(briefing: BriefingId, seq: u64) -> Aad<[u8; 24]> {
    let mut bytes = [0; 24];
    bytes[..16].copy_from_slice(briefing.0.as_bytes());
    bytes[16..].copy_from_slice(&seq.to_be_bytes());
    Aad::from(bytes)
}

/// Rows that are ready to be appended, and the keys that must be kept before them.
#[derive(Debug)]
pub struct Rows {
    pub rows: Vec<FactRow>,
    pub keys: Vec<PersonKey>,
    pub head: Head,
}

/// Writes a ledger's payloads.
pub struct Sealer {
    briefing: BriefingId,
    site: SigningKey,
    seats: Seats,
    keys: HashMap<(Subject, Class), (Uuid, LessSafeKey)>,
    /// The live keys of the store, by what it knows of the person.
    kept: HashMap<(Vec<u8>, String), (Uuid, Vec<u8>)>,
    /// Not known to be in the store yet.
    unsaved: Vec<PersonKey>,
}

impl Sealer {
    /// For a ledger with these keys and these facts before.
    pub fn new<'a>(
        briefing: BriefingId,
        site: SigningKey,
        keys: Vec<PersonKey>,
        facts: impl IntoIterator<Item = &'a Fact>,
    ) -> Self {
        let kept = keys
            .into_iter()
            .filter_map(|key| Some(((key.subject, key.class), (key.id, key.key?))))
            .collect();
        let mut sealer = Self {
            briefing,
            site,
            seats: Seats::new(),
            keys: HashMap::new(),
            kept,
            unsaved: Vec::new(),
        };
        for fact in facts {
            sealer.learn(fact);
        }
        sealer
    }

    /// Whose ledger it writes.
    pub fn briefing(&self) -> BriefingId {
        self.briefing
    }

    fn learn(&mut self, fact: &Fact) {
        if let Body::Joined { seat, account, .. } = &fact.body {
            self.seats.insert(*seat, *account);
        }
    }

    /// The rows of facts that follow `head`, linked over what is stored.
    pub fn rows(&mut self, head: Head, entries: &[Entry]) -> Result<Rows, UnsealError> {
        let mut head = head;
        let mut rows = Vec::with_capacity(entries.len());
        for entry in entries {
            let fact = &entry.fact;
            self.learn(fact);
            let payload = self.payload(fact)?;
            let (actor, kind) = (fact.actor.to_string(), fact.body.kind());
            let hash = Stored {
                seq: fact.seq,
                at: fact.at,
                actor: &actor,
                kind: &kind,
                payload: &payload,
                prev: head.hash,
                hash: head.hash,
            }
            .expected_hash(self.briefing);
            rows.push(FactRow {
                briefing: same(self.briefing),
                seq: fact.seq,
                at: fact.at,
                actor,
                kind,
                payload,
                prev_hash: head.hash,
                hash,
            });
            head = Head {
                seq: fact.seq,
                hash,
            };
        }
        Ok(Rows {
            rows,
            keys: self.unsaved.clone(),
            head,
        })
    }

    /// These keys are durable.
    pub fn saved(&mut self, keys: &[PersonKey]) {
        self.unsaved
            .retain(|key| !keys.iter().any(|saved| saved.id == key.id));
    }

    fn payload(&mut self, fact: &Fact) -> Result<String, UnsealError> {
        let plain = fact.payload();
        let mut payload: Value = serde_json::from_str(&plain).map_err(|_| UnsealError::Payload)?;
        let seats = std::mem::take(&mut self.seats);
        let mut sealed = Ok(false);
        let mut each = |subject: &Subject, class: Class, text: &mut Value| {
            if sealed.is_ok() {
                sealed = self.seal(subject, class, fact, text).map(|()| true);
            }
        };
        visit(&fact.body, &mut payload["fact"], &seats, &mut each);
        self.seats = seats;
        if !sealed? {
            return Ok(plain);
        }
        payload["v"] = json!(SEALED);
        Ok(payload.to_string())
    }

    fn seal(
        &mut self,
        subject: &Subject,
        class: Class,
        fact: &Fact,
        text: &mut Value,
    ) -> Result<(), UnsealError> {
        let briefing = self.briefing;
        let (id, key) = self.key(subject, class, fact)?;
        let mut nonce = [0; NONCE_LEN];
        rand::rng().fill_bytes(&mut nonce);
        let mut bytes = text.as_str().unwrap_or_default().as_bytes().to_vec();
        key.seal_in_place_append_tag(
            Nonce::assume_unique_for_key(nonce),
            place(briefing, fact.seq),
            &mut bytes,
        )
        .map_err(|_| UnsealError::Text)?;
        let whole = BASE64.encode([&nonce[..], &bytes].concat());
        *text = json!({ "sealed": id, "text": whole });
        Ok(())
    }

    fn key(
        &mut self,
        subject: &Subject,
        class: Class,
        fact: &Fact,
    ) -> Result<&(Uuid, LessSafeKey), UnsealError> {
        let name = (subject.clone(), class);
        if !self.keys.contains_key(&name) {
            let hash = subject.hash(&self.site);
            let kept = self.kept.get(&(hash.clone(), class.as_str().to_owned()));
            let (id, bytes) = if let Some((id, bytes)) = kept {
                (*id, bytes.clone())
            } else {
                let mut bytes = vec![0; KEY];
                rand::rng().fill_bytes(&mut bytes);
                let key = PersonKey {
                    id: Uuid::now_v7(),
                    briefing: same(self.briefing),
                    subject: hash,
                    class: class.as_str().to_owned(),
                    key: Some(bytes.clone()),
                    created_at: fact.at,
                };
                let id = key.id;
                self.unsaved.push(key);
                (id, bytes)
            };
            self.keys.insert(name.clone(), (id, cipher(&bytes)?));
        }
        self.keys.get(&name).ok_or(UnsealError::Key)
    }
}

/// Reads a ledger's payloads.
pub struct Opener {
    briefing: BriefingId,
    keys: HashMap<Uuid, Option<LessSafeKey>>,
}

impl Opener {
    /// With all keys of the ledger, destroyed ones too.
    pub fn new(briefing: BriefingId, keys: Vec<PersonKey>) -> Result<Self, UnsealError> {
        let keys = keys
            .into_iter()
            .map(|key| Ok((key.id, key.key.as_deref().map(cipher).transpose()?)))
            .collect::<Result<_, UnsealError>>()?;
        Ok(Self { briefing, keys })
    }

    /// The payload as the machine wrote it; texts whose key is gone say so.
    pub fn open(&self, seq: u64, payload: &str) -> Result<String, UnsealError> {
        let mut value: Value = serde_json::from_str(payload).map_err(|_| UnsealError::Payload)?;
        if value["v"] != json!(SEALED) {
            return Ok(payload.to_owned());
        }
        self.walk(seq, &mut value["fact"])?;
        value["v"] = json!(1);
        Ok(value.to_string())
    }

    fn walk(&self, seq: u64, value: &mut Value) -> Result<(), UnsealError> {
        match value {
            Value::Array(items) => items.iter_mut().try_for_each(|item| self.walk(seq, item)),
            Value::Object(fields) => {
                if let (Some(Value::String(id)), Some(Value::String(text)), 2) =
                    (fields.get("sealed"), fields.get("text"), fields.len())
                {
                    *value = Value::String(self.text(seq, id, text)?);
                    return Ok(());
                }
                fields
                    .values_mut()
                    .try_for_each(|field| self.walk(seq, field))
            }
            _ => Ok(()),
        }
    }

    fn text(&self, seq: u64, id: &str, sealed: &str) -> Result<String, UnsealError> {
        let id: Uuid = id.parse().map_err(|_| UnsealError::Text)?;
        let Some(Some(key)) = self.keys.get(&id) else {
            return Ok(ERASED.to_owned());
        };
        let whole = BASE64.decode(sealed).map_err(|_| UnsealError::Text)?;
        let (nonce, bytes) = whole
            .split_first_chunk::<NONCE_LEN>()
            .ok_or(UnsealError::Text)?;
        let mut bytes = bytes.to_vec();
        let plain = key
            .open_in_place(
                Nonce::assume_unique_for_key(*nonce),
                place(self.briefing, seq),
                &mut bytes,
            )
            .map_err(|_| UnsealError::Text)?;
        String::from_utf8(plain.to_vec()).map_err(|_| UnsealError::Text)
    }
}

#[cfg(test)]
mod tests;
