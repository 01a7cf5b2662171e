package dev.towpath.shm.store;

import dev.towpath.shm.memory.CorruptedRegion;
import dev.towpath.shm.memory.LockFile;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.RegionFault;
import dev.towpath.shm.memory.RegionFile;
import dev.towpath.shm.memory.RegionSpec;
import dev.towpath.shm.memory.SegmentWords;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Blocks;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One participant's access to a region: everything that a layer keeps there, and the two threads that look after it.
 *
 * <p>Opening takes a seat among the participants, recovering a dead one's if need be, and recovers all other dead.
 * Closing is a polite death: the memory is taken away from every operation of this participant, wherever it is; then,
 * through a mapping of its own, what those operations held is swept up, the slot is freed and its lock released. If the
 * process dies during that, others do the same.
 *
 * <p>Thread-safe. Operations on a closed store throw {@link IllegalStateException}.
 */
public final class Store implements AutoCloseable {

    private static final Logger LOGGER = System.getLogger(Store.class.getName());

    private final RegionDirectory directory;
    private final String prefix;
    private final RegionFile file;
    private final Participants.Seat seat;
    private final WakeSockets sockets;
    private final Operations operations;
    private final Thread wakerThread;
    private final Thread housekeeperThread;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Store(
            RegionDirectory directory,
            String prefix,
            StoreOptions options,
            RegionFile file,
            Participants.Seat seat,
            Function<MemorySegment, Words> view) {
        this.directory = directory;
        this.prefix = prefix;
        this.file = file;
        this.seat = seat;
        Structures structures = structures(view.apply(file.segment()));
        Participants participants = participants(structures);
        Clock clock = new Clock(options.nanoClock(), file.header().createdAtNanos());
        this.sockets = WakeSockets.open(slot -> directory.socket(prefix, slot), seat.slot(), RegionLayout.PARTICIPANTS);
        this.operations = new Operations(structures, participants, sockets, clock, options);
        boolean started = false;
        try {
            if (seat.needsRecovery()) {
                operations.sweeps().recover(structures.owner());
            }
            participants.join(seat.slot(), ProcessHandle.current().pid(), clock.nowMillis());
            recoverDeadIfNobodyLives(participants);
            this.wakerThread = start("waker", new Waker(operations.watch()));
            this.housekeeperThread = start("housekeeper", operations.housekeeper());
            started = true;
        } finally {
            if (!started) {
                operations.watch().close();
                sockets.close();
            }
        }
    }

    /**
     * Recovers the dead before anything else, if all others are dead. If somebody lives, they are left to whoever looks
     * for them next, because one who has just come would take the longest for it: none of his code is compiled.
     *
     * <p>The one who lives may be stopped for an hour, or die as soon as he was seen; then the housekeeper of this
     * store is the next who looks, after {@link Housekeeper#PROBE_MILLIS} ms at most. Two who open at once and see each
     * other both leave it to that. Who dies in the middle leaves the dead as they were, and is one of them.
     */
    private void recoverDeadIfNobodyLives(Participants participants) {
        if (!participants.isAnotherAlive(seat.slot())) {
            participants.recoverDead(seat.slot(), operations.sweeps()::recover);
        }
    }

    /**
     * Opens the region of a prefix and joins it; makes it if there is none.
     *
     * @param base where the directory of regions is
     * @param prefix the prefix
     * @param options what is wanted
     * @return the store
     * @throws RegionFault if the region cannot be used
     */
    public static Store open(Path base, String prefix, StoreOptions options) {
        return open(base, prefix, options, SegmentWords::ofRegion);
    }

    /**
     * Checks a size for the message memory.
     *
     * @param bytes the size
     * @return the same
     * @throws IllegalArgumentException if no region can have it
     */
    public static long requireMessageMemory(long bytes) {
        return requireRange(
                "messageMemory", bytes, RegionLayout.MIN_MESSAGE_MEMORY_BYTES, RegionLayout.MAX_MESSAGE_MEMORY_BYTES);
    }

    /**
     * Checks a size for the group memory.
     *
     * @param bytes the size
     * @return the same
     * @throws IllegalArgumentException if no region can have it
     */
    public static long requireGroupMemory(long bytes) {
        return requireRange(
                "groupMemory", bytes, RegionLayout.MIN_GROUP_MEMORY_BYTES, RegionLayout.MAX_GROUP_MEMORY_BYTES);
    }

    private static long requireRange(String what, long bytes, long min, long max) {
        if (bytes < min || bytes > max) {
            throw new IllegalArgumentException(
                    "bad " + what + " " + bytes + ": it must be " + min + " to " + max + " bytes");
        }
        return bytes;
    }

    /** Opens a store whose memory is seen through the eyes of a test. */
    static Store open(Path base, String prefix, StoreOptions options, Function<MemorySegment, Words> view) {
        RegionDirectory directory = RegionDirectory.open(base);
        Seats seats = new Seats(directory, prefix);
        RegionFile file = RegionFile.open(directory, prefix, spec(options), seats::take);
        boolean opened = false;
        try {
            Store store = new Store(directory, prefix, options, file, seats.taken(), view);
            opened = true;
            return store;
        } catch (CorruptedRegion e) {
            throw RegionFault.corrupted(file.path(), e);
        } finally {
            if (!opened) {
                file.close();
                seats.taken().lock().close();
            }
        }
    }

    /** Takes a seat while the region is opened. */
    private static final class Seats {
        private final RegionDirectory directory;
        private final String prefix;
        private Participants.@Nullable Seat seat;

        Seats(RegionDirectory directory, String prefix) {
            this.directory = directory;
            this.prefix = prefix;
        }

        void take(RegionFile file) {
            RegionLayout layout = RegionLayout.of(
                    file.header().messageMemoryBytes(), file.header().groupMemoryBytes());
            seat = new Participants(new SegmentWords(file.segment()), layout, directory, prefix).sit();
            if (seat == null) {
                throw new IllegalStateException("the region " + file.path() + " is open " + RegionLayout.PARTICIPANTS
                        + " times already, which is the most");
            }
        }

        Participants.Seat taken() {
            if (seat == null) {
                throw new AssertionError("no seat");
            }
            return seat;
        }
    }

    private static RegionSpec spec(StoreOptions options) {
        return new RegionSpec(
                options.messageMemoryBytes(),
                options.groupMemoryBytes(),
                Structures.fingerprint(),
                RegionLayout::sizeOf,
                segment -> {}, // zeros are a valid empty region
                options.nanoClock());
    }

    private Structures structures(Words words) {
        RegionLayout layout = RegionLayout.of(
                file.header().messageMemoryBytes(), file.header().groupMemoryBytes());
        return Structures.of(words, layout, file.header().hashSeed(), Participants.owner(seat.slot()));
    }

    private Participants participants(Structures structures) {
        return new Participants(structures.words(), structures.layout(), directory, prefix);
    }

    private Thread start(String name, Runnable work) {
        return Thread.ofPlatform()
                .daemon()
                .name("towpath-" + name + "-" + prefix)
                .start(work);
    }

    /**
     * Gives the messages.
     *
     * @return sends and takes
     */
    public MessageStore messages() {
        return operations.messages();
    }

    /**
     * Gives the groups.
     *
     * @return adds, discards and sends
     */
    public GroupStore groups() {
        return operations.groups();
    }

    /**
     * Gives the waits.
     *
     * @return waits for messages and for room
     */
    public Waits waits() {
        return operations.waits();
    }

    /**
     * Makes a batch to take messages with.
     *
     * @return a batch for one thread at a time
     */
    public Batch newBatch() {
        return operations.newBatch();
    }

    /**
     * Reads all counts.
     *
     * @return reads a region's statistics
     */
    public Census census() {
        return operations.census(
                file.header().messageMemoryBytes(), file.header().groupMemoryBytes());
    }

    /**
     * Tells the time that deadlines are compared with.
     *
     * @return milliseconds since the region was made
     */
    public long nowMillis() {
        return operations.clock().nowMillis();
    }

    /** Drops every message and ends every membership that is there when the call begins. */
    public void clear() {
        operations.clear();
    }

    /**
     * Gives the file of the region.
     *
     * @return its path
     */
    public Path path() {
        return file.path();
    }

    /**
     * Tells how much memory the region really has for messages.
     *
     * @return bytes, of which the payload is a part
     */
    public long messageMemoryBytes() {
        return file.header().messageMemoryBytes();
    }

    /**
     * Tells how long the content of a message, its prefix included, can be when nothing else is in the region: that is
     * all payload but for the block of the message itself, and that of the dummy of its channel.
     *
     * @return bytes
     */
    public long longestContentBytes() {
        return operations.payloadBytes() - 2L * Blocks.GRANULE_BYTES;
    }

    /**
     * Tells how much memory the region really has for groups.
     *
     * @return bytes
     */
    public long groupMemoryBytes() {
        return file.header().groupMemoryBytes();
    }

    /**
     * Leaves the region; does nothing the second time. What is in the region stays. If it is damaged, that is no error
     * here: everything of this participant's own is given back all the same.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        operations.waits().close();
        operations.watch().close();
        operations.housekeeper().close();
        join(wakerThread);
        join(housekeeperThread);
        file.stopOperations();
        LockFile lock = seat.lock();
        try (lock;
                file;
                sockets) {
            leave();
        } catch (CorruptedRegion e) {
            LOGGER.log(Level.WARNING, file.path() + " is damaged, and whoever left it is taken for dead", e);
        }
    }

    /** Waits for a thread that has been told to end, and keeps an interrupt for later. */
    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                LockSupport.unpark(thread);
                thread.join(100);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Sweeps up after the operations that were stopped, and frees the slot; but not while a living sender may hide
     * something that nobody else knows of: then whoever looks for the dead sweeps once more, and frees the slot.
     */
    private void leave() {
        Structures fresh = structures(new SegmentWords(file.cleaningSegment()));
        Participants register = participants(fresh);
        Sweeps last = new Sweeps(fresh, register, new Bells(fresh.words(), register, sockets));
        last.recover(fresh.owner());
        last.settle();
        boolean alone = register.joinedCount() == 1; // who has left meanwhile has swept up after everybody
        if (alone || last.areSettled()) {
            register.leave(seat.slot());
        }
    }
}
