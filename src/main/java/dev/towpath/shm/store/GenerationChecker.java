package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Finding;
import dev.towpath.shm.structure.RecordTable;
import java.util.ArrayList;
import java.util.List;

/** Checks from one look at a region to the next that generations only grow (I5); only reads. */
final class GenerationChecker {

    private final Words words;
    private final Blocks blocks;
    private final List<RecordTable> tables;

    /** The largest generation that was seen of each block, and of each record of each table. */
    private final long[] ofBlocks;

    private final List<long[]> ofTables = new ArrayList<>();

    GenerationChecker(Structures structures) {
        this.words = structures.words();
        this.blocks = structures.blocks();
        this.tables = List.of(
                structures.channels().records(),
                structures.fanOuts().records(),
                structures.memberships().records());
        this.ofBlocks = new long[blocks.granules()];
        tables.forEach(table -> ofTables.add(new long[table.count()]));
    }

    /** Looks at every owner word. */
    List<Finding> look() {
        List<Finding> findings = new ArrayList<>();
        for (int block = 0; block < ofBlocks.length; block++) {
            note(ofBlocks, block, words.getVolatile(blocks.control(block)), "block ", findings);
        }
        List<String> names = List.of("channel record ", "fan-out ", "record of a group or membership ");
        for (int i = 0; i < names.size(); i++) {
            for (int record = 0; record < tables.get(i).count(); record++) {
                note(ofTables.get(i), record, tables.get(i).control(record), names.get(i), findings);
            }
        }
        return findings;
    }

    private static void note(long[] seen, int index, long control, String what, List<Finding> findings) {
        long generation = Control.generation(control);
        if (generation < seen[index]) {
            findings.add(Finding.damage(
                    what + index + " has generation " + generation + " and had " + seen[index] + " before", control));
        }
        seen[index] = Math.max(seen[index], generation);
    }
}
