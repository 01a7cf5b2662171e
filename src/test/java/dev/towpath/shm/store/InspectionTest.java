package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.SharedMemoryLayer;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plants each kind of damage in a region, and sees it found. */
class InspectionTest {

    private static final String PREFIX = "planted";

    /** An owner number that no participant has. */
    private static final int STRANGER = 200;

    private static final long NAME_BYTES = 80;

    @TempDir
    private Path directory;

    private MappedRegion region;
    private long[] sound;
    private int free;
    private int fanOut;

    /** What a layer leaves behind that has been used for everything. */
    @BeforeEach
    void fill() throws InterruptedException {
        try (SharedMemoryLayer layer = open()) {
            for (int i = 0; i < 5; i++) {
                layer.send("one", new byte[10]);
            }
            layer.send("two", new byte[5_000]);
            layer.send("two", new byte[5_000]);
            for (String member : List.of("a", "b", "c")) {
                layer.group("room").add(member);
                layer.group("hall").add(member);
            }
            assertEquals(3, layer.group("room").send(new byte[3_000]).delivered());
            layer.receive("one");
        }
        region = MappedRegion.open(directory, PREFIX);
        sound = region.save();
        while (region.get("block.control", free, "control") << 56 != 0) { // not FREE, or not of the smallest class
            free++;
        }
        while (Control.state(region.get("fanout", fanOut, "control")) != RecordTable.LIVE) {
            fanOut++;
        }
    }

    private SharedMemoryLayer open() {
        return SharedMemoryLayer.builder(PREFIX)
                .directory(directory)
                .messageMemory(400 << 10)
                .groupMemory(8 << 10)
                .open();
    }

    @AfterEach
    void unmap() {
        region.close();
    }

    private Inspection inspect() {
        return Objects.requireNonNull(Inspection.of(directory, PREFIX));
    }

    @Test
    void aRegionAtRestIsCleanAndStaysAsItIs() {
        Inspection inspection = inspect();
        assertEquals(List.of(), inspection.damage());
        assertEquals(List.of(), inspection.unfinished());
        assertArrayEquals(sound, region.save());
    }

    @Test
    void generationsThatShrinkAreFound() {
        GenerationChecker checker = new GenerationChecker(region.structures);
        assertEquals(List.of(), checker.look());
        setBlock(free, 3, Control.NOBODY, BlockArena.FREE);
        assertEquals(List.of(), checker.look());
        setBlock(free, 2, Control.NOBODY, BlockArena.FREE);
        assertTrue(checker.look().get(0).text().contains("has generation 2 and had 3 before"));
    }

    @Test
    void underALivingLayerWhatIsUnfinishedIsNoDamage() {
        try (SharedMemoryLayer layer = open()) {
            setBlock(free, 9, Control.NOBODY, BlockArena.QUEUED);
            Inspection inspection = inspect();
            assertEquals(List.of(), inspection.damage());
            assertEquals(1, inspection.unfinished().size(), "as if a receiver were stopped");
            assertEquals(
                    layer.statistics().participants(),
                    inspection.survey().participants().size());
            setBlock(free, 9, STRANGER, BlockArena.LINKING);
            assertTrue(inspect().damage().toString().contains("leaked"), "nobody can finish it");
        }
        setBlock(free, 10, Control.NOBODY, BlockArena.QUEUED);
        assertTrue(inspect().damage().toString().contains("leaked"), "nobody is left to finish it");
    }

    @Test
    void leakedBlocksAreFound() {
        finds("leaked", () -> setBlock(free, 0, STRANGER, BlockArena.ALLOCATED));
        finds("leaked", () -> setBlock(free, 0, Control.NOBODY, BlockArena.QUEUED));
        finds("leaked", () -> setBlock(free, 0, Control.NOBODY, BlockArena.PART));
        finds("is not its part", () -> payload("two", 1, 0, payload("two", 2, 0)));
    }

    @Test
    void brokenQueuesAreFound() {
        int middle = region.message("one", 2);
        finds("in state 0", () -> setBlock(middle, 0, Control.NOBODY, BlockArena.FREE));
        finds(
                "another generation",
                () -> region.set("block.next", middle, "next", Reference.of(7, region.message("one", 3))));
        finds("stamped", () -> region.set("block.info", middle, "sequence", 77));
        finds("stamped", () -> region.set("block.info", middle, "channel", 1));
        finds("stamped", () -> link(middle, region.message("one", 1)));
        finds("stamped", () -> link(middle, middle));
        finds("stamped", () -> link(middle, region.message("two", 1)));
        finds("stamped", () -> region.set("channel", region.channel("one"), "head", region.message("two", 0)));
        finds("which does not exist", () -> link(middle, 12_345_678));
        finds("leaked", () -> link(middle, (1 << 26) - 1));
        finds("never been in its queue", () -> region.set("channel", region.channel("one"), "tail", free));
        finds("block 67108863 is not one of", () -> region.set("channel", region.channel("one"), "head", -1));
        finds("block 67108863 is not one of", () -> region.set("channel", region.channel("one"), "tail", -1));
        finds("closed and still LIVE", () -> {
            int dummy = region.message("one", 4);
            region.set("channel", region.channel("one"), "head", dummy);
            link(dummy, (1 << 26) - 2);
        });
    }

    @Test
    void brokenContentsAreFound() {
        int short1 = region.message("one", 1);
        int long1 = region.message("two", 1);
        finds("bytes in its own block", () -> region.set("block.info", short1, "life", Life.of(1, Life.INLINE, 257)));
        finds("no kind of payload", () -> region.set("block.info", short1, "life", Life.of(1, 3, 1)));
        finds("does not exist", () -> payload("two", 1, 0, -1));
        finds("more than the payload needs", () -> region.set("block.info", long1, "life", Life.of(1, Life.PARTS, 0)));
        finds("does not exist", () -> region.set("block.info", long1, "life", Life.of(1, Life.PARTS, 100_000)));
        finds("shares nothing", () -> payload("a", 1, 1, 64));
        finds("shares a bit", () -> payload("a", 1, 1, payload("b", 1, 1)));
        finds("in use no more", () -> payload("a", 1, 0, 1 << 26));
        finds(
                "is needed by",
                () -> region.set("fanout", fanOut, "needed0", region.get("fanout", fanOut, "needed0") & -2));
        finds(
                "is needed by",
                () -> region.set("fanout", fanOut, "needed0", region.get("fanout", fanOut, "needed0") | 8));
        finds("is not its part", () -> region.set("fanout", fanOut, "parts", free));
    }

    @Test
    void recordsThatADeadOneLeftAreFound() {
        finds("left in state 1", () -> region.set("channel", 40, "control", left(RecordTable.INIT)));
        finds("left in state 3", () -> region.set("channel", 40, "control", left(RecordTable.DEAD)));
        finds("left in state 1", () -> region.set("fanout", 3, "control", left(RecordTable.INIT)));
        finds("left in state 1", () -> region.set("membership", 40, "control", left(RecordTable.INIT)));
        finds("left in state 3", () -> region.set("membership", 40, "control", left(RecordTable.DEAD)));
        finds("by owner 200, who is dead", () -> region.set("slab", 0, "control", left(2)));
    }

    @Test
    void brokenNamesAndIndexesAreFound() {
        int one = region.channel("one");
        finds("both are LIVE and named one", () -> copyName("channel", one, region.channel("two")));
        finds("0 slots", () -> copyName("channel", one, region.channel("two")));
        finds("contains the word", () -> region.set("channel", one, "name0", -1));
        finds("a name has", () -> region.set("channel", one, "name0", 0));
        finds("0 slots", () -> clearBuckets(0));
        finds("2 slots", () -> doubleSlots(0));
        finds("0 slots", () -> clearBuckets(1));
    }

    @Test
    void brokenGroupsAreFound() {
        int room = region.group("room");
        int last = Reference.index(region.get("membership", room, "link"));
        int middle = Reference.index(region.get("membership", last, "link"));
        finds("does not end", () -> linkMember(middle, 9_999));
        finds("in the lists of groups", () -> linkMember(middle, last));
        finds(
                "not of its group",
                () -> region.set("membership", room, "link", region.get("membership", region.group("hall"), "link")));
        finds("FREE and in a list", () -> region.set("membership", middle, "control", 0));
        finds("have one key", () -> copyName("membership", middle, last));
        finds("LIVE and neither", () -> region.set("membership", middle, "control", Control.of(0, 0, 7, 2)));
        finds("contains the word", () -> region.set("membership", room, "name3", Long.MIN_VALUE));
    }

    @Test
    void brokenSlabsAndParticipantsAreFound() {
        finds("in a slab of class 1", () -> region.set("slab", 0, "control", Control.of(1, Control.NOBODY, 1, 0)));
        finds("blocks of class 12", () -> region.set("slab", 0, "control", Control.of(1, Control.NOBODY, 12, 0)));
        finds("in state 5", () -> setBlock(free, 0, Control.NOBODY, BlockArena.COVERED));
        finds("in state 9", () -> setBlock(free, 0, Control.NOBODY, 9));
        finds("participant 9 is in state 7", () -> region.set("participant", 9, "control", 7));
        finds("lock file is gone", () -> region.set("participant", 9, "control", Control.of(0, 10, 0, 2)));
    }

    private void finds(String expected, Runnable damage) {
        damage.run();
        String found = inspect().damage().toString();
        assertTrue(found.contains(expected), () -> expected + " is not in " + found);
        region.restore(sound);
        assertEquals(List.of(), inspect().damage());
    }

    private static long left(int state) {
        return Control.of(1, STRANGER, 1, state);
    }

    private void setBlock(int block, long generation, int owner, int state) {
        region.set("block.control", block, "control", Control.of(generation, owner, 0, state));
    }

    private void link(int block, int next) {
        long tag = Reference.tag(region.get("block.next", block, "next"));
        region.set("block.next", block, "next", Reference.of(tag, next));
    }

    private void linkMember(int record, int next) {
        long tag = Reference.tag(region.get("membership", record, "link"));
        region.set("membership", record, "link", Reference.of(tag, next));
    }

    private long payload(String channel, int place, int word) {
        return region.get("payload", region.message(channel, place), "payload" + word);
    }

    private void payload(String channel, int place, int word, long value) {
        region.set("payload", region.message(channel, place), "payload" + word, value);
    }

    private void copyName(String struct, int from, int to) {
        for (long at = 0; at < NAME_BYTES; at += Long.BYTES) {
            region.words.set(
                    region.at(struct, to, "name0") + at, region.words.get(region.at(struct, from, "name0") + at));
        }
    }

    private void clearBuckets(int which) {
        MappedRegion.Section buckets = bucketsOf(which);
        for (long at = 0; at < buckets.count() * Long.BYTES * 8; at += Long.BYTES) {
            region.words.set(buckets.base() + at, 0);
        }
    }

    /** Puts every slot into its bucket once more, where there is room. */
    private void doubleSlots(int which) {
        MappedRegion.Section buckets = bucketsOf(which);
        for (long at = 0; at < buckets.count() * Long.BYTES * 8; at += Long.BYTES * 8L) {
            region.words.set(buckets.base() + at + 56, region.words.get(buckets.base() + at));
        }
    }

    private MappedRegion.Section bucketsOf(int which) {
        return region.sections().stream()
                .filter(buckets -> buckets.name().equals("bucket"))
                .skip(which)
                .findFirst()
                .orElseThrow();
    }
}
