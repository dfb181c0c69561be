//! Who is asking: passwords, sign-ins, and the extractor that handlers use.

mod address;
mod caller;
pub mod cookie;
pub mod one_time;
pub mod pace;
pub mod password;
pub mod session;
pub mod sign_in_name;
pub mod throttle;
pub mod totp;

pub use address::client_address;
pub use caller::{Caller, GUARD, OwnAccount, bearer};
