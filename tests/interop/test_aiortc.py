"""aiortc publishes as the chair with WHIP and watches with WHEP, with nothing but a join token."""

import asyncio

import pytest
from aiortc_peer import Publisher, Tone, Watcher
from colours import BLUE, RED, is_colour
from conftest import Refused, call
from desk import Desk


async def test_watchers_decode_the_chair(server):
    publisher = Publisher(server.join("chutri"), RED)
    await publisher.start()
    watchers = [Watcher(server.join("tinh1")), Watcher(server.join("tinh1.xa1")), Watcher(server.watch_link(2))]
    for watcher in watchers:
        await watcher.start()
    for watcher in watchers:
        await watcher.until(lambda w: w.frames >= 20 and is_colour(w.colour, RED), "the chair's red")
        await watcher.until(lambda w: w.audio_frames >= 20, "the chair's sound")
    print(f"\n3 aiortc watchers decode the chair: {[(w.frames, w.size, w.audio_frames) for w in watchers]}")

    # The session's own address ends it.
    location = server.absolute(publisher.location)
    status, _, _ = await asyncio.to_thread(call, "DELETE", location, publisher.joined.token)
    assert status in (200, 204)
    before = [watcher.frames for watcher in watchers]
    await asyncio.sleep(2)
    after = [watcher.frames for watcher in watchers]
    assert all(b - a <= 30 for a, b in zip(before, after, strict=True)), "pictures go on after the publisher left"
    for peer in [publisher, *watchers]:
        await peer.stop()


async def test_a_watcher_hears_two_speakers_at_once(server):
    chair, province = server.join("chutri"), server.join("tinh1")
    publishers = [Publisher(chair, RED, Tone(440)), Publisher(province, BLUE, Tone(1000))]
    watcher = Watcher(server.watch_link(1))
    for peer in [*publishers, watcher]:
        await peer.start()
    async with Desk(server, chair) as at_chair, Desk(server, province) as at_province:
        await at_chair.command({"type": "chair_mic", "on": True})
        await watcher.until(lambda w: w.hears(440), "the chair alone")
        await at_chair.command({"type": "grant", "seat": at_province.seat, "limit_seconds": None, "beside": True})
        await watcher.until(lambda w: w.hears(440, 1000), "chair and province together")
        await at_chair.command({"type": "end_floor", "seat": at_province.seat})
        await watcher.until(lambda w: w.hears(440) and not w.hears(440, 1000), "the chair alone again")
    for peer in [*publishers, watcher]:
        await peer.stop()


async def test_a_watch_link_opens_as_many_screens_as_it_says(server):
    link = server.watch_link(2)
    watchers = [Watcher(link) for _ in range(3)]
    await watchers[0].start()
    await watchers[1].start()
    with pytest.raises(Refused) as refused:
        await watchers[2].start()
    assert refused.value.status in (403, 409, 429), refused.value
    assert refused.value.code, "a problem without a code"

    # A screen that leaves makes room for another.
    await asyncio.to_thread(call, "DELETE", server.absolute(watchers[0].location), link.token)
    later = Watcher(link)
    await later.start()
    print(f"\nthe third screen of two is refused: {refused.value.status} {refused.value.code}")
    for watcher in [*watchers, later]:
        await watcher.stop()


async def test_a_wrong_token_opens_nothing(server):
    joined = server.join("tinh1")
    joined.token = "x" + joined.token[1:]
    with pytest.raises(Refused) as refused:
        await Watcher(joined).start()
    assert refused.value.status == 401
