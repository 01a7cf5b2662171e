package dev.towpath.shm.store;

import dev.towpath.shm.memory.Fuse;
import dev.towpath.shm.memory.HeapWords;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.RegionFile;
import dev.towpath.shm.memory.RegionSpec;
import dev.towpath.shm.memory.SegmentWords;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Name;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/**
 * A small region, on the heap or in a real file, in which a test lets participants act one after the other, and which
 * it puts back as it was as often as it likes. Its clock stands still.
 */
final class Ground implements AutoCloseable {

    static final long EXPIRY_MILLIS = 60_000;
    static final long GROUP_EXPIRY_MILLIS = 600_000;

    /** What a channel of that name holds for a group send; any other holds more than there is room for. */
    static final String NARROW = "narrow";

    private static final long MESSAGE_MEMORY_BYTES = 340_000;
    private static final long GROUP_MEMORY_BYTES = 12_000;
    private static final long HASH_SEED = 7;
    private static final long NEWS_ALIKE_BYTES = (ParticipantLayout.NEWS_WORDS - 1L) * Long.BYTES;
    private static final WakeSockets NOBODY_LISTENS =
            WakeSockets.open(slot -> Path.of("/no/such/directory/" + slot), 0, RegionLayout.PARTICIPANTS);

    private final RegionLayout layout = RegionLayout.of(MESSAGE_MEMORY_BYTES, GROUP_MEMORY_BYTES);
    private final Words words;
    private final Runnable closing;
    private long nowMillis = 1;

    /** What a region was at one moment. */
    record Image(byte[] bytes, long nowMillis) {}

    private Ground(Words words, Runnable closing) {
        this.words = words;
        this.closing = closing;
    }

    static Ground onHeap() {
        return new Ground(new HeapWords(sizeBytes(MESSAGE_MEMORY_BYTES, GROUP_MEMORY_BYTES)), () -> {});
    }

    /** Makes a region as a layer does. */
    static Ground mapped(Path base) {
        RegionSpec spec = new RegionSpec(
                MESSAGE_MEMORY_BYTES,
                GROUP_MEMORY_BYTES,
                Structures.fingerprint(),
                Ground::sizeBytes,
                segment -> {},
                System::nanoTime);
        RegionFile file = RegionFile.open(RegionDirectory.open(base), "ground", spec);
        return new Ground(new SegmentWords(file.segment()), file::close);
    }

    private static long sizeBytes(long messageMemory, long groupMemory) {
        return RegionLayout.of(messageMemory, groupMemory).sizeBytes();
    }

    Words words() {
        return words;
    }

    RegionLayout layout() {
        return layout;
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
        Participants register = new Participants(structures.words(), layout, null, "ground");
        StoreOptions options = new StoreOptions(
                MESSAGE_MEMORY_BYTES,
                GROUP_MEMORY_BYTES,
                TimeUnit.MILLISECONDS.toNanos(EXPIRY_MILLIS),
                TimeUnit.MILLISECONDS.toNanos(GROUP_EXPIRY_MILLIS),
                evicting,
                name -> Tenant.name(NARROW).equals(Name.of(name)) ? 1 : Tenant.CAPACITY,
                () -> TimeUnit.MILLISECONDS.toNanos(nowMillis));
        Clock clock = new Clock(options.nanoClock(), 0);
        return new Tenant(
                slot, structures, register, new Operations(structures, register, NOBODY_LISTENS, clock, options));
    }

    /** Lets a participant recover a dead one, as who has got his lock does; he asks before every access. */
    void recover(int slot, int dead, SteppedWords.Hook hook) {
        Structures structures = structures(new SteppedWords(words, hook), slot);
        Participants register = new Participants(structures.words(), layout, null, "ground");
        Bells bells = new Bells(structures.words(), register, NOBODY_LISTENS);
        Operations.recover(Participants.owner(dead), structures, register, bells);
        register.leave(dead);
    }

    private Structures structures(Words eyes, int slot) {
        return Structures.of(eyes, layout, HASH_SEED, Participants.owner(slot));
    }

    /** Makes a fuse for somebody's writes; of the 64 words of news that a recovery writes alike, the first one counts. */
    Fuse fuse(int write) {
        long newsAt = layout.participantsAt() + ParticipantLayout.NEWS + Long.BYTES;
        long end = layout.dutiesAt();
        return Fuse.before(
                write,
                offset -> offset >= newsAt
                        && offset < end
                        && (offset - newsAt) % ParticipantLayout.BYTES < NEWS_ALIKE_BYTES);
    }

    /** Lets time pass; nobody will look for the dead for a while, because a test says itself who is dead. */
    void pass(long millis) {
        nowMillis += millis;
        words.set(layout.dutiesAt() + DutyLayout.PROBE, nowMillis + Housekeeper.MOST_MILLIS);
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
