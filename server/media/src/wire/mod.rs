//! What goes over the wire: telling protocols apart, frames on a stream, RTP headers, STUN, RTCP.

pub(crate) mod demux;
pub(crate) mod framing;
pub(crate) mod rtcp;
pub(crate) mod rtp;
pub(crate) mod stun;
