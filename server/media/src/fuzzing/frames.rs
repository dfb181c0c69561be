use super::Pieces;
use crate::wire::demux::{Protocol, classify};
use crate::wire::framing::Deframer;

/// Telling protocols apart: what is handed on is long enough for the parser it goes to, and RTP is never taken for RTCP.
pub fn demux(datagram: &[u8]) {
    match classify(datagram) {
        Protocol::Stun => assert!(datagram.len() >= 20 && datagram[0] < 4),
        Protocol::Dtls => assert!(datagram.len() >= 13 && (20..64).contains(&datagram[0])),
        Protocol::Rtp => {
            assert!(datagram.len() >= 12 && datagram[0] >> 6 == 2);
            assert!(!(192..224).contains(&datagram[1]), "that is RTCP");
        }
        Protocol::Rtcp => assert!(datagram.len() >= 8 && datagram[0] >> 6 == 2),
        Protocol::Unknown => {}
    }
}

/// ICE over TCP: however the stream is cut into reads, the same frames come out, and nothing is kept but the last one.
pub fn ice_tcp(input: &[u8]) {
    let stream: Vec<u8> = Pieces(input).flatten().copied().collect();
    let (whole, whole_broke) = frames([&stream[..]]);
    let (cut, cut_broke) = frames(Pieces(input));
    assert_eq!((whole_broke, &whole), (cut_broke, &cut));
    let taken: usize = whole.iter().map(|frame| 2 + frame.len()).sum();
    assert!(taken <= stream.len());
    let mut written = Vec::new();
    for frame in &whole {
        assert!(crate::wire::framing::append(frame, &mut written));
    }
    assert_eq!(written, stream[..taken]);
}

/// All frames of a stream, and whether it turned out not to be framed.
fn frames<'a>(reads: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Vec<u8>>, bool) {
    let mut deframer = Deframer::default();
    let mut frames = Vec::new();
    for read in reads {
        deframer.push(read);
        loop {
            match deframer.take() {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(_not_framed) => return (frames, true),
            }
        }
    }
    (frames, false)
}
