package dev.towpath.shm.memory;

import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Declares the header at the start of every region.
 *
 * <p>The words up to {@code bootIdLow} keep their place in every format version, so that every build can tell whose
 * region it is and whether it outlived a boot. All words are written before the region becomes visible, and never
 * again.
 *
 * <table>
 * <caption>Words</caption>
 * <tr><th>word</th><th>meaning</th></tr>
 * <tr><td>magic</td><td>says that this is a region; written last</td></tr>
 * <tr><td>formatVersion</td><td>grows when the meaning of anything changes that the fingerprint does not see</td></tr>
 * <tr><td>bootIdHigh, bootIdLow</td><td>boot of the operating system in which the region was made</td></tr>
 * <tr><td>fingerprint</td><td>checksum of every struct's field names, offsets and sizes</td></tr>
 * <tr><td>messageMemoryBytes, groupMemoryBytes</td><td>the two budgets</td></tr>
 * <tr><td>regionSizeBytes</td><td>size of the file</td></tr>
 * <tr><td>createdAtNanos</td><td>when it was made, on the clock that all processes of the boot share</td></tr>
 * <tr><td>hashSeed</td><td>random number that seeds every hash in the region</td></tr>
 * <tr><td>checksum</td><td>of all words from formatVersion to hashSeed</td></tr>
 * </table>
 */
public final class HeaderLayout {

    /** Size of the header; the first struct behind it starts here. */
    public static final long SIZE_BYTES = 256;

    /** The bytes "TOWPATH" and a zero, as a number in big-endian order. */
    static final long MAGIC = 0x544F_5750_4154_4800L;

    /** The version that this build reads and writes. */
    static final long FORMAT_VERSION = 1;

    /** The header as a struct of words. */
    public static final StructLayout STRUCT = Layouts.struct("RegionHeader", words());

    static final long MAGIC_AT = Layouts.offset(STRUCT, "magic");
    static final long FORMAT_VERSION_AT = Layouts.offset(STRUCT, "formatVersion");
    static final long BOOT_ID_HIGH_AT = Layouts.offset(STRUCT, "bootIdHigh");
    static final long BOOT_ID_LOW_AT = Layouts.offset(STRUCT, "bootIdLow");
    static final long FINGERPRINT_AT = Layouts.offset(STRUCT, "fingerprint");
    static final long MESSAGE_MEMORY_BYTES_AT = Layouts.offset(STRUCT, "messageMemoryBytes");
    static final long GROUP_MEMORY_BYTES_AT = Layouts.offset(STRUCT, "groupMemoryBytes");
    static final long REGION_SIZE_BYTES_AT = Layouts.offset(STRUCT, "regionSizeBytes");
    static final long CREATED_AT_NANOS_AT = Layouts.offset(STRUCT, "createdAtNanos");
    static final long HASH_SEED_AT = Layouts.offset(STRUCT, "hashSeed");
    static final long CHECKSUM_AT = Layouts.offset(STRUCT, "checksum");

    private HeaderLayout() {}

    private static String[] words() {
        List<String> words = new ArrayList<>(List.of(
                "magic",
                "formatVersion",
                "bootIdHigh",
                "bootIdLow",
                "fingerprint",
                "messageMemoryBytes",
                "groupMemoryBytes",
                "regionSizeBytes",
                "createdAtNanos",
                "hashSeed",
                "checksum"));
        for (int i = words.size(); i < SIZE_BYTES / Long.BYTES; i++) {
            words.add("unused" + i);
        }
        return words.toArray(String[]::new);
    }
}
