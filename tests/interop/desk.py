"""A participant's desk: the WebSocket beside the media."""

import uuid

import aiohttp


class Desk:
    def __init__(self, server, joined):
        self.url = server.base.replace("http", "ws", 1) + "/api/v1/ws"
        self.token = joined.token
        self.seat = ""

    async def __aenter__(self):
        self.session = aiohttp.ClientSession()
        self.socket = await self.session.ws_connect(self.url)
        await self.socket.send_json({"type": "hello", "protocol": 1, "token": self.token, "client": "interop"})
        welcome = await self._next("welcome")
        self.seat = welcome["view"]["me"]["label"]["seat"]
        return self

    async def __aexit__(self, *_):
        await self.session.close()

    async def command(self, command: dict) -> None:
        """Sends a command; it must be carried out."""
        number = str(uuid.uuid4())
        await self.socket.send_json({"type": "command", "id": number, "command": command})
        while True:
            reply = await self._next("reply")
            if reply["id"] == number:
                assert reply["outcome"]["type"] == "done", reply
                return

    async def _next(self, kind: str) -> dict:
        while True:
            message = await self.socket.receive_json(timeout=10)
            if message["type"] == kind:
                return message
            assert message["type"] != "goodbye", message
