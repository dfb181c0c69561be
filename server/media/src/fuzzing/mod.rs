//! What the fuzzers drive: for each parser of hostile bytes one function that takes any input and asserts what must hold
//! whatever it is. `tests/fuzz` has the fuzzers and the corpus, which `make test` replays through [`TARGETS`].
//!
//! No part of the engine's interface; compiled always so that it cannot rot.

mod frames;
mod hello;
mod ingress;
mod payload;
mod reports;
mod rtp;
mod sdp;
mod stun;

pub use frames::{demux, ice_tcp};
pub use hello::hello;
pub use ingress::ingress;
pub use payload::{dependency_descriptor, h264, red, vp8, vp9};
pub use reports::rtcp;
pub use rtp::rtp;
pub use sdp::sdp;
pub use stun::stun;

/// One fuzz target: its name, which is that of its corpus folder, and what it runs.
pub type Target = (&'static str, fn(&[u8]));

/// All of the engine's.
pub const TARGETS: &[Target] = &[
    ("demux", demux),
    ("stun", stun),
    ("sdp", sdp),
    ("rtp", rtp),
    ("rtcp", rtcp),
    ("vp8", vp8),
    ("h264", h264),
    ("vp9", vp9),
    ("red", red),
    ("dependency_descriptor", dependency_descriptor),
    ("hello", hello),
    ("ice_tcp", ice_tcp),
    ("ingress", ingress),
];

/// Takes pieces off the input, each as long as the octet before it says.
struct Pieces<'a>(&'a [u8]);

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (&len, rest) = self.0.split_first()?;
        let (piece, rest) = rest.split_at(usize::from(len).min(rest.len()));
        self.0 = rest;
        Some(piece)
    }
}
