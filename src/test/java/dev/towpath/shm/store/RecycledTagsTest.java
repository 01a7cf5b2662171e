package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.Fuse;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.StructureLayouts;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Shows of each tag that it is needed: somebody stops before each of his accesses, and the others use just the word
 * that he has read again and again, until it is what it was. With four bits that is soon, and then he does harm; with
 * all its bits it does not come round.
 *
 * <p>Of the generation in {@code tail}, {@link ChannelLivesTest} shows the same.
 */
class RecycledTagsTest {

    private static final int BITS = 4;

    /** All that there are, at most, for a word to refer to. */
    private static final int ALL_BLOCKS = 10;

    private static final int ALL_MEMBERSHIPS = 5;

    /** The bits of a slot that name its record. */
    private static final long SLOT_RECORD = (1L << 22) - 1;

    private static final int OPERATIONS_OF_ROUND = 6;
    private static final int SHORT = 200;
    private static final int LONG = 300;
    private static final List<String> BOTH = List.of("c", "d");

    private final TestReporter reporter;

    RecycledTagsTest(TestReporter reporter) {
        this.reporter = reporter;
    }

    /**
     * How a word comes round.
     *
     * @param at where it is
     * @param first what is done once
     * @param again what is done until the word is what it was before, or often enough
     */
    private record Round(long at, Runnable first, Runnable again) {
        void comeRound(Ground ground, int rounds) {
            long before = ground.words().get(at);
            first.run();
            int done = 0;
            do {
                again.run();
                done++;
            } while (ground.words().get(at) != before && done < rounds);
        }
    }

    @Test
    void headCountsItsChanges() {
        Consumer<Client> round = other -> {
            other.receive("c");
            other.send("c", SHORT);
        };
        Stall reception = stall(
                other -> {
                    BOTH.forEach(name -> other.send("c", SHORT));
                    for (int i = 0; i < 2 * ALL_BLOCKS; i++) {
                        round.accept(other); // then all blocks follow each other in a circle
                    }
                },
                stopped -> stopped.receive("c"));
        assertNeeded("channel\\.head", reception, ALL_BLOCKS << BITS, (ground, other) -> {
            int channel = Reference.index(other.tenant().channel("c").reference());
            return new Round(ground.at("channel", channel, "head"), () -> {}, () -> round.accept(other));
        });
    }

    @Test
    void fanOutsHaveGenerations() {
        Stall reception = stall(
                other -> {
                    BOTH.forEach(other::add);
                    other.sendToGroup(BOTH, LONG);
                },
                stopped -> stopped.receive("c"));
        assertNeeded("fanout\\..*", reception, 1 << BITS, (ground, other) -> {
            Runnable receiveAll = () -> BOTH.forEach(other::receiveAll);
            Runnable sweep = () -> { // clears the bit in the name of who has received and stopped
                receiveAll.run();
                ground.tenant(CrashTrial.CORPSE).join();
                ground.recover(CrashTrial.RESCUER, CrashTrial.CORPSE, Fuse.endless());
            };
            return new Round(ground.at("fanout", 0, "control"), sweep, () -> {
                receiveAll.run();
                other.sendToGroup(BOTH, LONG);
            });
        });
    }

    @Test
    void theFirstLinkOfAGroupCountsItsChanges() {
        Stall unlinking = stall(
                other -> {
                    other.add("c");
                    other.discard("c");
                },
                Client::list);
        int rounds = 1 << BITS; // so few that the generations of the memberships, which take turns, do not come round
        assertNeeded(
                "membership\\.link",
                unlinking,
                rounds,
                (ground, other) -> new Round(firstLink(ground, other), other::list, () -> {
                    other.discard("c");
                    other.list();
                    other.add("c");
                }));
    }

    @Test
    void linksHaveGenerations() {
        Stall unlinking = stall(
                other -> {
                    BOTH.forEach(other::add);
                    other.discard("c");
                },
                Client::list);
        assertNeeded("membership\\.(control|link)", unlinking, ALL_MEMBERSHIPS << BITS, (ground, other) -> {
            int first = Reference.index(ground.words().get(firstLink(ground, other)));
            return new Round(ground.at("membership", first, "link"), other::list, () -> {
                BOTH.forEach(other::discard);
                other.list();
                BOTH.forEach(other::add);
            });
        });
    }

    @Test
    void membershipsHaveGenerations() {
        Stall discarding = stall(other -> other.add(Tally.UNCERTAIN), stopped -> stopped.discard(Tally.UNCERTAIN));
        assertNeeded("membership\\.control", discarding, ALL_MEMBERSHIPS << BITS, (ground, other) -> {
            int first = Reference.index(ground.words().get(firstLink(ground, other)));
            Runnable end = () -> {
                other.discard(Tally.UNCERTAIN);
                other.list();
            };
            return new Round(ground.at("membership", first, "control"), end, () -> {
                other.discard("c");
                other.list();
                other.add("c");
            });
        });
    }

    /** Whoever searches empties a slot whose membership is over; by then it may be another one's. */
    @Test
    void slotsOfAnIndexHaveGenerations() {
        Stall searching = stall(
                other -> {
                    other.add(Tally.UNCERTAIN);
                    other.discard(Tally.UNCERTAIN);
                },
                stopped -> stopped.discard(Tally.UNCERTAIN));
        assertNeeded("membership\\.control|bucket\\.slot", searching, ALL_MEMBERSHIPS << BITS, (ground, other) -> {
            int over = Reference.index(ground.words().get(firstLink(ground, other)));
            return new Round(slotOf(ground, over), other::list, () -> {
                other.discard(Tally.UNCERTAIN);
                other.list();
                other.add(Tally.UNCERTAIN);
            });
        });
    }

    /** Where the slot of a membership is, or, if it has none any more, the last slot. */
    private static long slotOf(Ground ground, int record) {
        long at = ground.layout().membershipIndexAt();
        long last = at + StructureLayouts.indexBytes(ground.layout().memberships()) - Long.BYTES;
        while (at < last && (ground.words().get(at) & SLOT_RECORD) != record + 1) {
            at += Long.BYTES;
        }
        return at;
    }

    private static Stall stall(Consumer<Client> setting, Consumer<Client> act) {
        return new Stall("stall", (ground, other) -> setting.accept(other), act, false, false);
    }

    private static long firstLink(Ground ground, Client client) {
        long group = client.tenant().structures().memberships().findGroup(Tenant.name(Client.GROUP));
        return ground.at("membership", Reference.index(group), "link");
    }

    private void assertNeeded(String words, Stall stall, int rounds, BiFunction<Ground, Client, Round> round) {
        Ground narrow = Ground.onHeap(Ground.Size.TINY)
                .withTagsOf(BITS, Pattern.compile(words).asMatchPredicate());
        String found = "no harm";
        try {
            stop(narrow, stall, rounds, round);
        } catch (AssertionError | RuntimeException e) {
            found = String.valueOf(e.getMessage());
        }
        reporter.publishEntry(words + " of four bits", found);
        assertTrue(found.startsWith("stall, stopped before access"), found);
        int stops = stop(Ground.onHeap(Ground.Size.TINY), stall, rounds, round);
        reporter.publishEntry(words, stops + " stops of " + rounds + " rounds");
    }

    private static int stop(Ground ground, Stall stall, int rounds, BiFunction<Ground, Client, Round> round) {
        return new StallTrial(ground, stall, 1)
                .stopAtEachAccess(
                        other -> round.apply(ground, other).comeRound(ground, rounds), OPERATIONS_OF_ROUND * rounds, 1);
    }
}
