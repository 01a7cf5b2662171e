package dev.towpath.shm.store;

import dev.towpath.shm.structure.Blocks;
import java.lang.foreign.MemoryLayout;
import java.util.List;

/** Names the words of a region by struct and word, such as {@code channel.head}; numbers are left out. */
final class WordNames {

    private final List<MappedRegion.Section> sections;
    private final String[][] names;

    WordNames(RegionLayout layout, Blocks blocks) {
        this.sections = MappedRegion.sections(layout, blocks);
        this.names = new String[sections.size()][];
        for (int i = 0; i < names.length; i++) {
            MappedRegion.Section section = sections.get(i);
            names[i] = section.struct().memberLayouts().stream()
                    .map(MemoryLayout::name)
                    .map(word -> section.name() + "." + word.orElse("").replaceAll("[0-9]", ""))
                    .toArray(String[]::new);
        }
    }

    /** The name of the word at an offset. */
    String of(long offset) {
        for (int i = 0; i < names.length; i++) {
            MappedRegion.Section section = sections.get(i);
            long within = offset - section.base();
            long bytes = section.struct().byteSize();
            if (within >= 0 && within < section.count() * bytes) {
                return names[i][(int) (within % bytes / Long.BYTES)];
            }
        }
        return "";
    }
}
