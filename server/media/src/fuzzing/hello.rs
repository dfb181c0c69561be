use super::Pieces;
use crate::crypto::hello::{HelloReader, MAX_HELLO};

/// A ClientHello in pieces: bounded in what it keeps, the same however often its datagrams come.
pub fn hello(input: &[u8]) {
    let mut reader = HelloReader::default();
    let mut found = None;
    for datagram in Pieces(input) {
        found = reader.push(datagram);
        if found.is_some() {
            assert_eq!(reader.push(datagram), found, "a repeat changes nothing");
            break;
        }
    }
    if let Some(profiles) = found {
        assert!(2 * profiles.len() <= MAX_HELLO);
    }
    // What was one datagram of 255 octets at most may also be a long one.
    let mut reader = HelloReader::default();
    let first = reader.push(input);
    if first.is_some() {
        assert_eq!(reader.push(input), first);
    }
}
