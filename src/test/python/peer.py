"""Does with the Redis layer of channels_redis what a Java test asks for.

Each line of the input and of the output is a map in MessagePack, in hexadecimal digits. A request names an operation
and its arguments; the answer to it has a "result" or an "error". Requests are carried out one after the other.
"""

import asyncio
import json
import random
import sys

import msgpack
from channels.exceptions import ChannelFull
from channels_redis.core import RedisChannelLayer



class JsonLayer(RedisChannelLayer):
    """Writes messages as channels_redis 4.2 and newer do with serializer_format="json"."""

    def __init__(self, random_prefix_length, **options):
        super().__init__(**options)
        self.random_prefix_length = random_prefix_length

    def serialize(self, message):
        value = json.dumps(message).encode("utf-8")
        if self.crypter:
            value = self.crypter.encrypt(value)
        length = self.random_prefix_length
        return random.getrandbits(8 * length).to_bytes(length, "big") + value

    def deserialize(self, message):
        value = message[self.random_prefix_length:]
        if self.crypter:
            value = self.crypter.decrypt(value, self.expiry + 10)
        return json.loads(value)


layers = {}


async def receive(layer, channel, timeout):
    try:
        return await asyncio.wait_for(layer.receive(channel), timeout)
    except asyncio.TimeoutError:
        return None


async def drain(layer, channel, timeout):
    """Receives until nothing comes any more."""
    messages = []
    message = await receive(layer, channel, timeout)
    while message is not None:
        messages.append(message)
        message = await receive(layer, channel, timeout)
    return messages


async def send(layer, channel, message):
    """Sends, and says whether there was room."""
    try:
        await layer.send(channel, message)
        return True
    except ChannelFull:
        return False


async def send_many(layer, channel, count, key):
    """Sends numbered messages, as fast as there is room for them."""
    for number in range(count):
        while not await send(layer, channel, {key: number}):
            await asyncio.sleep(0.01)


OPERATIONS = {
    "send": send,
    "send_many": send_many,
    "receive": receive,
    "drain": drain,
    "new_channel": lambda layer: layer.new_channel(),
    "group_add": lambda layer, group, channel: layer.group_add(group, channel),
    "group_discard": lambda layer, group, channel: layer.group_discard(group, channel),
    "group_send": lambda layer, group, message: layer.group_send(group, message),
    "flush": lambda layer: layer.flush(),
}


async def carry_out(request):
    operation = request.pop("operation")
    name = request.pop("layer")
    if operation == "open":
        kind = JsonLayer if request.pop("serializer_format", None) == "json" else RedisChannelLayer
        layers[name] = kind(**request)
        return None
    return await OPERATIONS[operation](layers[name], **request)


async def main():
    loop = asyncio.get_running_loop()
    while True:
        line = await loop.run_in_executor(None, sys.stdin.readline)
        if not line:
            break
        try:
            answer = {"result": await carry_out(msgpack.unpackb(bytes.fromhex(line)))}
        except Exception as e:  # the test is told, and decides
            answer = {"error": type(e).__name__ + ": " + str(e)}
        print(msgpack.packb(answer).hex(), flush=True)


asyncio.run(main())
