package dev.towpath.shm.store;

import dev.towpath.shm.memory.Fuse;
import dev.towpath.shm.structure.BlockArena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Lists every operation on a region, public or not, each in a setting in which it does all that it can. */
final class Deeds {

    /** A channel at which somebody waits for a message, and for room. */
    static final String WAITED_AT = "waited";

    static final int SHORT = 200;
    static final int LONG = 150_000; // parts of 64, 64 and 32 KiB
    static final Deed.Act NOTHING = (ground, tenant) -> {};

    private Deeds() {}

    static List<Deed> all() {
        return Stream.of(
                        sends(),
                        sendsInNeed(),
                        runs(),
                        GroupDeeds.sends(),
                        receptions(),
                        waits(),
                        chores(),
                        GroupDeeds.changes(),
                        ends())
                .flatMap(List::stream)
                .toList();
    }

    /** Finds an operation by its name. */
    static Deed named(String name) {
        return all().stream()
                .filter(deed -> deed.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<Deed> sends() {
        List<Deed> deeds = new ArrayList<>();
        for (int sizeClass = 0; sizeClass < BlockArena.SIZE_CLASSES; sizeClass++) {
            deeds.add(send("send of " + BlockArena.blockBytes(sizeClass) + " bytes", BlockArena.blockBytes(sizeClass)));
        }
        deeds.add(send("send of three parts", LONG));
        deeds.add(Deed.of(
                "send to a new channel",
                NOTHING,
                (ground, tenant) -> tenant.send("new", 1, SHORT),
                Effect.of(contents -> contents.sent("new", 1))));
        deeds.add(Deed.of(
                "send to a process channel",
                (ground, other) -> cut(other),
                (ground, tenant) -> tenant.send("process!local", 1, LONG),
                Effect.of(contents -> contents.sent("process!", 1))));
        deeds.add(Deed.of(
                "send to somebody who waits",
                (ground, other) -> other.waitAt(WAITED_AT),
                (ground, tenant) -> tenant.send(WAITED_AT, 1, SHORT),
                Effect.of(contents -> contents.sent(WAITED_AT, 1))));
        return deeds;
    }

    /** To a channel that exists, into slabs that are cut as it needs. */
    private static Deed send(String name, int length) {
        Deed.Act before = (ground, other) -> {
            other.send("c", 1, length);
            other.receive("c");
            other.send("c", 2, SHORT);
        };
        return Deed.of(
                name,
                before,
                (ground, tenant) -> tenant.send("c", 3, length),
                Effect.of(contents -> contents.sent("c", 3)));
    }

    private static List<Deed> sendsInNeed() {
        return List.of(
                Deed.of(
                        "refused send",
                        (ground, other) -> other.sendAll("c", 2, 2),
                        (ground, tenant) -> tenant.send("c", 3, SHORT, 2),
                        Effect.none()),
                Deed.of(
                        "send in the place of expired messages",
                        (ground, other) -> {
                            other.send("c", 1, LONG);
                            other.send("c", 2, SHORT);
                            ground.pass(Ground.EXPIRY_MILLIS);
                        },
                        (ground, tenant) -> tenant.send("c", 3, SHORT, 2),
                        Effect.of(contents -> contents.sent("c", 3))),
                Deed.of(
                                "send into memory full of expired messages",
                                (ground, other) -> {
                                    fill(other);
                                    ground.pass(Ground.EXPIRY_MILLIS);
                                },
                                (ground, tenant) -> tenant.send("c", 1, SHORT),
                                Effect.of(contents -> contents.sent("c", 1)))
                        .withManyWrites(),
                Deed.of(
                        "send with the block of an unused channel",
                        (ground, other) -> {
                            other.send("c", 9, SHORT);
                            fill(other);
                            IntStream.range(0, 2).forEach(i -> other.receive("short"));
                            other.channel("reply?unused");
                            other.channel("unused");
                        },
                        (ground, tenant) -> {
                            tenant.send("c", 1, SHORT);
                            tenant.send("c", 2, SHORT);
                            tenant.send("c", 3, SHORT); // there is no room for this one
                        },
                        Effect.of(contents -> contents.sent("c", 1), contents -> contents.sent("c", 1, 2))),
                Deed.of(
                                "send that cuts a slab into larger blocks",
                                (ground, other) -> other.channel("c"),
                                (ground, tenant) -> tenant.send("c", 1, 10_000),
                                Effect.of(contents -> contents.sent("c", 1)))
                        .withManyWrites(),
                Deed.of(
                                "send that cuts a slab into smaller blocks",
                                (ground, other) -> {
                                    other.send("other", 1, 2 << 16);
                                    other.send("c", 1, 10_000);
                                    other.receive("c");
                                },
                                (ground, tenant) -> tenant.send("c", 1, 1_000),
                                Effect.of(contents -> contents.sent("c", 1)))
                        .withManyWrites());
    }

    /** Fills the message memory to the last block. */
    private static void fill(Tenant tenant) {
        for (int number = 1; tenant.send("long", number, 1 << 16); number++) {}
        for (int number = 1; tenant.send("short", number, SHORT); number++) {}
    }

    /** Cuts slabs for long messages, which costs hundreds of writes, beforehand. */
    static void cut(Tenant tenant) {
        tenant.send("cut", 1, LONG);
        tenant.receive("cut");
    }

    private static List<Deed> runs() {
        return List.of(
                Deed.of(
                        "run of five",
                        NOTHING,
                        (ground, tenant) -> tenant.sendAll("c", 5, Tenant.CAPACITY),
                        Effect.of(contents -> contents.sent("c", upTo(5)))),
                Deed.of(
                        "run of five with room for three",
                        (ground, other) -> other.send("c", 9, SHORT),
                        (ground, tenant) -> tenant.sendAll("c", 5, 4),
                        Effect.of(contents -> contents.sent("c", upTo(3)))),
                Deed.of(
                                "run of two steps",
                                NOTHING,
                                (ground, tenant) -> tenant.sendAll("c", 66, Tenant.CAPACITY),
                                Effect.of(
                                        contents -> contents.sent("c", upTo(64)),
                                        contents -> contents.sent("c", upTo(66))))
                        .withManyWrites());
    }

    private static int[] upTo(int count) {
        return IntStream.rangeClosed(1, count).toArray();
    }

    private static List<Deed> receptions() {
        Effect takeOne = Effect.of(contents -> contents.taken("c", 1));
        Deed.Act receive = (ground, tenant) -> tenant.receive("c");
        Deed.Act shared = (ground, other) -> {
            other.add("g", "c");
            other.add("g", "d");
            other.sendToGroup("g", 1, LONG);
        };
        return List.of(
                Deed.of("reception", (ground, other) -> other.sendAll("c", 3, 3), receive, takeOne),
                Deed.of("reception of a long message", (ground, other) -> other.send("c", 1, LONG), receive, takeOne),
                Deed.of("reception of a shared message", shared, receive, takeOne),
                Deed.of(
                        "reception of the last shared message",
                        (ground, other) -> {
                            shared.run(ground, other);
                            other.receive("d");
                        },
                        receive,
                        takeOne),
                Deed.of(
                        "reception behind expired messages",
                        (ground, other) -> {
                            other.send("c", 1, SHORT);
                            shared.run(ground, other);
                            ground.pass(Ground.EXPIRY_MILLIS);
                            other.send("c", 3, SHORT);
                            other.send("c", 4, SHORT);
                        },
                        receive,
                        takeOne),
                Deed.of(
                        "reception for which somebody waits",
                        (ground, other) -> {
                            other.send(WAITED_AT, 1, SHORT);
                            other.waitAt(WAITED_AT);
                        },
                        (ground, tenant) -> tenant.receive(WAITED_AT),
                        Effect.of(contents -> contents.taken(WAITED_AT, 1))),
                Deed.of(
                        "draining",
                        (ground, other) -> {
                            List.of("c", "d").forEach(member -> other.add("g", member));
                            other.sendToGroup("g", 6, 1_000);
                            other.sendAll("c", 5, Tenant.CAPACITY);
                        },
                        (ground, tenant) -> tenant.drain("c", 4),
                        Effect.of(contents -> contents.taken("c", 4))));
    }

    private static List<Deed> waits() {
        return List.of(
                Deed.of(
                        "waiting at three channels",
                        (ground, other) -> other.send("c", 1, SHORT),
                        (ground, tenant) -> tenant.await("new", "c", "d"),
                        Effect.of(contents -> contents.taken("c", 1))),
                Deed.of(
                        "waiting in vain",
                        (ground, other) -> other.channel("c"),
                        (ground, tenant) -> tenant.await("c", "new"),
                        Effect.none()),
                Deed.of(
                        "waiting for room in vain",
                        (ground, other) -> other.sendAll("c", 2, 2),
                        (ground, tenant) -> tenant.awaitRoom("c", 3, 2),
                        Effect.none()));
    }

    private static List<Deed> chores() {
        Deed.Act keepHouse =
                (ground, tenant) -> tenant.operations().housekeeper().work();
        Deed.Act expired = (ground, other) -> {
            other.add("g", "c");
            other.add("g", "process!local");
            other.sendToGroup("g", 1, LONG);
            other.sendAll("d", 3, 3);
            ground.pass(Ground.EXPIRY_MILLIS);
        };
        return List.of(
                Deed.of("expiry", expired, keepHouse, Effect.none()),
                Deed.of("expiry with eviction", expired, keepHouse, Effect.piecewise(contents -> contents.left("g/c")
                                .left("g/process!local")))
                        .withEviction(),
                Deed.of(
                                "reception with eviction",
                                expired,
                                (ground, tenant) -> tenant.receive("c"),
                                Effect.of(contents -> contents.left("g/c")))
                        .withEviction(),
                Deed.of(
                        "deletion of unused channels",
                        (ground, other) -> {
                            other.channel("reply?unused");
                            other.channel("unused");
                            other.waitAt("unused");
                        },
                        (ground, tenant) -> {
                            keepHouse.run(ground, tenant);
                            ground.pass(Ground.EXPIRY_MILLIS);
                            keepHouse.run(ground, tenant);
                        },
                        Effect.none()),
                Deed.of(
                        "pruning",
                        (ground, other) -> {
                            IntStream.range(0, 3).forEach(i -> other.add("old", "m" + i));
                            ground.pass(Ground.GROUP_EXPIRY_MILLIS);
                            IntStream.range(0, 4).forEach(i -> other.add("g", "m" + i));
                            other.discard("g", "m0");
                            other.discard("g", "m2");
                        },
                        keepHouse,
                        Effect.none()));
    }

    private static List<Deed> ends() {
        return List.of(
                Deed.of(
                        "clearing",
                        (ground, other) -> {
                            List.of("c", "d").forEach(member -> other.add("g", member));
                            other.sendToGroup("g", 1, LONG);
                            other.sendAll("c", 3, Tenant.CAPACITY);
                            other.add("h", "c");
                        },
                        (ground, tenant) -> tenant.operations().clear(),
                        Effect.piecewise(contents -> Contents.NOTHING)),
                Deed.of(
                        "joining",
                        (ground, other) -> ground.tenant(CrashTrial.VICTIM).leave(),
                        (ground, tenant) -> tenant.join(),
                        Effect.none()),
                Deed.of(
                        "closing in the middle of a group send",
                        (ground, other) -> dieInGroupSend(ground, other, CrashTrial.VICTIM),
                        (ground, tenant) -> tenant.recover(CrashTrial.VICTIM),
                        Effect.none()),
                Deed.of(
                        "recovery of one who died in a group send",
                        (ground, other) -> dieInGroupSend(ground, other, CrashTrial.CORPSE),
                        (ground, tenant) -> tenant.recover(CrashTrial.CORPSE),
                        Effect.none()));
    }

    private static void dieInGroupSend(Ground ground, Tenant other, int slot) {
        cut(other);
        List.of("c", "d", "e").forEach(member -> other.add("g", member));
        Fuse fuse = Fuse.before(60);
        ground.tenant(slot).join();
        Tenant dying = ground.tenant(slot, false, fuse);
        if (fuse.survives(() -> dying.sendToGroup("g", 1, LONG))) {
            throw new AssertionError("a group send makes fewer writes than that");
        }
    }
}
