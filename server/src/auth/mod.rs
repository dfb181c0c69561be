//! Who is asking: passwords, sign-ins, and the extractor that handlers use.

mod caller;
pub mod cookie;
pub mod password;
pub mod session;
pub mod throttle;

pub use caller::{Caller, GUARD, bearer};
