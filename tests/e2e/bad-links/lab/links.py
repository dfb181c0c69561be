"""Cables that lose, delay and queue: what `tc netem` does, for kernels without it, and with a clock on the queue.

Each cable is a pair of TAP devices with this program between them. Commands are JSON lines on standard input, each
answered with a line: {"open": NAME} makes a cable with the ends NAME-s and NAME-p; {"shape": NAME, "way": "down" | "up",
"rate_kbps": N | null, "delay_ms": N, "loss": 0..1, "queue_bytes": N, "cut": bool, "no_udp": bool} changes one way of it.
Every 100 ms a report says, for each way, the packets carried and dropped and the longest wait in the queue.
"""

import collections
import fcntl
import heapq
import json
import os
import random
import select
import struct
import sys
import time

TUNSETIFF = 0x400454CA
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
REPORT = 0.1
UDP = 17


def tap(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    return device


class Way:
    """One direction: loss, then a queue served at the rate, then the delay."""

    def __init__(self, target):
        self.target = target
        self.queue = collections.deque()
        self.queued = 0
        self.free_at = 0.0
        self.shape({})
        self.reset()

    def shape(self, command):
        self.rate = (command.get("rate_kbps") or 0) * 1000 / 8
        self.delay = command.get("delay_ms", 0) / 1000
        self.loss = command.get("loss", 0)
        self.limit = command.get("queue_bytes", 1_500_000)
        self.cut = command.get("cut", False)
        self.no_udp = command.get("no_udp", False)

    def reset(self):
        self.carried, self.octets, self.lost, self.wait = 0, 0, 0, 0.0

    def put(self, now, frame):
        is_ip = frame[12:14] == b"\x08\x00"
        if is_ip and (self.cut or random.random() < self.loss or (self.no_udp and frame[23] == UDP)):
            self.lost += 1
        elif self.rate and self.queued + len(frame) > self.limit:
            self.lost += 1
        else:
            self.queue.append((now, frame))
            self.queued += len(frame)

    def serve(self, now, deliveries, number):
        """Moves what the rate allows by now; returns when the next packet is through."""
        while self.queue:
            entered, frame = self.queue[0]
            done = max(self.free_at, entered) + (len(frame) / self.rate if self.rate else 0)
            if done > now:
                return done
            self.queue.popleft()
            self.queued -= len(frame)
            self.free_at = done
            self.wait = max(self.wait, done - entered)
            self.carried += 1
            self.octets += len(frame)
            heapq.heappush(deliveries, (done + self.delay, next(number), self.target, frame))
        return None


def counter():
    value = 0
    while True:
        value += 1
        yield value


def main():
    random.seed(7)
    os.set_blocking(0, False)
    cables, sources, deliveries, number = {}, {}, [], counter()
    report_at, unread = time.monotonic(), b""
    while True:
        now = time.monotonic()
        due = [way.serve(now, deliveries, number) for ways in cables.values() for way in ways.values()]
        while deliveries and deliveries[0][0] <= now:
            _, _, target, frame = heapq.heappop(deliveries)
            try:
                os.write(target, frame)
            except OSError:
                pass
        if now >= report_at:
            report_at = now + REPORT
            for name, ways in cables.items():
                for direction, way in ways.items():
                    waiting = now - way.queue[0][0] if way.queue else 0
                    tell({"cable": name, "way": direction, "carried": way.carried, "octets": way.octets, "lost": way.lost, "wait_ms": round(max(way.wait, waiting) * 1000, 1)})
                    way.reset()
        wakes = [at for at in due if at is not None] + [report_at] + ([deliveries[0][0]] if deliveries else [])
        ready, _, _ = select.select([0, *sources], [], [], max(0, min(wakes) - time.monotonic()))
        now = time.monotonic()
        for source in ready:
            if source == 0:
                read = os.read(0, 65536)
                if not read:
                    return
                *lines, unread = (unread + read).split(b"\n")
                for line in lines:
                    obey(json.loads(line), cables, sources)
                continue
            while True:
                try:
                    sources[source].put(now, os.read(source, 65536))
                except BlockingIOError:
                    break


def obey(command, cables, sources):
    if "open" in command:
        name = command["open"]
        server, point = tap(f"{name}-s"), tap(f"{name}-p")
        cables[name] = {"down": Way(point), "up": Way(server)}
        sources[server], sources[point] = cables[name]["down"], cables[name]["up"]
    else:
        cables[command["shape"]][command["way"]].shape(command)
    tell({"done": True})


def tell(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


main()
