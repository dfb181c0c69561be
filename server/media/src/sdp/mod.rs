//! Session descriptions: reading an offer, giving its sections their roles, writing the answer.

mod answer;
mod offer;
mod session;

pub(crate) use answer::{LocalTransport, stream_name, write_answer};
pub(crate) use offer::{Codec, Offer};
pub(crate) use session::{ReceiveTrack, SendSlot, Session};
