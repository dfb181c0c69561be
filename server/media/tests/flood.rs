//! Floods from addresses that nobody knows cost no memory: what cannot belong to anybody is refused where it lies.

#![expect(clippy::unwrap_used, reason = "what goes wrong should fail the test")]

use giaoban_media::{MediaConfig, MediaEngine};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use std::alloc::System;
use std::net::UdpSocket;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const FLOOD: u64 = 30_000;
/// So many at once fit into the smallest socket buffer.
const BURST: u64 = 50;
const PATIENCE: Duration = Duration::from_mins(1);

/// A well-formed binding request with a USERNAME that nobody was given, and MESSAGE-INTEGRITY of nonsense.
fn binding_request() -> Vec<u8> {
    let username = b"nobody-here:whoever";
    let mut attributes = vec![0x00, 0x06, 0x00, u8::try_from(username.len()).unwrap()];
    attributes.extend_from_slice(username);
    attributes.resize(attributes.len().next_multiple_of(4), 0);
    attributes.extend_from_slice(&[0x00, 0x08, 0x00, 0x14]);
    attributes.extend_from_slice(&[0xaa; 20]);
    let mut datagram = vec![0x00, 0x01, 0x00, u8::try_from(attributes.len()).unwrap()];
    datagram.extend_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
    datagram.extend_from_slice(&[0x55; 12]);
    datagram.extend_from_slice(&attributes);
    datagram
}

/// The record and handshake headers of a DTLS 1.2 ClientHello, then rubbish.
fn client_hello() -> Vec<u8> {
    let mut datagram = vec![22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 180];
    datagram.extend_from_slice(&[1, 0, 0, 168, 0, 0, 0, 0, 0, 0, 0, 168]);
    datagram.resize(13 + 180, 0x5a);
    datagram
}

fn media() -> Vec<u8> {
    let mut datagram = vec![0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];
    datagram.resize(200, 0x11);
    datagram
}

/// Sends bursts, each when the one before has been seen, and gives the number of allocations meanwhile.
fn allocations_during(
    engine: &MediaEngine,
    socket: &UdpSocket,
    datagram: &[u8],
    bursts: u64,
) -> usize {
    let region = Region::new(ALLOCATOR);
    for _ in 0..bursts {
        let seen = engine.stats().datagrams_received;
        for _ in 0..BURST {
            socket.send(datagram).unwrap();
        }
        let begin = Instant::now();
        while engine.stats().datagrams_received < seen + BURST && begin.elapsed() < PATIENCE {
            std::thread::yield_now();
        }
    }
    let change = region.change();
    change.allocations + change.reallocations
}

#[test]
fn floods_from_unknown_addresses_cost_no_allocation() {
    let config = MediaConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        workers: 1,
        ..MediaConfig::default()
    };
    let (engine, _events) = MediaEngine::start(config).unwrap();
    let kinds = [
        ("STUN", binding_request()),
        ("DTLS", client_hello()),
        ("SRTP", media()),
        ("rubbish", vec![0xff; 600]),
    ];
    for (name, datagram) in kinds {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.connect(engine.local_addr()).unwrap();
        // Whatever is made ready once is made ready now.
        allocations_during(&engine, &socket, &datagram, 2);
        let rejected = engine.stats().packets_rejected;
        let allocations = allocations_during(&engine, &socket, &datagram, FLOOD / BURST);
        println!("{name}: {FLOOD} datagrams, {allocations} allocations");
        assert!(
            engine.stats().packets_rejected >= rejected + FLOOD,
            "{name}"
        );
        // Asking for the figures takes none either; a handful is the clock's and the timers'.
        assert!(allocations < 16, "{name}: {allocations}");
    }
}
