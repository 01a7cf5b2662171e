package dev.towpath.shm;

import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.SteppedFileSystem;
import dev.towpath.shm.store.MappedRegion;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.RecordTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Objects;

/** What is done with the files of a region, each in a setting in which it takes all the steps that it can. */
enum FileDeed {
    MAKING(Fate.NONE),
    MAKING_AFTER_A_MAKER_HAS_DIED(Fate.NONE) {
        @Override
        void prepare(Path base) throws IOException {
            Files.createFile(RegionDirectory.open(base).path().resolve(PREFIX + "@new-dead"));
        }
    },
    OPENING(Fate.KEPT),
    OPENING_AFTER_A_PARTICIPANT_HAS_DIED(Fate.KEPT) {
        @Override
        void prepare(Path base) throws IOException {
            super.prepare(base);
            leaveDeadParticipant(base);
        }
    },
    JOINING(Fate.KEPT) {
        @Override
        boolean isAmongOthers() {
            return true;
        }
    },
    REPLACING_A_REGION_OF_AN_EARLIER_BOOT(Fate.LOST) {
        @Override
        void prepare(Path base) throws IOException {
            super.prepare(base);
            try (MappedRegion region = MappedRegion.open(base, PREFIX)) {
                region.set("RegionHeader", 0, "bootIdHigh", ~region.get("RegionHeader", 0, "bootIdHigh"));
                region.set("RegionHeader", 0, "formatVersion", 0); // whose checksum nobody knows
            }
        }
    },
    DELETING(Fate.KEPT_OR_LOST) {
        @Override
        void prepare(Path base) throws IOException {
            super.prepare(base);
            leaveDeadParticipant(base);
        }

        @Override
        void perform(Path base) {
            SharedMemoryLayer.delete(base, PREFIX);
        }
    },
    DELETING_AFTER_A_MAKER_HAS_DIED(Fate.NONE) {
        @Override
        void prepare(Path base) throws IOException {
            MAKING_AFTER_A_MAKER_HAS_DIED.prepare(base);
        }

        @Override
        void perform(Path base) {
            DELETING.perform(base);
        }
    };

    static final String PREFIX = "files";
    static final String CHANNEL = "c";

    /** What becomes of the message that was in the region before. */
    enum Fate {
        NONE,
        KEPT,
        LOST,
        KEPT_OR_LOST
    }

    private final Fate fate;

    FileDeed(Fate fate) {
        this.fate = fate;
    }

    /** What may become of the message, if it is done or somebody dies in it. */
    Fate fate() {
        return fate;
    }

    /** Whether others live in the region meanwhile. */
    boolean isAmongOthers() {
        return false;
    }

    /** Makes the setting. */
    void prepare(Path base) throws IOException {
        if (fate != Fate.NONE) {
            try (SharedMemoryLayer layer = open(base)) {
                layer.send(CHANNEL, new byte[] {1});
            }
        }
    }

    /** Does it. */
    void perform(Path base) {
        open(base).close();
    }

    /** Does it, and asks before each step of this thread, not of those in the background. */
    void perform(Path base, SteppedFileSystem.Hook hook) {
        Thread actor = Thread.currentThread();
        perform(SteppedFileSystem.view(base, step -> {
            if (Thread.currentThread() == actor) {
                hook.before(step);
            }
        }));
    }

    static SharedMemoryLayer open(Path base) {
        return SharedMemoryLayer.builder(PREFIX)
                .directory(base)
                .messageMemory(128 << 10)
                .groupMemory(4 << 10)
                .expiry(Duration.ofMinutes(20))
                .open();
    }

    /** Leaves the first slot in use, but its lock free, and a socket at which nobody listens. */
    private static void leaveDeadParticipant(Path base) throws IOException {
        try (MappedRegion region = MappedRegion.open(base, PREFIX)) {
            long control = region.get("participant", 0, "control");
            region.set("participant", 0, "control", Control.of(Control.generation(control), 1, 0, RecordTable.LIVE));
        }
        Files.createFile(
                Objects.requireNonNull(RegionDirectory.find(base)).socket(PREFIX, 0),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
