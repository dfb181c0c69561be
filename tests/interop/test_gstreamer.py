"""GStreamer publishes as the chair and watches; in both directions also with aiortc at the other end."""

import aiortc_peer
import gst_peer
from colours import BLUE, GREEN, is_colour


def test_gstreamer_decodes_what_gstreamer_publishes(server):
    publisher = gst_peer.Publisher(server.join("chutri"), BLUE)
    publisher.start()
    watchers = [gst_peer.Watcher(server.join("tinh2")), gst_peer.Watcher(server.watch_link(1))]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.until(lambda w: w.frames >= 20 and is_colour(w.colour, BLUE), "the chair's blue")
        watcher.until(lambda w: w.audio >= 20, "the chair's sound")
    print(f"\n2 GStreamer watchers decode the chair: {[(w.frames, w.audio) for w in watchers]}")
    for peer in [*watchers, publisher]:
        peer.stop()


async def test_aiortc_decodes_what_gstreamer_publishes(server):
    publisher = gst_peer.Publisher(server.join("chutri"), GREEN)
    publisher.start()
    watcher = aiortc_peer.Watcher(server.join("tinh3"))
    await watcher.start()
    await watcher.until(lambda w: w.frames >= 20 and is_colour(w.colour, GREEN), "the chair's green")
    await watcher.until(lambda w: w.audio_frames >= 20, "the chair's sound")
    print(f"\naiortc decodes GStreamer: {watcher.frames} frames of {watcher.size}")
    await watcher.stop()
    publisher.stop()
