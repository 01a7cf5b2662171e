package dev.towpath.shm.store;

import java.util.List;
import java.util.stream.IntStream;

/** Lists the operations on groups: see {@link Deeds}. */
final class GroupDeeds {

    private static final long AGES = 2 * Ground.GROUP_EXPIRY_MILLIS;

    private GroupDeeds() {}

    static List<Deed> sends() {
        return List.of(
                send("short group send", 3, Deeds.SHORT),
                send("long group send", 3, Deeds.LONG),
                send("long group send to one member", 1, Deeds.LONG),
                send("long group send to more than 64", 66, 20_000).withManyWrites(),
                Deed.of(
                        "long group send past a full, an expired and a discarded member",
                        (ground, other) -> {
                            Deeds.cut(other);
                            other.add("g", "late");
                            ground.pass(Ground.GROUP_EXPIRY_MILLIS);
                            List.of("m1", Ground.NARROW, "gone", "m2").forEach(member -> other.add("g", member));
                            other.discard("g", "gone");
                            other.send(Ground.NARROW, 1, Deeds.SHORT);
                        },
                        (ground, tenant) -> tenant.sendToGroup("g", 5, 1_000),
                        Effect.piecewise(contents -> contents.sent("m1", 5).sent("m2", 5))));
    }

    private static Deed send(String name, int members, int length) {
        return Deed.of(
                name,
                (ground, other) -> {
                    Deeds.cut(other);
                    IntStream.range(0, members).forEach(i -> other.add("g", "m" + i));
                },
                (ground, tenant) -> tenant.sendToGroup("g", 5, length),
                Effect.piecewise(contents -> {
                    Contents after = contents;
                    for (int i = 0; i < members; i++) {
                        after = after.sent("m" + i, 5);
                    }
                    return after;
                }));
    }

    static List<Deed> changes() {
        Effect joins = Effect.of(contents -> contents.joined("g/m"));
        Deed.Act add = (ground, tenant) -> tenant.add("g", "m");
        return List.of(
                Deed.of("addition to a new group", Deeds.NOTHING, add, joins),
                Deed.of("addition", (ground, other) -> other.add("g", "other"), add, joins),
                Deed.of("addition of a member", add, add, Effect.none()),
                Deed.of(
                        "addition of an expired member",
                        (ground, other) -> {
                            other.add("g", "m");
                            ground.pass(AGES);
                        },
                        add,
                        joins),
                Deed.of(
                                "addition into memory full of expired memberships",
                                (ground, other) -> {
                                    for (int i = 0; other.add("full", "m" + i); i++) {}
                                    ground.pass(AGES);
                                },
                                add,
                                joins)
                        .withManyWrites(),
                Deed.of(
                        "discarding",
                        (ground, other) -> List.of("a", "m", "z").forEach(member -> other.add("g", member)),
                        (ground, tenant) -> tenant.discard("g", "m"),
                        Effect.of(contents -> contents.left("g/m"))),
                Deed.of(
                        "listing past expired and discarded members",
                        (ground, other) -> {
                            other.add("g", "old");
                            ground.pass(Ground.GROUP_EXPIRY_MILLIS);
                            List.of("a", "m", "z").forEach(member -> other.add("g", member));
                            other.discard("g", "m");
                        },
                        (ground, tenant) -> tenant.members("g"),
                        Effect.none()));
    }
}
