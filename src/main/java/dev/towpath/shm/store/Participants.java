package dev.towpath.shm.store;

import dev.towpath.shm.memory.LockFile;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.RecordTable;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The register of those who have the region open, and the judge of who is dead.
 *
 * <p>Each participant has a slot and holds the slot's lock file, a kernel lock that ends with the process and with
 * nothing else: not with a stop, a pause or a lost heartbeat. Who gets the lock of a slot that is in use knows that
 * its holder is dead, and while he keeps it he alone may recover it.
 *
 * <p>States of a slot: FREE, or LIVE from joining to leaving. Crash windows: who dies between taking the lock and LIVE
 * leaves a FREE slot; who dies in LIVE is found by the next probe or the next to join; who dies while recovering
 * another loses that lock too, and the next one recovers again.
 */
final class Participants {

    private final Words words;
    private final long base;
    private final RegionDirectory directory;
    private final String prefix;

    Participants(Words words, RegionLayout layout, RegionDirectory directory, String prefix) {
        this.words = words;
        this.base = layout.participantsAt();
        this.directory = directory;
        this.prefix = prefix;
    }

    /** A slot that this process holds, and whether somebody died in it. */
    record Seat(int slot, LockFile lock, boolean needsRecovery) {}

    /** The owner number of a slot. */
    static int owner(int slot) {
        return slot + 1;
    }

    /** The slot of an owner number. */
    static int slot(int owner) {
        return owner - 1;
    }

    long at(int slot) {
        return base + slot * ParticipantLayout.BYTES;
    }

    private long control(int slot) {
        return words.getVolatile(at(slot));
    }

    boolean isJoined(int slot) {
        return Control.state(control(slot)) == RecordTable.LIVE;
    }

    /** Whether an owner number is that of a participant who has joined, and is not yet recovered if he is dead. */
    boolean isOwner(int owner) {
        return owner > 0 && owner <= RegionLayout.PARTICIPANTS && isJoined(slot(owner));
    }

    /** Whether a slot is FREE and nobody's, or LIVE and its participant's. */
    boolean isValid(int slot) {
        long control = control(slot);
        return switch (Control.state(control)) {
            case RecordTable.FREE -> Control.owner(control) == Control.NOBODY;
            case RecordTable.LIVE -> Control.owner(control) == owner(slot);
            default -> false;
        };
    }

    /**
     * Takes a seat: a free one, or else one whose holder is dead.
     *
     * @return the seat, or null if all are taken
     */
    @Nullable
    Seat sit() {
        Seat seat = sit(false);
        return seat != null ? seat : sit(true);
    }

    private @Nullable Seat sit(boolean joined) {
        for (int slot = 0; slot < RegionLayout.PARTICIPANTS; slot++) {
            if (isJoined(slot) == joined) {
                LockFile lock = LockFile.tryAcquire(directory.participantLock(prefix, slot));
                if (lock != null) {
                    return new Seat(slot, lock, isJoined(slot));
                }
            }
        }
        return null;
    }

    /** Registers whoever holds a seat, after it was recovered if need be. */
    void join(int slot, long process, long nowMillis) {
        long at = at(slot);
        words.setRelease(at + ParticipantLayout.PROCESS, process);
        words.setRelease(at + ParticipantLayout.JOINED_AT, nowMillis);
        words.setRelease(at + ParticipantLayout.SLEEPING, 0);
        long control = control(slot);
        words.setRelease(at, Control.of(Control.generation(control), owner(slot), 0, RecordTable.LIVE));
    }

    /** Frees a slot of which everything has been recovered; only for who holds its lock. */
    void leave(int slot) {
        long control = control(slot);
        words.setRelease(at(slot), Control.of(Control.generation(control) + 1, Control.NOBODY, 0, RecordTable.FREE));
    }

    /** Whether a process holds the lock of another slot that is in use: it lives, though it may be stopped. */
    boolean isAnotherAlive(int self) {
        for (int slot = 0; slot < RegionLayout.PARTICIPANTS; slot++) {
            if (slot != self && isJoined(slot) && LockFile.isHeld(directory.participantLock(prefix, slot))) {
                return true;
            }
        }
        return false;
    }

    /** Finds the dead, recovers them, and frees their slots. */
    void recoverDead(int self, IntConsumer recovery) {
        for (int slot = 0; slot < RegionLayout.PARTICIPANTS; slot++) {
            if (slot != self && isJoined(slot)) {
                recoverIfDead(slot, recovery);
            }
        }
    }

    private void recoverIfDead(int slot, IntConsumer recovery) {
        try (LockFile lock = LockFile.tryAcquire(directory.participantLock(prefix, slot))) {
            if (lock != null && isJoined(slot)) {
                recovery.accept(owner(slot));
                leave(slot);
            }
        }
    }

    int joinedCount() {
        int count = 0;
        for (int slot = 0; slot < RegionLayout.PARTICIPANTS; slot++) {
            count += isJoined(slot) ? 1 : 0;
        }
        return count;
    }

    /** Adds to what a slot has counted. */
    void count(int slot, long word, long delta) {
        if (delta != 0) {
            words.getAndAdd(at(slot) + word, delta);
        }
    }

    /** Sums up what all participants have counted, the dead included. */
    long sum(long word) {
        long sum = 0;
        for (int slot = 0; slot < RegionLayout.PARTICIPANTS; slot++) {
            sum += words.getVolatile(at(slot) + word);
        }
        return sum;
    }
}
