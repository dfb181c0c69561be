//! Everything that drives the real `giaoban` binary from outside: a harness that starts it, clients that speak its
//! protocols, a light WebRTC peer for load, and the benches.

pub mod bench;
pub mod faults;
pub mod harness;
pub mod load;
pub mod peer;
pub mod soak;
