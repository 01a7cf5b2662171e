package dev.towpath.shm.structure;

import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/** Gives the sizes and the list of all structs of this package to whoever lays out a region. */
public final class StructureLayouts {

    /** Bytes of index for each record: two slots. */
    public static final long INDEX_BYTES = 2L * Long.BYTES;

    private StructureLayouts() {}

    /**
     * Lists the structs.
     *
     * @return every struct of this package, in a fixed order
     */
    public static List<StructLayout> all() {
        List<StructLayout> all = new ArrayList<>(BlockLayout.ALL);
        all.add(ChannelLayout.RECORD);
        all.add(SlotLayout.BUCKET);
        all.add(FanOutLayout.RECORD);
        all.add(MembershipLayout.RECORD);
        return List.copyOf(all);
    }

    /**
     * Sizes a channel record.
     *
     * @return bytes
     */
    public static long channelBytes() {
        return ChannelLayout.BYTES;
    }

    /**
     * Sizes a fan-out record.
     *
     * @return bytes
     */
    public static long fanOutBytes() {
        return FanOutLayout.BYTES;
    }

    /**
     * Sizes a membership record.
     *
     * @return bytes
     */
    public static long membershipBytes() {
        return MembershipLayout.BYTES;
    }

    /**
     * Sizes an index.
     *
     * @param records how many records it can name
     * @return bytes
     */
    public static long indexBytes(int records) {
        return Index.bucketsFor(records) * SlotLayout.BUCKET_BYTES;
    }
}
