"""Hooks of schemathesis: most requests name something that is there, so that they get past `not_found`.

What is replaced is decided by the request itself, so a seed gives the same requests again."""

import json
import os
import zlib
from datetime import datetime, timedelta, timezone

import schemathesis

KNOWN: dict[str, list[str]] = json.loads(os.environ.get("GIAOBAN_KNOWN", "{}"))
FIELDS = {
    "host_unit": "unit",
    "unit_code": "unit",
    "chair_id": "account",
    "secretary_id": "account",
    "deputy_id": "account",
    "account_id": "account",
    "point_id": "point",
    "parent_id": "briefing",
}


@schemathesis.hook
def before_call(context, case, kwargs):
    number = zlib.crc32(repr((case.operation.label, case.path_parameters, case.query, case.body)).encode())
    if number % 4 == 0:
        return
    path = case.operation.path
    for name, value in (case.path_parameters or {}).items():
        kind = next((kind for kind in ("briefing", "managed-account", "point", "unit") if f"/{kind}s/{{{name}}}" in path), None)
        case.path_parameters[name] = choose(kind, number, value)
    fill(case.body, number)


def choose(kind: str | None, number: int, otherwise):
    names = KNOWN.get(kind or "")
    return names[number % len(names)] if names else otherwise


def fill(body, number: int):
    """Names of things that exist in place of invented ones, and times that can be planned."""
    if isinstance(body, list):
        for item in body:
            fill(item, number)
    if not isinstance(body, dict):
        return
    for name, value in body.items():
        if name in FIELDS and isinstance(value, str):
            body[name] = choose(FIELDS[name], number, value)
        else:
            fill(value, number)
    if isinstance(body.get("starts_at"), str) and isinstance(body.get("ends_at"), str):
        start = datetime.now(timezone.utc) + timedelta(days=1 + number % 30)
        body["starts_at"] = start.isoformat()
        body["ends_at"] = (start + timedelta(hours=1 + number % 3)).isoformat()
        if number % 5:
            body["parent_id"] = body["repeat"] = None
        if "revision" in body:
            body["revision"] = 1 + number % 3
