"""WHIP and WHEP with aiortc."""

import asyncio
import fractions
import math
import time
from array import array

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack
from av import AudioFrame, VideoFrame
from colours import rgb_of_yuv, yuv_bytes
from rest import Joined, call

WIDTH, HEIGHT = 640, 360


class PlainColour(VideoStreamTrack):
    """A camera that sees one colour."""

    def __init__(self, colour):
        super().__init__()
        data = yuv_bytes(WIDTH, HEIGHT, colour)
        self.planes = []
        at = 0
        for plane in VideoFrame(WIDTH, HEIGHT, "yuv420p").planes:
            rows = b""
            for _ in range(plane.height):
                rows += data[at : at + plane.width].ljust(plane.line_size, b"\0")
                at += plane.width
            self.planes.append(rows)

    async def recv(self):
        frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
        for plane, rows in zip(frame.planes, self.planes, strict=True):
            plane.update(rows)
        frame.pts, frame.time_base = await self.next_timestamp()
        return frame


class Tone(AudioStreamTrack):
    """A microphone that hears one tone."""

    RATE, SAMPLES = 48_000, 960

    def __init__(self, hertz: float):
        super().__init__()
        self.hertz = hertz
        self.at = 0
        self.begun = 0.0

    async def recv(self):
        self.begun = self.begun or time.monotonic()
        await asyncio.sleep(max(0.0, self.begun + self.at / self.RATE - time.monotonic()))
        step = 2 * math.pi * self.hertz / self.RATE
        samples = array("h", (round(8000 * math.sin(step * (self.at + index))) for index in range(self.SAMPLES)))
        frame = AudioFrame(format="s16", layout="mono", samples=self.SAMPLES)
        frame.planes[0].update(samples.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = self.RATE, self.at, fractions.Fraction(1, self.RATE)
        self.at += self.SAMPLES
        return frame


def tone_share(samples: array, hertz: float, rate: int) -> float:
    """How much of the sound is one tone: 1 is all of it (Goertzel)."""
    energy = sum(sample * sample for sample in samples)
    if not energy:
        return 0.0
    coefficient = 2 * math.cos(2 * math.pi * hertz / rate)
    before, last = 0.0, 0.0
    for sample in samples:
        before, last = last, sample + coefficient * last - before
    power = last * last + before * before - coefficient * last * before
    return 2 * power / (len(samples) * energy)


async def negotiate(connection: RTCPeerConnection, url: str, token: str) -> str:
    """Offers, gets the answer; gives the session's own address."""
    await connection.setLocalDescription(await connection.createOffer())
    offer = connection.localDescription.sdp.encode()
    status, headers, answer = await asyncio.to_thread(call, "POST", url, token, offer, "application/sdp")
    assert status == 201, status
    assert headers["Content-Type"].startswith("application/sdp"), headers["Content-Type"]
    await connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    return headers["Location"]


class Publisher:
    """Sends a plain colour and silence, or a tone."""

    def __init__(self, joined: Joined, colour, voice: AudioStreamTrack | None = None):
        self.joined = joined
        self.connection = RTCPeerConnection()
        self.connection.addTransceiver(voice or AudioStreamTrack(), direction="sendonly")
        self.connection.addTransceiver(PlainColour(colour), direction="sendonly")
        self.location = ""

    async def start(self) -> None:
        self.location = await negotiate(self.connection, self.joined.whip, self.joined.token)
        await connected(self.connection)

    async def stop(self) -> None:
        await self.connection.close()


class Watcher:
    """Decodes what the stage shows."""

    def __init__(self, joined: Joined):
        self.joined = joined
        self.connection = RTCPeerConnection()
        self.connection.addTransceiver("audio", direction="recvonly")
        self.connection.addTransceiver("video", direction="recvonly")
        self.frames = 0
        self.audio_frames = 0
        self.sound = array("h")
        self.colour = None
        self.size = None
        self.location = ""
        self._tasks = []
        self.connection.on("track", self._on_track)

    def _on_track(self, track) -> None:
        self._tasks.append(asyncio.ensure_future(self._read(track)))

    async def _read(self, track) -> None:
        while True:
            try:
                frame = await track.recv()
            except Exception:  # noqa: BLE001 - aiortc ends a track with several kinds of exception
                return
            if track.kind == "audio":
                self.audio_frames += 1
                self._listen(frame)
                continue
            picture = frame.reformat(format="yuv420p")
            self.size = (frame.width, frame.height)
            means = []
            for plane in picture.planes:
                data = bytes(plane)
                middle = [
                    data[row * plane.line_size + column]
                    for row in range(plane.height // 3, 2 * plane.height // 3, 7)
                    for column in range(plane.width // 3, 2 * plane.width // 3, 7)
                ]
                means.append(sum(middle) / len(middle))
            self.colour = rgb_of_yuv(*means)
            self.frames += 1

    def _listen(self, frame) -> None:
        """Keeps the left channel of the newest second."""
        channels = len(frame.layout.channels)
        samples = array("h", bytes(frame.planes[0])[: frame.samples * channels * 2])
        self.sound = (self.sound + samples[::channels])[-frame.sample_rate :]

    def hears(self, *tones: float) -> bool:
        """Whether the newest second holds each of the tones, and they are most of it."""
        shares = [tone_share(self.sound, hertz, 48_000) for hertz in tones]
        return len(self.sound) >= 48_000 and min(shares) > 0.2 and sum(shares) > 0.8

    async def start(self) -> None:
        self.location = await negotiate(self.connection, self.joined.whep, self.joined.token)
        await connected(self.connection)

    async def until(self, holds, what: str, seconds: float = 15) -> None:
        end = time.monotonic() + seconds
        while not holds(self):
            assert time.monotonic() < end, (
                f"waited in vain: {what}; frames {self.frames}, audio {self.audio_frames}, colour {self.colour}"
            )
            await asyncio.sleep(0.05)

    async def stop(self) -> None:
        await self.connection.close()
        for task in self._tasks:
            task.cancel()


async def connected(connection: RTCPeerConnection, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while connection.connectionState != "connected":
        assert time.monotonic() < end, f"not connected: {connection.connectionState}"
        await asyncio.sleep(0.02)
