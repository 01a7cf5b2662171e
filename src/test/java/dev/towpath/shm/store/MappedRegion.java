package dev.towpath.shm.store;

import dev.towpath.shm.memory.HeaderLayout;
import dev.towpath.shm.memory.Layouts;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.RegionFile;
import dev.towpath.shm.memory.SegmentWords;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.Reference;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The words of a real region by struct and name, to write into it what no participant would. */
public final class MappedRegion implements AutoCloseable {

    final Structures structures;
    final Words words;
    private final RegionFile file;
    private final List<Section> sections;

    /** An array of structs. */
    public record Section(StructLayout struct, long base, long count) {

        public String name() {
            return struct.name().orElseThrow();
        }

        public int wordsOfRecord() {
            return (int) (struct.byteSize() / Long.BYTES);
        }
    }

    private MappedRegion(RegionFile file) {
        this.file = file;
        this.words = new SegmentWords(file.segment());
        RegionLayout layout = RegionLayout.of(
                file.header().messageMemoryBytes(), file.header().groupMemoryBytes());
        this.structures = Structures.of(words, layout, file.header().hashSeed(), Control.MAX_OWNER);
        this.sections = sections(layout, structures.blocks());
    }

    /** Lists the arrays of structs in a region. */
    static List<Section> sections(RegionLayout layout, Blocks blocks) {
        long granules = blocks.granules();
        return List.of(
                new Section(HeaderLayout.STRUCT, 0, 1),
                new Section(ParticipantLayout.RECORD, layout.participantsAt(), RegionLayout.PARTICIPANTS),
                new Section(DutyLayout.RECORD, layout.dutiesAt(), 1),
                new Section(struct("channel"), layout.channelsAt(), layout.channels()),
                new Section(struct("bucket"), layout.channelIndexAt(), layout.channels() / 4),
                new Section(struct("fanout"), layout.fanOutsAt(), layout.fanOuts()),
                new Section(struct("slab"), layout.blockWordsAt(), layout.slabs()),
                new Section(struct("block.control"), blocks.control(0), granules),
                new Section(struct("block.next"), blocks.next(0), granules),
                new Section(struct("block.info"), blocks.sequence(0), granules),
                new Section(struct("membership"), layout.membershipsAt(), layout.memberships()),
                new Section(struct("bucket"), layout.membershipIndexAt(), layout.memberships() / 4),
                new Section(payloadWords(), layout.payloadAt(), granules));
    }

    private static StructLayout struct(String name) {
        return Structures.layouts().stream()
                .filter(struct -> struct.name().orElseThrow().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The words at the beginning of a block's payload that refer to something: see {@link Payloads}. */
    private static StructLayout payloadWords() {
        String[] names = new String[Blocks.GRANULE_BYTES / Long.BYTES];
        for (int i = 0; i < names.length; i++) {
            names[i] = "payload" + i;
        }
        return Layouts.struct("payload", names);
    }

    /** Maps the region of a prefix, which exists. */
    public static MappedRegion open(Path base, String prefix) {
        return new MappedRegion(RegionFile.open(RegionDirectory.open(base), prefix, Inspection.spec()));
    }

    public Path path() {
        return file.path();
    }

    public List<Section> sections() {
        return sections;
    }

    /** The array of a struct; of the buckets, the first one. */
    Section section(String struct) {
        return section(sections, struct);
    }

    private static Section section(List<Section> sections, String struct) {
        return sections.stream()
                .filter(section -> section.name().equals(struct))
                .findFirst()
                .orElseThrow();
    }

    /** Where a word of a record is. */
    long at(String struct, long index, String word) {
        return at(sections, struct, index, word);
    }

    /** Where a word of a record is in a region with some sections. */
    static long at(List<Section> sections, String struct, long index, String word) {
        Section section = section(sections, struct);
        return section.base() + index * section.struct().byteSize() + Layouts.offset(section.struct(), word);
    }

    public long get(String struct, long index, String word) {
        return words.get(at(struct, index, word));
    }

    public void set(String struct, long index, String word, long value) {
        words.set(at(struct, index, word), value);
    }

    /** The record of a channel. */
    public int channel(String name) {
        return Reference.index(structures.channels().find(name(name)));
    }

    /** The record of a group. */
    public int group(String name) {
        return Reference.index(structures.memberships().findGroup(name(name)));
    }

    /** The block at a place in a channel's queue; the dummy is at place 0. */
    public int message(String channel, int place) {
        int block = Reference.index(get("channel", channel(channel), "head"));
        for (int i = 0; i < place; i++) {
            block = Reference.index(get("block.next", block, "next"));
        }
        return block;
    }

    private static Name name(String name) {
        return Name.of(name.getBytes(StandardCharsets.US_ASCII));
    }

    /** All bytes of the region. */
    public long[] save() {
        return file.segment().toArray(ValueLayout.JAVA_LONG);
    }

    /** Writes all bytes of the region. */
    public void restore(long[] saved) {
        MemorySegment.copy(saved, 0, file.segment(), ValueLayout.JAVA_LONG, 0, saved.length);
    }

    /** Whether newcomers come into this region, and not into another one that has replaced it. */
    public boolean isInPlace() {
        return file.isInPlace();
    }

    @Override
    public void close() {
        file.close();
    }
}
