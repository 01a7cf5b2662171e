package dev.towpath.shm.memory;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Declares structs of named 8-byte words and gives the offsets and the fingerprint that follow from them. */
public final class Layouts {

    private Layouts() {}

    /**
     * Declares a struct.
     *
     * @param name its name
     * @param words the names of its words, in order
     * @return the struct, without padding
     */
    public static StructLayout struct(String name, String... words) {
        MemoryLayout[] members = Arrays.stream(words)
                .map(word -> ValueLayout.JAVA_LONG.withName(word))
                .toArray(MemoryLayout[]::new);
        return MemoryLayout.structLayout(members).withName(name);
    }

    /**
     * Derives where a word stands.
     *
     * @param struct the struct
     * @param word the word's name
     * @return its byte offset in the struct
     */
    public static long offset(StructLayout struct, String word) {
        return struct.byteOffset(PathElement.groupElement(word));
    }

    /**
     * Condenses the format of a region into a number, so that builds that differ in any struct refuse each other.
     *
     * @param structs every struct, in a fixed order
     * @return a checksum over the names, offsets and sizes of all structs and words
     */
    public static long fingerprint(List<StructLayout> structs) {
        CRC32C crc = new CRC32C();
        for (StructLayout struct : structs) {
            crc.update(describe(struct).getBytes(StandardCharsets.UTF_8));
        }
        return crc.getValue();
    }

    /**
     * Prints a struct as the fingerprint sees it.
     *
     * @param struct the struct
     * @return one line for the struct and one for each word: offset, size and name
     */
    public static String describe(StructLayout struct) {
        StringBuilder text = new StringBuilder();
        text.append(struct.name().orElseThrow())
                .append(' ')
                .append(struct.byteSize())
                .append('\n');
        long offset = 0;
        for (MemoryLayout member : struct.memberLayouts()) {
            text.append("  ")
                    .append(offset)
                    .append(' ')
                    .append(member.byteSize())
                    .append(' ');
            text.append(member.name().orElse("(unused)")).append('\n');
            offset += member.byteSize();
        }
        return text.toString();
    }
}
