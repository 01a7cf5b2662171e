"""Takes the steps of channels_rabbitmq, without being it, as the comparison asks: one command, one answer a line.

An exclusive inbox with a capacity and an expiry, an exchange for groups, a confirmation for each message that is sent,
an acknowledgement for each that is received, msgpack, and no more than that: no checks of names, no reconnecting. The
argument says over which client: aiormq, or bare frames, which is about as fast as Python can be.
"""

import asyncio
import random
import string
import struct
import sys
import time
from urllib.parse import unquote, urlsplit

import aiormq
import msgpack
from pamqp import body, commands, frame, header

MESSAGE = {"text": "x" * 64}
TOGETHER = 64
CAPACITY = 100
EXPIRY_MILLIS = 60_000

INBOX, DIRECT, GROUPS = 1, 2, 3
"""The channels: what is received, what is sent to inboxes, and to groups."""


class AiormqConnection:
    """Speaks with the broker over aiormq."""

    def __init__(self, on_arrival):
        self.on_arrival = on_arrival

    async def open(self, uri, inbox, exchange, arguments):
        connection = await aiormq.connect(uri)
        self.inbox = await connection.channel()
        await self.inbox.exchange_declare(exchange, exchange_type="direct")
        await self.inbox.queue_declare(inbox, exclusive=True, arguments=arguments)
        await self.inbox.basic_qos(prefetch_count=CAPACITY)
        await self.inbox.basic_consume(inbox, self.arrived, no_ack=False)
        self.publishing = {kind: await connection.channel(publisher_confirms=True) for kind in (DIRECT, GROUPS)}

    async def arrived(self, delivered):
        self.on_arrival(delivered.body, delivered.delivery_tag)

    async def bind(self, inbox, exchange, key):
        await self.inbox.queue_bind(inbox, exchange, routing_key=key)

    async def publish(self, channel, exchange, key, payload):
        await self.publishing[channel].basic_publish(payload, exchange=exchange, routing_key=key)

    async def acknowledge(self, tag):
        await self.inbox.basic_ack(tag, wait=False)


class BareConnection(asyncio.Protocol):
    """Speaks with the broker: asks one question at a time, publishes with confirmations, and hands over what arrives."""

    def __init__(self, on_arrival):
        self.on_arrival = on_arrival
        self.answers = asyncio.Queue()
        self.unconfirmed = {DIRECT: {}, GROUPS: {}}
        self.published = {DIRECT: 0, GROUPS: 0}
        self.received = b""
        self.delivery = None

    def connection_made(self, transport):
        self.transport = transport
        transport.write(frame.marshal(header.ProtocolHeader(), 0))

    def data_received(self, data):
        self.received += data
        start = 0
        while len(self.received) >= start + 8:
            end = start + 8 + struct.unpack_from(">I", self.received, start + 3)[0]
            if len(self.received) < end:
                break
            _, channel, part = frame.unmarshal(self.received[start:end])
            self.arrived(channel, part)
            start = end
        self.received = self.received[start:]

    def arrived(self, channel, part):
        if isinstance(part, commands.Basic.Deliver):
            self.delivery = part.delivery_tag
        elif isinstance(part, body.ContentBody):
            self.on_arrival(part.value, self.delivery)
        elif isinstance(part, (commands.Basic.Ack, commands.Basic.Nack)):
            self.confirm(self.unconfirmed[channel], part)
        elif not isinstance(part, header.ContentHeader):
            self.answers.put_nowait(part)

    @staticmethod
    def confirm(unconfirmed, part):
        tags = [tag for tag in unconfirmed if tag <= part.delivery_tag] if part.multiple else [part.delivery_tag]
        for tag in tags:
            sent = unconfirmed.pop(tag)
            if isinstance(part, commands.Basic.Ack):
                sent.set_result(None)
            else:
                sent.set_exception(RuntimeError("a queue is full"))

    def write(self, channel, *parts):
        self.transport.write(b"".join(frame.marshal(part, channel) for part in parts))

    async def ask(self, channel, question):
        self.write(channel, question)
        return await self.answers.get()

    async def open(self, uri, inbox, exchange, arguments):
        where = urlsplit(uri)
        await asyncio.get_running_loop().create_connection(lambda: self, where.hostname, where.port or 5672)
        await self.answers.get()
        login = "\0%s\0%s" % (unquote(where.username or "guest"), unquote(where.password or "guest"))
        await self.ask(0, commands.Connection.StartOk({}, "PLAIN", login, "en_US"))
        self.write(0, commands.Connection.TuneOk(2047, 131072, 0))
        await self.ask(0, commands.Connection.Open(unquote(where.path[1:]) or "/"))
        for channel in (INBOX, DIRECT, GROUPS):
            await self.ask(channel, commands.Channel.Open())
        for channel in (DIRECT, GROUPS):
            await self.ask(channel, commands.Confirm.Select())
        await self.ask(INBOX, commands.Exchange.Declare(exchange=exchange, exchange_type="direct"))
        await self.ask(INBOX, commands.Queue.Declare(queue=inbox, exclusive=True, arguments=arguments))
        await self.ask(INBOX, commands.Basic.Qos(prefetch_count=CAPACITY))
        await self.ask(INBOX, commands.Basic.Consume(queue=inbox))

    async def bind(self, inbox, exchange, key):
        await self.ask(INBOX, commands.Queue.Bind(queue=inbox, exchange=exchange, routing_key=key))

    async def publish(self, channel, exchange, key, payload):
        self.published[channel] += 1
        confirmed = asyncio.get_running_loop().create_future()
        self.unconfirmed[channel][self.published[channel]] = confirmed
        self.write(
            channel,
            commands.Basic.Publish(exchange=exchange, routing_key=key),
            header.ContentHeader(body_size=len(payload)),
            body.ContentBody(payload),
        )
        await confirmed

    async def acknowledge(self, tag):
        self.write(INBOX, commands.Basic.Ack(tag))


CLIENTS = {"aiormq": AiormqConnection, "bare": BareConnection}


class Layer:
    @classmethod
    async def open(cls, uri, groups_exchange):
        self = cls()
        self.groups_exchange = groups_exchange
        self.inbox = "channels_" + "".join(random.choices(string.ascii_letters, k=12))
        self.groups = set()
        self.waiting = {}
        self.connection = CLIENTS[sys.argv[1]](self.arrive)
        arguments = {"x-max-length": CAPACITY, "x-message-ttl": EXPIRY_MILLIS, "x-overflow": "reject-publish"}
        await self.connection.open(uri, self.inbox, groups_exchange, arguments)
        return self

    def queue(self, channel):
        return self.waiting.setdefault(channel, asyncio.Queue())

    def arrive(self, payload, tag):
        message = msgpack.unpackb(payload)
        group = message.pop("__asgi_group__", None)
        channels = [message.pop("__asgi_channel__")] if group is None else list(self.groups)
        for channel in channels:
            self.queue(channel).put_nowait((message, tag))

    async def send(self, channel, message):
        payload = msgpack.packb({**message, "__asgi_channel__": channel})
        await self.connection.publish(DIRECT, "", channel.split("!")[0], payload)

    async def group_add(self, group, channel):
        self.groups.add(channel)
        await self.connection.bind(self.inbox, self.groups_exchange, group)

    async def group_send(self, group, message):
        payload = msgpack.packb({**message, "__asgi_group__": group})
        await self.connection.publish(GROUPS, self.groups_exchange, group, payload)

    async def receive(self, channel):
        message, tag = await self.queue(channel).get()
        await self.connection.acknowledge(tag)
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
