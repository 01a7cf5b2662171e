package dev.towpath.shm.store;

import dev.towpath.shm.memory.ForwardingWords;
import dev.towpath.shm.memory.Fuse;
import dev.towpath.shm.memory.HeapWords;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.RegionFile;
import dev.towpath.shm.memory.RegionSpec;
import dev.towpath.shm.memory.SegmentWords;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.RecordTable;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A small region, on the heap or in a real file, in which a test lets participants act one after the other, and which
 * it puts back as it was as often as it likes. Its clock stands still.
 */
final class Ground implements AutoCloseable {

    /** Of a region in a file. */
    static final String PREFIX = "ground";

    static final long EXPIRY_MILLIS = 60_000;
    static final long GROUP_EXPIRY_MILLIS = 600_000;

    /** What a channel of that name holds for a group send; any other holds more than there is room for. */
    static final String NARROW = "narrow";

    private static final int IDLER = 200;
    private static final int FEW_BLOCKS = 10;
    private static final int FEW_CHANNELS = 4;
    private static final int FEW_FAN_OUTS = 1;
    private static final int FEW_MEMBERSHIPS = 5;
    private static final long HASH_SEED = 7;
    private static final long NEWS_ALIKE_BYTES = (ParticipantLayout.NEWS_WORDS - 1L) * Long.BYTES;
    private static final WakeSockets NOBODY_LISTENS =
            WakeSockets.open(slot -> Path.of("/no/such/directory/" + slot), 0, RegionLayout.PARTICIPANTS);

    private final Size size;
    private final RegionLayout layout;
    private final Words words;
    private final Runnable closing;
    private Words eyesOfRescuers;
    private long nowMillis = 1;

    /** What a region was at one moment. */
    record Image(byte[] bytes, long nowMillis) {}

    /** How much memory a region has. */
    enum Size {
        /** Four slabs, and room for a group of more than 64. */
        SMALL(340_000, 12_000),
        /** Two slabs. */
        TINY(170_000, 4_096);

        private final long messageMemoryBytes;
        private final long groupMemoryBytes;

        Size(long messageMemoryBytes, long groupMemoryBytes) {
            this.messageMemoryBytes = messageMemoryBytes;
            this.groupMemoryBytes = groupMemoryBytes;
        }

        RegionLayout layout() {
            return RegionLayout.of(messageMemoryBytes, groupMemoryBytes);
        }
    }

    private Ground(Size size, Words words, Runnable closing) {
        this.size = size;
        this.layout = size.layout();
        this.words = words;
        this.eyesOfRescuers = words;
        this.closing = closing;
    }

    static Ground onHeap(Size size) {
        return new Ground(size, new HeapWords(size.layout().sizeBytes()), () -> {});
    }

    /** Makes a region as a layer does. */
    static Ground mapped(Path base) {
        RegionSpec spec = new RegionSpec(
                Size.SMALL.messageMemoryBytes,
                Size.SMALL.groupMemoryBytes,
                Structures.fingerprint(),
                (messageMemory, groupMemory) ->
                        RegionLayout.of(messageMemory, groupMemory).sizeBytes(),
                segment -> {},
                System::nanoTime);
        RegionFile file = RegionFile.open(RegionDirectory.open(base), PREFIX, spec);
        return new Ground(Size.SMALL, new SegmentWords(file.segment()), file::close);
    }

    /** What a layer that opens the same region wants, if its clock stands where this one's does. */
    StoreOptions options(long createdAtNanos) {
        return options(false, () -> createdAtNanos + TimeUnit.MILLISECONDS.toNanos(nowMillis));
    }

    private StoreOptions options(boolean evicting, LongSupplier nanoClock) {
        return new StoreOptions(
                size.messageMemoryBytes,
                size.groupMemoryBytes,
                TimeUnit.MILLISECONDS.toNanos(EXPIRY_MILLIS),
                TimeUnit.MILLISECONDS.toNanos(GROUP_EXPIRY_MILLIS),
                evicting,
                name -> Tenant.name(NARROW).equals(Name.of(name)) ? 1 : Tenant.CAPACITY,
                nanoClock);
    }

    /** The same region, in which some tags and generations have fewer bits than they should. */
    Ground withTagsOf(int bits, Predicate<String> which) {
        return new Ground(size, new NarrowWords(words, names(), bits, which), closing);
    }

    private WordNames names() {
        return new WordNames(layout, structures(words, 0).blocks());
    }

    /** From now on, whoever recovers others leaves out some of what he should do. */
    void letRescuersForget(ForgetfulWords.Gap gap) {
        eyesOfRescuers = new ForgetfulWords(words, names(), gap);
    }

    /** From now on, whoever recovers others frees blocks by writing zeros. */
    void letRescuersBeginGenerationsAnew() {
        WordNames names = names();
        eyesOfRescuers = new ForwardingWords(words) {
            @Override
            public boolean compareAndSet(long offset, long expected, long value) {
                boolean frees =
                        names.of(offset).equals("block.control.control") && Control.state(value) == BlockArena.FREE;
                return super.compareAndSet(offset, expected, frees ? 0 : value);
            }
        };
    }

    Words words() {
        return words;
    }

    RegionLayout layout() {
        return layout;
    }

    /** Where a word of a record is. */
    long at(String struct, long index, String word) {
        return MappedRegion.at(
                MappedRegion.sections(layout, structures(words, 0).blocks()), struct, index, word);
    }

    /** Lets a participant come in, without joining. */
    Tenant tenant(int slot) {
        return tenant(slot, false, UnaryOperator.identity());
    }

    /** Lets a participant come in who asks before every access. */
    Tenant tenant(int slot, boolean evicting, SteppedWords.Hook hook) {
        return tenant(slot, evicting, direct -> new SteppedWords(direct, hook));
    }

    private Tenant tenant(int slot, boolean evicting, UnaryOperator<Words> eyes) {
        Structures structures = structures(eyes.apply(words), slot);
        Participants register = new Participants(structures.words(), layout, null, PREFIX);
        StoreOptions options = options(evicting, () -> TimeUnit.MILLISECONDS.toNanos(nowMillis));
        Clock clock = new Clock(options.nanoClock(), 0);
        return new Tenant(
                slot, structures, register, new Operations(structures, register, NOBODY_LISTENS, clock, options));
    }

    /** Lets a participant recover a dead one, as who has got his lock does; he asks before every access. */
    void recover(int slot, int dead, SteppedWords.Hook hook) {
        Structures structures = structures(new SteppedWords(eyesOfRescuers, hook), slot);
        Participants register = new Participants(structures.words(), layout, null, PREFIX);
        Bells bells = new Bells(structures.words(), register, NOBODY_LISTENS);
        new Sweeps(structures, register, bells).recover(Participants.owner(dead));
        register.leave(dead);
    }

    private Structures structures(Words eyes, int slot) {
        return Structures.of(eyes, layout, HASH_SEED, Participants.owner(slot));
    }

    /** Makes a fuse for writes. Of the 64 words of news that a recovery writes alike, the first one counts. */
    Fuse fuse(int write) {
        long newsAt = layout.participantsAt() + ParticipantLayout.NEWS + Long.BYTES;
        long end = layout.dutiesAt();
        return Fuse.before(
                write,
                offset -> offset >= newsAt
                        && offset < end
                        && (offset - newsAt) % ParticipantLayout.BYTES < NEWS_ALIKE_BYTES);
    }

    /** Lets somebody who lives and does nothing have all blocks and records but a few, and a number of empty slabs. */
    void occupyAllBut(int emptySlabs) {
        Structures view = structures(words, 0);
        int granules = view.blocks().granules() - emptySlabs * Blocks.SLAB_GRANULES;
        for (int block = FEW_BLOCKS; block < granules; block++) {
            words.set(view.blocks().control(block), Control.of(0, IDLER, 0, BlockArena.ALLOCATED));
        }
        occupy(view.channels().records(), FEW_CHANNELS);
        occupy(view.fanOuts().records(), FEW_FAN_OUTS);
        occupy(view.memberships().records(), FEW_MEMBERSHIPS);
    }

    private void occupy(RecordTable records, int from) {
        for (int record = from; record < records.count(); record++) {
            words.set(records.at(record), Control.of(0, IDLER, 0, RecordTable.INIT));
        }
    }

    /** Takes from him what he has. */
    void vacate() {
        Structures view = structures(words, 0);
        for (int block = 0; block < view.blocks().granules(); block++) {
            vacate(view.blocks().control(block));
        }
        Stream.of(
                        view.channels().records(),
                        view.fanOuts().records(),
                        view.memberships().records())
                .forEach(records -> IntStream.range(0, records.count()).forEach(i -> vacate(records.at(i))));
    }

    private void vacate(long controlAt) {
        if (Control.owner(words.get(controlAt)) == IDLER) {
            words.set(controlAt, 0);
        }
    }

    /** Lets time pass; nobody will look for the dead for a while, because a test says itself who is dead. */
    void pass(long millis) {
        nowMillis += millis;
        words.set(layout.dutiesAt() + DutyLayout.PROBE, nowMillis + Housekeeper.MOST_MILLIS);
    }

    /** Lets the next who keeps house look for the dead. */
    void lookForTheDead() {
        words.set(layout.dutiesAt() + DutyLayout.PROBE, nowMillis);
    }

    long nowMillis() {
        return nowMillis;
    }

    /** Goes on at the time of another JVM's ground. */
    void startClockAt(long millis) {
        nowMillis = millis;
    }

    Image save() {
        byte[] bytes = new byte[Math.toIntExact(layout.sizeBytes() - layout.participantsAt())];
        words.read(layout.participantsAt(), bytes, 0, bytes.length);
        return new Image(bytes, nowMillis);
    }

    void restore(Image image) {
        words.write(image.bytes(), 0, layout.participantsAt(), image.bytes().length);
        nowMillis = image.nowMillis();
    }

    @Override
    public void close() {
        closing.run();
    }
}
