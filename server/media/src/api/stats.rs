/// Counters since the start and gauges of now, summed over all workers. For `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineStats {
    /// Peers that are connected now.
    pub peers: u64,
    pub datagrams_received: u64,
    pub bytes_received: u64,
    /// Media packets accepted from publishers.
    pub packets_received: u64,
    /// Media packets protected and sent to viewers, without retransmissions.
    pub packets_forwarded: u64,
    pub bytes_sent: u64,
    /// Audio packets dropped because their seat lacks the floor.
    pub packets_without_floor: u64,
    /// Packets that no key or source of ours fits.
    pub packets_rejected: u64,
    pub retransmissions: u64,
    /// Packets asked of publishers again.
    pub nacks_sent: u64,
    /// Key frames asked of publishers, after coalescing.
    pub keyframe_requests: u64,
    /// Packets that a socket would not take.
    pub send_drops: u64,
    /// Packets that a worker was too slow to take from another.
    pub ring_drops: u64,
}
