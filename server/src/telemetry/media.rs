//! The media engine's counters, read when somebody asks.

use giaoban_media::{EngineStats, MediaEngine};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use std::fmt;

pub(super) struct MediaCollector {
    engine: MediaEngine,
}

impl MediaCollector {
    pub(super) fn new(engine: MediaEngine) -> Self {
        Self { engine }
    }
}

impl fmt::Debug for MediaCollector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MediaCollector")
    }
}

impl Collector for MediaCollector {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let EngineStats {
            peers,
            datagrams_received,
            bytes_received,
            packets_received,
            packets_forwarded,
            bytes_sent,
            packets_without_floor,
            packets_rejected,
            retransmissions,
            nacks_sent,
            keyframe_requests,
            send_drops,
            ring_drops,
        } = self.engine.stats();
        let gauge = ConstGauge::new(i64::try_from(peers).unwrap_or(i64::MAX));
        let metric = encoder.encode_descriptor(
            "media_peers",
            "Connected media sessions",
            None,
            gauge.metric_type(),
        )?;
        gauge.encode(metric)?;
        let counters = [
            (
                "media_datagrams_received",
                "Datagrams received",
                datagrams_received,
            ),
            ("media_bytes_received", "Bytes received", bytes_received),
            (
                "media_packets_received",
                "Media packets accepted from publishers",
                packets_received,
            ),
            (
                "media_packets_forwarded",
                "Media packets sent to viewers",
                packets_forwarded,
            ),
            ("media_bytes_sent", "Bytes sent", bytes_sent),
            (
                "media_packets_without_floor",
                "Audio packets dropped for want of the floor",
                packets_without_floor,
            ),
            (
                "media_packets_rejected",
                "Packets that no key or source fits",
                packets_rejected,
            ),
            (
                "media_retransmissions",
                "Packets sent again",
                retransmissions,
            ),
            ("media_nacks_sent", "Packets asked for again", nacks_sent),
            (
                "media_keyframe_requests",
                "Key frames asked of publishers",
                keyframe_requests,
            ),
            (
                "media_send_drops",
                "Packets that a socket did not take",
                send_drops,
            ),
            (
                "media_ring_drops",
                "Packets that a worker was too slow to take",
                ring_drops,
            ),
        ];
        for (name, help, value) in counters {
            let counter = ConstCounter::new(value);
            let metric = encoder.encode_descriptor(name, help, None, counter.metric_type())?;
            counter.encode(metric)?;
        }
        Ok(())
    }
}
