//! A connection of the `webrtc` crate, a full stack that isn't ours, and what it hears.

use anyhow::{Context as _, Result, anyhow};
use async_trait::async_trait;
use giaoban_tests::peer::stamp::Stamp;
use rtc::interceptor::Registry;
use rtc::peer_connection::configuration::RTCConfigurationBuilder;
use rtc::peer_connection::configuration::interceptor_registry::register_default_interceptors;
use rtc::peer_connection::configuration::media_engine::MediaEngine;
use rtc::rtp_transceiver::rtp_sender::{RTCRtpHeaderExtensionCapability, RtpCodecKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Notify;
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};
use webrtc::peer_connection::{
    PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCIceGatheringState,
    RTCPeerConnectionState,
};

/// What was heard, and whether media is up.
#[derive(Default)]
pub(crate) struct Heard {
    /// Audio packets that bear the mark of another test client.
    pub(crate) marked_audio: AtomicU64,
    pub(crate) video: AtomicU64,
    connected: AtomicBool,
    gathered: AtomicBool,
    changed: Notify,
}

struct Handler {
    heard: Arc<Heard>,
}

#[async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete {
            self.heard.gathered.store(true, Ordering::Relaxed);
            self.heard.changed.notify_waiters();
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        if state == RTCPeerConnectionState::Connected {
            self.heard.connected.store(true, Ordering::Relaxed);
            self.heard.changed.notify_waiters();
        }
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let heard = self.heard.clone();
        tokio::spawn(async move {
            let audio = track.kind().await == RtpCodecKind::Audio;
            while let Some(event) = track.poll().await {
                let TrackRemoteEvent::OnRtpPacket(packet) = event else {
                    continue;
                };
                if !audio {
                    heard.video.fetch_add(1, Ordering::Relaxed);
                    continue;
                }
                if Stamp::read(&packet.payload).is_some() {
                    heard.marked_audio.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
}

impl Heard {
    async fn wait(&self, what: &str, flag: &AtomicBool) -> Result<()> {
        let waiting = async {
            loop {
                let changed = self.changed.notified();
                if flag.load(Ordering::Relaxed) {
                    return;
                }
                // A notification may slip in before `notified` is polled; look again at the latest after a while.
                let _ = tokio::time::timeout(Duration::from_millis(50), changed).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), waiting)
            .await
            .map_err(|_| anyhow!("waited in vain until {what}"))
    }
}

/// A connection that counts what it receives; its codecs are the crate's defaults.
pub(crate) async fn connection(heard: Arc<Heard>) -> Result<Arc<dyn PeerConnection>> {
    let mut engine = MediaEngine::default();
    engine.register_default_codecs().context("codecs")?;
    let audio_level = RTCRtpHeaderExtensionCapability {
        uri: "urn:ietf:params:rtp-hdrext:ssrc-audio-level".to_owned(),
    };
    engine
        .register_header_extension(audio_level, RtpCodecKind::Audio, None)
        .context("the audio level")?;
    for kind in [RtpCodecKind::Audio, RtpCodecKind::Video] {
        let mid = RTCRtpHeaderExtensionCapability {
            uri: "urn:ietf:params:rtp-hdrext:sdes:mid".to_owned(),
        };
        engine
            .register_header_extension(mid, kind, None)
            .context("the mid")?;
    }
    let registry =
        register_default_interceptors(Registry::new(), &mut engine).context("interceptors")?;
    let building = PeerConnectionBuilder::new()
        .with_configuration(RTCConfigurationBuilder::new().build())
        .with_media_engine(engine)
        .with_interceptor_registry(registry)
        .with_handler(Arc::new(Handler { heard }))
        .with_udp_addrs(vec!["127.0.0.1:0"])
        .build();
    let connection = Box::pin(building).await.context("a peer connection")?;
    Ok(Arc::new(connection))
}

impl Heard {
    /// Waits until the local candidates are known.
    pub(crate) async fn gathered(&self) -> Result<()> {
        self.wait("candidates are gathered", &self.gathered).await
    }

    /// Waits until ICE and DTLS are done.
    pub(crate) async fn connected(&self) -> Result<()> {
        self.wait("media is connected", &self.connected).await
    }
}
