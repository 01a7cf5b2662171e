package dev.towpath.shm.store;

import dev.towpath.shm.memory.Fuse;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * An operation that stops in the middle, for longer than anybody waits.
 *
 * @param name what it does
 * @param setting what is there before
 * @param act what it does
 * @param drops whether it drops messages
 * @param cuts whether there is an empty slab, to be cut in ever other ways
 */
record Stall(String name, BiConsumer<Ground, Client> setting, Consumer<Client> act, boolean drops, boolean cuts) {

    private static final int SHORT = 200;
    private static final int LONG = 300;
    private static final BiConsumer<Ground, Client> NOTHING = (ground, client) -> {};
    private static final BiConsumer<Ground, Client> JOINED = (ground, client) -> client.add(Tally.UNCERTAIN);
    private static final BiConsumer<Ground, Client> SENDS = (ground, client) -> {
        client.send("c", SHORT);
        client.send("c", LONG);
    };
    private static final BiConsumer<Ground, Client> SHARES = (ground, client) -> {
        client.add("c");
        client.add("d");
        client.sendToGroup(List.of("c", "d"), LONG);
    };

    static List<Stall> all() {
        return List.of(
                of("send", SENDS, client -> client.send("c", SHORT)),
                of("send of parts", SENDS, client -> client.send("c", LONG)),
                of("send to a new channel", NOTHING, client -> client.send("w", SHORT)),
                of("reception", SENDS, client -> client.receive("c")),
                of("reception of a shared message", SHARES, client -> client.receive("c")),
                of("draining", SENDS, client -> client.drain("c")),
                of("waiting", SENDS, client -> client.await("c")),
                of(
                        "deletion of a channel",
                        (ground, client) -> client.tenant().channel("c"),
                        client -> client.delete("c")),
                of("short group send", SHARES, client -> client.sendToGroup(List.of("c", "d", "v"), SHORT)),
                of("long group send", SHARES, client -> client.sendToGroup(List.of("c", "d", "v"), LONG)),
                of("addition to a new group", NOTHING, client -> client.add(Tally.UNCERTAIN)),
                of("addition", SHARES, client -> client.add(Tally.UNCERTAIN)),
                of("addition of a member", JOINED, client -> client.add(Tally.UNCERTAIN)),
                of("discarding", JOINED, client -> client.discard(Tally.UNCERTAIN)),
                of("listing", SHARES, Client::list),
                of(
                        "pruning",
                        SHARES,
                        client -> client.tenant().operations().housekeeper().work()),
                new Stall(
                        "clearing",
                        SENDS,
                        client -> client.tenant().operations().clear(),
                        true,
                        false),
                new Stall("send that cuts a slab", NOTHING, client -> client.send("c", 1_000), false, true),
                of("recovery", Stall::dieInGroupSend, client -> client.tenant().recover(CrashTrial.CORPSE)));
    }

    private static Stall of(String name, BiConsumer<Ground, Client> setting, Consumer<Client> act) {
        return new Stall(name, setting, act, false, false);
    }

    private static void dieInGroupSend(Ground ground, Client client) {
        SHARES.accept(ground, client);
        Fuse fuse = Fuse.before(25);
        ground.tenant(CrashTrial.CORPSE).join();
        Client dying = new Client(ground.tenant(CrashTrial.CORPSE, false, fuse), client.tally(), true);
        client.tally().perhapsSent(List.of("c", "d"), Tally.STALLED + 1);
        if (fuse.survives(() -> dying.sendToGroup(List.of("c", "d"), LONG))) {
            throw new AssertionError("a group send makes fewer writes than that");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
