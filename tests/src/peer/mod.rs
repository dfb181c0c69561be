//! A light WebRTC peer for load: one UDP socket, one publisher or one watcher, no media engine. Sans-IO: [`transport`]
//! and the two ends are fed datagrams and the time, and give datagrams back; `load` owns the sockets.
//!
//! It shares the protocol crates with the server for DTLS and SRTP only. SDP, STUN use, RTP and RTCP are read and written
//! here on their own, so that a mistake of the server isn't repeated by its test.

pub mod continuity;
pub mod dtls;
pub mod publisher;
pub mod rtcp;
pub mod rtp;
pub mod sdp;
pub mod stamp;
mod stream;
pub mod stun;
pub mod transport;
pub mod twcc;
pub mod viewer;
pub mod vp8;
