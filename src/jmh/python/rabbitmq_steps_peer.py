"""Takes the steps of channels_rabbitmq, without being it, as the comparison asks: one command, one answer a line.

An exclusive inbox with a capacity and an expiry, an exchange for groups, a confirmation for each message that is sent,
an acknowledgement for each that is received, msgpack, and no more than that: no checks of names, no reconnecting.
"""

import asyncio
import random
import string
import sys
import time

import aiormq
import msgpack

MESSAGE = {"text": "x" * 64}
TOGETHER = 64
CAPACITY = 100
EXPIRY_MILLIS = 60_000


class Layer:
    @classmethod
    async def open(cls, uri, groups_exchange):
        self = cls()
        self.groups_exchange = groups_exchange
        self.inbox = "channels_" + "".join(random.choices(string.ascii_letters, k=12))
        self.groups = set()
        self.arrived = {}
        self.connection = await aiormq.connect(uri)
        first = await self.connection.channel()
        await first.exchange_declare(groups_exchange, exchange_type="direct")
        try:
            await first.queue_declare(self.inbox, passive=True)
        except aiormq.exceptions.ChannelNotFoundEntity:
            pass
        self.consuming = await self.connection.channel()
        arguments = {"x-max-length": CAPACITY, "x-message-ttl": EXPIRY_MILLIS, "x-overflow": "reject-publish"}
        await self.consuming.queue_declare(self.inbox, exclusive=True, arguments=arguments)
        await self.consuming.basic_qos(prefetch_count=CAPACITY)
        await self.consuming.basic_consume(self.inbox, self.arrive, no_ack=False)
        self.direct = await self.connection.channel(publisher_confirms=True)
        self.to_groups = await self.connection.channel(publisher_confirms=True)
        return self

    def queue(self, channel):
        return self.arrived.setdefault(channel, asyncio.Queue())

    async def arrive(self, delivered):
        message = msgpack.unpackb(delivered.body)
        group = message.pop("__asgi_group__", None)
        channels = [message.pop("__asgi_channel__")] if group is None else list(self.groups)
        for channel in channels:
            self.queue(channel).put_nowait((message, delivered.delivery_tag))

    async def send(self, channel, message):
        body = msgpack.packb({**message, "__asgi_channel__": channel})
        await self.direct.basic_publish(body, routing_key=channel.split("!")[0])

    async def group_add(self, group, channel):
        self.groups.add(channel)
        await self.consuming.queue_bind(self.inbox, self.groups_exchange, routing_key=group)

    async def group_send(self, group, message):
        body = msgpack.packb({**message, "__asgi_group__": group})
        await self.to_groups.basic_publish(body, exchange=self.groups_exchange, routing_key=group)

    async def receive(self, channel):
        message, tag = await self.queue(channel).get()
        await self.consuming.basic_ack(tag, wait=False)
        if message != MESSAGE:
            raise RuntimeError("another message: %r" % message)


async def repeat(millis, count, step):
    """Messages a second, if each step is for so many."""
    done = 0
    begin = time.monotonic()
    while time.monotonic() - begin < millis / 1000:
        await step()
        done += count
    return done / (time.monotonic() - begin)


async def messages(layer, millis):
    channel = layer.inbox + "!messages"

    async def step():
        await layer.send(channel, MESSAGE)
        await layer.receive(channel)

    return await repeat(millis, 1, step)


async def together(layer, millis):
    channel = layer.inbox + "!together"

    async def step():
        await asyncio.gather(*(layer.send(channel, MESSAGE) for _ in range(TOGETHER)))
        for _ in range(TOGETHER):
            await layer.receive(channel)

    return await repeat(millis, TOGETHER, step)


async def group(layer, millis):
    channel = layer.inbox + "!group"
    await layer.group_add("group", channel)

    async def step():
        await layer.group_send("group", MESSAGE)
        await layer.receive(channel)

    return await repeat(millis, 1, step)


COMMANDS = {"messages": messages, "together": together, "group": group}


async def main():
    loop = asyncio.get_running_loop()
    layer = None
    while True:
        words = (await loop.run_in_executor(None, sys.stdin.readline)).split()
        if not words:
            break
        try:
            if words[0] == "open":
                layer = await Layer.open(words[1], words[2])
                answer = "ok "
            else:
                answer = "ok %r" % await COMMANDS[words[0]](layer, int(words[1]))
        except Exception as e:  # the comparison notes it
            answer = "error %s %s" % (type(e).__name__, str(e).replace("\n", " "))
        print("» " + answer, flush=True)


asyncio.run(main())
