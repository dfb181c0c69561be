"""A real server for each test, and REST as a program uses it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from rest import Joined, Refused, call

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "giaoban-demo"


def giaoban() -> Path:
    named = os.environ.get("GIAOBAN_BIN")
    candidates = [Path(named)] if named else [ROOT / "target" / kind / "giaoban" for kind in ("debug", "release")]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise FileNotFoundError("giaoban is not built: cargo build -p giaoban-server, or set GIAOBAN_BIN")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`giaoban demo` in a directory of its own."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="giaoban-interop-"))
        http, media = free_port(), free_port()
        self.base = f"http://127.0.0.1:{http}"
        self.log_file = self.folder / "server.log"
        environment = os.environ | {
            "GIAOBAN_HTTP__LISTEN": f"127.0.0.1:{http}",
            # GStreamer gathers no loopback candidates: it reaches us from another local address.
            "GIAOBAN_MEDIA__LISTEN": f"0.0.0.0:{media}",
            "GIAOBAN_DATA__DIR": str(self.folder / "data"),
            "GIAOBAN_LOG__FORMAT": "json",
            # schemathesis asks as fast as it can, always with the same account.
            "GIAOBAN_LIMITS__REQUESTS_PER_MINUTE": "1000000",
        }
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [giaoban(), "demo"], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended at once:\n{self.log()}")
            try:
                call("GET", f"{self.base}/readyz")
                return
            except (OSError, Refused):
                time.sleep(0.05)
        raise RuntimeError(f"the server is not ready:\n{self.log()}")

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def api(self, method: str, path: str, token: str, body: object = None):
        data = None if body is None else json.dumps(body).encode()
        _, _, text = call(method, f"{self.base}/api/v1{path}", token, data)
        return json.loads(text) if text else None

    def sign_in(self, username: str) -> str:
        body = json.dumps({"username": username, "password": PASSWORD}).encode()
        _, _, text = call("POST", f"{self.base}/api/v1/auth/login", None, body)
        return json.loads(text)["token"]

    def live_briefing(self, token: str) -> str:
        return self.api("GET", "/briefings?state=in_session", token)["items"][0]["id"]

    def join(self, username: str) -> Joined:
        token = self.sign_in(username)
        answer = self.api("POST", f"/briefings/{self.live_briefing(token)}/join", token, {})
        return Joined(answer["join_token"], self.absolute(answer["whip_url"]), self.absolute(answer["whep_url"]))

    def watch_link(self, max_watchers: int) -> Joined:
        """A secretary's link; its token stands where a join token does."""
        token = self.sign_in("thuky")
        briefing = self.live_briefing(token)
        link = self.api("POST", f"/briefings/{briefing}/watch-links", token, {"max_watchers": max_watchers})
        return Joined(link["watch_token"], "", f"{self.base}/whep/{briefing}")

    def absolute(self, url: str) -> str:
        return url if url.startswith("http") else self.base + url

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        finally:
            self.process.kill()
            log = self.log()
            shutil.rmtree(self.folder, ignore_errors=True)
        errors = [line for line in log.splitlines() if '"level":"ERROR"' in line or " panicked at " in line]
        assert not errors, "the server logged errors:\n" + "\n".join(errors)


@pytest.fixture
def server():
    running = Server()
    yield running
    running.stop()


def pytest_terminal_summary(terminalreporter, exitstatus):
    passed = len(terminalreporter.stats.get("passed", []))
    failed = len(terminalreporter.stats.get("failed", [])) + len(terminalreporter.stats.get("error", []))
    terminalreporter.write_line(f"interop: {passed} passed, {failed} failed (aiortc, GStreamer)")
