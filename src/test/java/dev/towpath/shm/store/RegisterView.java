package dev.towpath.shm.store;

import dev.towpath.shm.memory.HeaderLayout;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.SegmentWords;
import dev.towpath.shm.memory.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads the register of a region's participants without being one. */
public final class RegisterView implements AutoCloseable {

    private final Arena arena = Arena.ofShared();
    private final Words words;

    /** A slot, what its owner word is, and the process id that the participant in it has for itself. */
    public record Entry(int slot, long control, long process) {}

    private RegisterView(Path region) throws IOException {
        try (FileChannel channel = FileChannel.open(region, StandardOpenOption.READ)) {
            long bytes = HeaderLayout.SIZE_BYTES + RegionLayout.PARTICIPANTS * ParticipantLayout.BYTES;
            this.words = new SegmentWords(channel.map(MapMode.READ_ONLY, 0, bytes, arena));
        }
    }

    /** Looks at a region. */
    public static RegisterView of(Path base, String prefix) {
        try {
            return new RegisterView(RegionDirectory.open(base).region(prefix));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Who has a slot. */
    public Entry entry(int slot) {
        long at = RegionLayout.of(RegionLayout.MIN_MESSAGE_MEMORY_BYTES, RegionLayout.MIN_GROUP_MEMORY_BYTES)
                        .participantsAt()
                + slot * ParticipantLayout.BYTES;
        return new Entry(slot, words.getVolatile(at), words.getVolatile(at + ParticipantLayout.PROCESS));
    }

    /** Whether nobody has left the slot since. */
    public boolean isJoined(Entry entry) {
        return entry(entry.slot()).equals(entry);
    }

    @Override
    public void close() {
        arena.close();
    }
}
