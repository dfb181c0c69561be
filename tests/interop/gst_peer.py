"""WHIP and WHEP with GStreamer 1.22's webrtcbin; Debian 12 has no whipsink, so HTTP is ours."""

import threading
import time

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from rest import Joined, call  # noqa: E402
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402

Gst.init(None)

VP8 = "application/x-rtp,media=video,encoding-name=VP8,clock-rate=90000,payload=96"
OPUS = "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,encoding-params=(string)2,payload=111"


class Peer:
    """A pipeline around one webrtcbin."""

    def __init__(self, pipeline: Gst.Pipeline):
        self.pipeline = pipeline
        self.webrtc = self.pipeline.get_by_name("w")
        self.location = ""
        self.kept = []
        self.needed = threading.Event()
        self.webrtc.connect("on-negotiation-needed", lambda _: self.needed.set())

    def negotiate(self, url: str, token: str) -> None:
        self.pipeline.set_state(Gst.State.PLAYING)
        assert self.needed.wait(10), "webrtcbin never needs a negotiation"
        reply = self._ask("create-offer", None)
        offer = reply.get_value("offer")
        self._ask("set-local-description", offer)
        self._gathered()
        sdp = self.webrtc.get_property("local-description").sdp.as_text()
        status, headers, text = call("POST", url, token, sdp.encode(), "application/sdp")
        assert status == 201, status
        self.location = headers["Location"]
        _, message = GstSdp.SDPMessage.new_from_text(text)
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self._ask("set-remote-description", answer)

    def _ask(self, action: str, argument):
        promise = Gst.Promise.new()
        self.webrtc.emit(action, argument, promise)
        if promise.wait() != Gst.PromiseResult.REPLIED:
            raise RuntimeError(f"webrtcbin did not reply to {action}")
        reply = promise.get_reply()
        # The bindings free a reply under a value that still points into it: nothing is let go while the peer lives.
        self.kept += [promise, reply, argument]
        return reply

    def _gathered(self, seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while self.webrtc.get_property("ice-gathering-state") != GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            assert time.monotonic() < end, "candidates are not gathered"
            time.sleep(0.02)

    def connected(self, seconds: float = 15) -> None:
        end = time.monotonic() + seconds
        wanted = GstWebRTC.WebRTCPeerConnectionState.CONNECTED
        while self.webrtc.get_property("connection-state") != wanted:
            state = self.webrtc.get_property("connection-state").value_nick
            assert time.monotonic() < end, f"not connected: {state}"
            time.sleep(0.02)

    def stop(self) -> None:
        self.pipeline.set_state(Gst.State.NULL)


class Publisher(Peer):
    """Sends a plain colour and a tone. `near_rollover`: sequence numbers, timestamps and picture ids roll over soon."""

    def __init__(self, joined: Joined, colour, near_rollover: bool = False):
        red, green, blue = colour
        numbers = video_numbers = ""
        if near_rollover:
            # Some seconds before the end, of pictures as of sound.
            numbers = "seqnum-offset=65400 "
            video_numbers = f"timestamp-offset={2**32 - 4 * 90_000} picture-id-offset=32740 "
        argb = 0xFF000000 | red << 16 | green << 8 | blue
        description = (
            "webrtcbin name=w bundle-policy=max-bundle "
            f"videotestsrc is-live=true pattern=solid-color foreground-color={argb} "
            "! video/x-raw,width=640,height=360,framerate=15/1 ! videoconvert "
            "! vp8enc deadline=1 keyframe-max-dist=30 target-bitrate=600000 "
            f"! rtpvp8pay picture-id-mode=15-bit {numbers}{video_numbers}! {VP8} ! w. "
            "audiotestsrc is-live=true wave=sine freq=440 ! audioconvert ! audioresample ! opusenc "
            f"! rtpopuspay {numbers}! {OPUS} ! w."
        )
        super().__init__(Gst.parse_launch(description))
        for transceiver in self._transceivers():
            transceiver.set_property("direction", GstWebRTC.WebRTCRTPTransceiverDirection.SENDONLY)
        self.joined = joined

    def _transceivers(self):
        found = []
        while (one := self.webrtc.emit("get-transceiver", len(found))) is not None:
            found.append(one)
        return found

    def start(self) -> None:
        self.negotiate(self.joined.whip, self.joined.token)
        self.connected()


class Watcher(Peer):
    """Decodes the stage's picture and counts its sound."""

    def __init__(self, joined: Joined):
        webrtc = Gst.ElementFactory.make("webrtcbin", "w")
        webrtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        pipeline = Gst.Pipeline.new(None)
        pipeline.add(webrtc)
        super().__init__(pipeline)
        self.joined = joined
        self.lock = threading.Lock()
        self.frames = 0
        self.audio = 0
        self.colour = None
        direction = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
        self.webrtc.emit("add-transceiver", direction, Gst.Caps.from_string(OPUS))
        self.webrtc.emit("add-transceiver", direction, Gst.Caps.from_string(VP8))
        self.webrtc.connect("pad-added", self._on_pad)

    def _on_pad(self, _webrtc, pad) -> None:
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        media = pad.get_current_caps().get_structure(0).get_string("media")
        if media == "video":
            branch = Gst.parse_bin_from_description(
                "queue ! rtpvp8depay ! vp8dec ! videoconvert ! video/x-raw,format=RGB "
                "! appsink name=sink emit-signals=true sync=false max-buffers=2 drop=true",
                True,
            )
            branch.get_by_name("sink").connect("new-sample", self._on_picture)
        else:
            branch = Gst.parse_bin_from_description(
                "queue ! rtpopusdepay ! opusdec ! appsink name=sink emit-signals=true sync=false", True
            )
            branch.get_by_name("sink").connect("new-sample", self._on_sound)
        self.pipeline.add(branch)
        branch.sync_state_with_parent()
        pad.link(branch.get_static_pad("sink"))

    def _on_picture(self, sink):
        sample = sink.emit("pull-sample")
        caps = sample.get_caps().get_structure(0)
        width, height = caps.get_value("width"), caps.get_value("height")
        buffer = sample.get_buffer()
        stride = buffer.get_size() // height
        at = height // 2 * stride + width // 2 * 3
        red, green, blue = buffer.extract_dup(at, 3)
        with self.lock:
            self.frames += 1
            self.colour = (red, green, blue)
        return Gst.FlowReturn.OK

    def _on_sound(self, sink):
        sink.emit("pull-sample")
        with self.lock:
            self.audio += 1
        return Gst.FlowReturn.OK

    def start(self) -> None:
        self.negotiate(self.joined.whep, self.joined.token)
        self.connected()

    def until(self, holds, what: str, seconds: float = 15) -> None:
        end = time.monotonic() + seconds
        while True:
            with self.lock:
                if holds(self):
                    return
                seen = (self.frames, self.audio, self.colour)
            assert time.monotonic() < end, f"waited in vain: {what}; frames, audio, colour: {seen}"
            time.sleep(0.05)
