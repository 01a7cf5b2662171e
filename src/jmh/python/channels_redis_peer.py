"""Does with channels_redis what the comparison asks for: one command a line, one answer a line, as its JVMs do."""

import asyncio
import resource
import sys
import time

from channels_redis.core import RedisChannelLayer
from redis import asyncio as aioredis

MESSAGE = {"text": "x" * 64}
BATCH = 64
TURNS = 100


async def messages(layer, millis):
    """Messages a second, each sent and received before the next."""
    count = 0
    begin = time.monotonic()
    while time.monotonic() - begin < millis / 1000:
        await layer.send("channel", MESSAGE)
        await layer.receive("channel")
        count += 1
    return count / (time.monotonic() - begin)


async def batches(layer, millis):
    """Messages a second, 64 sent at once, then received."""
    count = 0
    begin = time.monotonic()
    while time.monotonic() - begin < millis / 1000:
        await asyncio.gather(*(layer.send("channel", MESSAGE) for _ in range(BATCH)))
        for _ in range(BATCH):
            await layer.receive("channel")
        count += BATCH
    return count / (time.monotonic() - begin)


async def sends_to_group(layer, members, is_read):
    """Milliseconds to send to a group, whose members read each message or none: the median."""
    names = ["member%d" % i for i in range(members)]
    for name in names:
        await layer.group_add("group", name)
    # Emptied by deleting them, which is quick; reading a message is timed above.
    async with aioredis.Redis.from_url(layer.hosts[0]["address"]) as server:
        queues = [layer.prefix + name for name in names]
        await server.delete(*queues)
        times = []
        for _ in range(TURNS):
            begin = time.monotonic()
            await layer.group_send("group", MESSAGE)
            times.append((time.monotonic() - begin) * 1000)
            if is_read and await server.delete(*queues) != members:
                raise RuntimeError("not all members were reached")
    return sorted(times)[TURNS // 2]


async def group(layer, members):
    return await sends_to_group(layer, members, True)


async def crowd(layer, members):
    return await sends_to_group(layer, members, False)


waiting = []


async def wait(layer, count):
    """Lets so many tasks wait, each at a channel of its own."""
    waiting.extend(asyncio.create_task(layer.receive("waiting%d" % i)) for i in range(count))
    await asyncio.sleep(10)
    broken = [task for task in waiting if task.done()]
    if broken:
        raise RuntimeError("%d of %d do not wait: %s" % (len(broken), count, broken[0].exception()))
    return 0


def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def processor(layer, millis):
    """Percent of a core that this process uses."""
    before = used()
    begin = time.monotonic()
    await asyncio.sleep(millis / 1000)
    return (used() - before) * 100 / (time.monotonic() - begin)


COMMANDS = {"messages": messages, "batches": batches, "group": group, "crowd": crowd, "wait": wait, "processor": processor}


async def main():
    loop = asyncio.get_running_loop()
    layer = None
    while True:
        words = (await loop.run_in_executor(None, sys.stdin.readline)).split()
        if not words:
            break
        try:
            if words[0] == "open":
                layer = RedisChannelLayer(hosts=[words[1]], prefix=words[2], capacity=1_000_000)
                answer = "ok "
            else:
                answer = "ok %r" % await COMMANDS[words[0]](layer, int(words[1]))
        except Exception as e:  # the comparison notes it
            answer = "error %s %s" % (type(e).__name__, str(e).replace("\n", " "))
        print("» " + answer, flush=True)


asyncio.run(main())
