//! What goes over the wire: telling protocols apart, RTP headers, STUN, RTCP.

pub(crate) mod demux;
pub(crate) mod rtcp;
pub(crate) mod rtp;
pub(crate) mod stun;
