"""HTTP as a program speaks it, and what it gets for taking part."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass


class Refused(Exception):
    """The server said no; carries the status and the problem's code."""

    def __init__(self, status: int, body: str):
        super().__init__(f"{status}: {body}")
        self.status = status
        try:
            self.code = json.loads(body).get("code")
        except ValueError:
            self.code = None


def call(method: str, url: str, token: str | None = None, body: bytes | None = None, kind: str = "application/json"):
    """One HTTP request. Gives (status, headers, text); raises `Refused` for anything but success."""
    request = urllib.request.Request(url, data=body, method=method)
    if body is not None:
        request.add_header("Content-Type", kind)
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        raise Refused(error.code, error.read().decode()) from None


@dataclass
class Joined:
    """What a program gets for taking part: the join token is all that it needs further on."""

    token: str
    whip: str
    whep: str
