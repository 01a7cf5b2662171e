package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.shm.memory.Layouts;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.Reference;
import java.io.IOException;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Compares the format of a region with a copy of it, so that nobody changes it without noticing. */
class GoldenLayoutTest {

    private static final Path GOLDEN =
            Path.of("src", "test", "resources", "dev", "towpath", "shm", "store", "layouts.txt");

    @Test
    void theFormatOfARegionIsTheOneThatWasWrittenDown() throws IOException {
        String now = describe();
        if (Boolean.getBoolean("towpath.golden.update")) {
            Files.writeString(GOLDEN, now);
        }
        assertEquals(
                Files.readString(GOLDEN),
                now,
                () -> "The format of a region has changed. With another fingerprint, builds before and after the change"
                        + " refuse each other's regions; if only the meaning of words has changed, raise"
                        + " HeaderLayout.FORMAT_VERSION so that they do. If the change is wanted, write the new format"
                        + " down with: mvn test -Dtest=GoldenLayoutTest -Dtowpath.golden.update=true");
    }

    private static String describe() {
        StringBuilder text = new StringBuilder();
        for (StructLayout struct : Structures.layouts()) {
            text.append(Layouts.describe(struct)).append('\n');
        }
        text.append("fingerprint ")
                .append(Long.toHexString(Structures.fingerprint()))
                .append("\n\n");
        text.append("control of generation 1, owner 2, kind 3, state 4: ")
                .append(Long.toHexString(Control.of(1, 2, 3, 4)))
                .append("\nreference of tag 1, index 2: ")
                .append(Long.toHexString(Reference.of(1, 2)))
                .append("\nlife of deadline 1, kind 2, length 3: ")
                .append(Long.toHexString(Life.of(1, 2, 3)))
                .append("\n\n");
        text.append(RegionLayout.of(100L << 20, 20L << 20).toString().replace(", ", "\n  "));
        return text.append('\n').toString();
    }
}
