"""Lets visitors come to the chat room of the example, in place of a web server, and prints what they hear."""

import asyncio
import json
import sys

from asgiref.testing import ApplicationCommunicator

sys.path.insert(0, sys.argv[1])
import chat  # noqa: E402, its folder must be known first

PATIENCE = 30

# channels_redis now and then misses that a consumer is to end while it waits for the server for all consumers of the
# process; waiting for that again ends it.
BRIEFLY = 1


class Visitor(ApplicationCommunicator):
    """A browser's connection to the room."""

    def __init__(self):
        super().__init__(chat.application, {"type": "websocket", "path": "/room", "headers": [], "query_string": b""})

    async def come(self):
        await self.send_input({"type": "websocket.connect"})
        return await self.receive_output(PATIENCE)

    async def say(self, text):
        await self.send_input({"type": "websocket.receive", "text": json.dumps({"text": text})})

    async def hear(self):
        return json.loads((await self.receive_output(PATIENCE))["text"])

    async def go(self):
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(BRIEFLY)


async def main():
    page = ApplicationCommunicator(
        chat.application, {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    )
    await page.send_input({"type": "http.request", "body": b""})
    print("page", (await page.receive_output(PATIENCE))["status"])
    visitors = [Visitor(), Visitor()]
    for visitor in visitors:
        print((await visitor.come())["type"])
    for speaker, text, messages in [(visitors[0], "hello", 1), (visitors[1], "/roll", 2)]:
        await speaker.say(text)
        for number, listener in enumerate(visitors):
            for _ in range(messages):
                heard = await listener.hear()
                print(number, heard["from"] + ":", heard["text"], flush=True)
    for visitor in visitors:
        await visitor.go()


asyncio.run(main())
