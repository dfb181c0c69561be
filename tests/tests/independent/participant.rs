//! A participant on the `webrtc` crate, speaking the real protocol.

use crate::connection::{Heard, connection};
use anyhow::{Context as _, Result};
use bytes::Bytes;
use giaoban_tests::harness::{Api, WsClient};
use giaoban_tests::peer::stamp::{Stamp, wall_nanoseconds};
use rtc::media_stream::MediaStreamTrack;
use rtc::peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_VP8};
use rtc::peer_connection::sdp::RTCSessionDescription;
use rtc::rtp::extension::HeaderExtension;
use rtc::rtp::extension::audio_level_extension::AudioLevelExtension;
use rtc::rtp::header::Header;
use rtc::rtp::packet::Packet;
use rtc::rtp_transceiver::rtp_sender::{
    RTCRtpCodec, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
};
use rtc::rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::task::JoinHandle;
use webrtc::media_stream::Track as _;
use webrtc::media_stream::track_local::TrackLocal;
use webrtc::media_stream::track_local::static_rtp::TrackLocalStaticRTP;
use webrtc::peer_connection::PeerConnection;

/// Audio slots, main, content and a few thumbnails, in the order that the protocol prescribes.
const RECEIVED_AUDIO: usize = 3;
const RECEIVED_VIDEO: usize = 2 + 3;

/// A seat in the briefing with media.
pub(crate) struct Participant {
    pub(crate) ws: WsClient,
    pub(crate) heard: Arc<Heard>,
    connection: Arc<dyn PeerConnection>,
    speaking: Option<JoinHandle<()>>,
    microphone: Arc<TrackLocalStaticRTP>,
}

impl Participant {
    /// Signs in, joins, connects the WebSocket and the media.
    pub(crate) async fn join(base: &str, username: &str) -> Result<Self> {
        let api = Api::sign_in(base, username).await?;
        let briefing = api.live_briefing().await?;
        let joined = api.join(&briefing).await?;
        let mut ws = WsClient::connect(&joined.ws_url, &joined.join_token).await?;

        let heard = Arc::new(Heard::default());
        let connection = connection(heard.clone()).await?;
        let microphone = local_track(RtpCodecKind::Audio, MIME_TYPE_OPUS, 48_000, 2);
        let camera = local_track(RtpCodecKind::Video, MIME_TYPE_VP8, 90_000, 0);
        let content = local_track(RtpCodecKind::Video, MIME_TYPE_VP8, 90_000, 0);
        for track in [&microphone, &camera, &content] {
            let track: Arc<dyn TrackLocal> = track.clone();
            connection
                .add_transceiver_from_track(
                    track,
                    Some(towards(RTCRtpTransceiverDirection::Sendonly)),
                )
                .await
                .context("a sending section")?;
        }
        let receiving = std::iter::repeat_n(RtpCodecKind::Audio, RECEIVED_AUDIO)
            .chain(std::iter::repeat_n(RtpCodecKind::Video, RECEIVED_VIDEO));
        for kind in receiving {
            connection
                .add_transceiver_from_kind(
                    kind,
                    Some(towards(RTCRtpTransceiverDirection::Recvonly)),
                )
                .await
                .context("a receiving section")?;
        }

        let offer = connection.create_offer(None).await.context("the offer")?;
        connection
            .set_local_description(offer)
            .await
            .context("our description")?;
        heard.gathered().await?;
        let offer = connection
            .local_description()
            .await
            .context("no local description")?;
        let answer = ws.offer(offer.sdp).await?;
        let answer = RTCSessionDescription::answer(answer).context("the answer's SDP")?;
        connection
            .set_remote_description(answer)
            .await
            .context("the server's answer")?;
        heard.connected().await?;
        Ok(Self {
            ws,
            heard,
            connection,
            speaking: None,
            microphone,
        })
    }

    /// Sends 50 marked Opus packets a second from now on, whatever the server says.
    pub(crate) async fn speak_regardless(&mut self) -> Result<()> {
        let microphone = self.microphone.clone();
        let ssrc = *microphone.ssrcs().await.first().context("no SSRC")?;
        self.speaking = Some(tokio::spawn(async move {
            let mut tick = tokio::time::interval(Duration::from_millis(20));
            for number in 0_u64.. {
                tick.tick().await;
                let mut payload = vec![0x78; 80];
                Stamp {
                    stream: ssrc,
                    number,
                    sent_at: wall_nanoseconds(),
                }
                .write(&mut payload);
                let packet = Packet {
                    header: Header {
                        version: 2,
                        payload_type: 111,
                        sequence_number: u16::try_from(number & 0xffff).unwrap_or_default(),
                        timestamp: u32::try_from((number * 960) & 0xffff_ffff).unwrap_or_default(),
                        ssrc,
                        ..Header::default()
                    },
                    payload: Bytes::from(payload),
                };
                let level = HeaderExtension::AudioLevel(AudioLevelExtension {
                    level: 25,
                    voice: true,
                });
                let _ = microphone.write_rtp_with_extensions(packet, &[level]).await;
            }
        }));
        Ok(())
    }

    /// How many marked audio packets arrive within `duration`, while the WebSocket is read on.
    pub(crate) async fn count_marked(&mut self, duration: Duration) -> Result<u64> {
        let before = self.heard.marked_audio.load(Ordering::Relaxed);
        self.ws.settle(duration).await?;
        Ok(self.heard.marked_audio.load(Ordering::Relaxed) - before)
    }

    pub(crate) async fn close(self) {
        if let Some(speaking) = self.speaking {
            speaking.abort();
        }
        let _ = self.connection.close().await;
        self.ws.close().await;
    }
}

fn local_track(
    kind: RtpCodecKind,
    mime: &str,
    clock_rate: u32,
    channels: u16,
) -> Arc<TrackLocalStaticRTP> {
    let coding = RTCRtpEncodingParameters {
        rtp_coding_parameters: RTCRtpCodingParameters {
            ssrc: Some(rand::random()),
            ..RTCRtpCodingParameters::default()
        },
        codec: RTCRtpCodec {
            mime_type: mime.to_owned(),
            clock_rate,
            channels,
            sdp_fmtp_line: String::new(),
            rtcp_feedback: Vec::new(),
        },
        ..RTCRtpEncodingParameters::default()
    };
    let name = format!("{kind}-{}", rand::random::<u32>());
    Arc::new(TrackLocalStaticRTP::new(MediaStreamTrack::new(
        "own".to_owned(),
        name.clone(),
        name,
        kind,
        vec![coding],
    )))
}

fn towards(direction: RTCRtpTransceiverDirection) -> RTCRtpTransceiverInit {
    RTCRtpTransceiverInit {
        direction,
        ..RTCRtpTransceiverInit::default()
    }
}
