"""REST as its own description has it: schemathesis asks for everything that the description allows, and much that it does
not. Whatever comes back is declared there: status, content type, shape. Nothing is answered with a server error."""

import json
import os
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

HERE = Path(__file__).resolve().parent
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "ignored_auth",
]
SEED = 20261124
SIGNING = "^/api/v1/auth/log(in|out)"


def known(server, token: str) -> dict[str, list[str]]:
    """Ids that exist, so that requests get past `not_found`."""

    def column(path: str, name: str) -> list[str]:
        return [item[name] for item in server.api("GET", path, token)["items"]]

    # Of somebody whom nobody misses: it gets locked, and other passwords.
    draft = {"username": f"rest.{uuid4().hex}", "display_name": "Sùng A Lử", "unit_code": "15", "role": "delegate"}
    made = server.api("POST", "/managed-accounts", server.sign_in("quantri"), draft)
    return {
        "managed-account": [made["account"]["id"]],
        "briefing": column("/briefings", "id"),
        "point": column("/points?limit=20", "id"),
        "unit": column("/units?limit=20", "code") + ["01", "15"],
        "account": [server.api("GET", "/auth/me", server.sign_in(who))["id"] for who in ("chutri", "thuky", "tinh1")],
    }


def drive(server, token: str, names: dict[str, list[str]], *options: str) -> None:
    command = [
        *(Path(sys.executable).parent / "schemathesis", "run", f"{server.base}/api/v1/openapi.json"),
        *("--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"),
        *("--max-examples", os.environ.get("GIAOBAN_API_EXAMPLES", "25"), "--seed", str(SEED)),
        *("--header", f"Authorization: Bearer {token}", "--generation-database", "none"),
        *("--generation-with-security-parameters", "false", "--suppress-health-check", "all", "--warnings", "off", "--continue-on-failure", "--no-color", *options),
    ]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "rest_hooks",
        "PYTHONPATH": str(HERE),
        "GIAOBAN_KNOWN": json.dumps(names),
    }
    done = subprocess.run(command, env=environment, cwd=server.folder, capture_output=True, text=True, timeout=600)
    print(done.stdout[-400:] if done.returncode == 0 else done.stdout)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("username", ["quantri", "thuky", "tinh1.xa1"])
def test_rest_answers_only_what_it_declares(server, username):
    token = server.sign_in(username)
    names = known(server, server.sign_in("thuky"))
    drive(server, token, names, "--exclude-path-regex", SIGNING)


def test_signing_in_and_out_answers_only_what_it_declares(server):
    # A sign-in of its own: what it asks for first ends it.
    drive(server, server.sign_in("tinh2"), {}, "--include-path-regex", SIGNING, "--exclude-checks", "ignored_auth")
