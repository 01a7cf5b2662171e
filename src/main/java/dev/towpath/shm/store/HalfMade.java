package dev.towpath.shm.store;

import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import java.util.HashSet;
import java.util.Set;

/**
 * Remembers what the living had not finished when a sweep came by, as long as that may hide what a dead one has left.
 *
 * <p>A block that its living sender is linking may have been taken by a receiver who died before he freed it; a fan-out
 * that its living sender has not sealed may have a bit that a receiver died before he cleared. The sweep must not touch
 * either, and no death will ever be a reason to look again: so whoever swept remembers them, and looks again when their
 * senders have gone on. Until then they hold a block, or a payload, and nothing else. If whoever swept goes first, his
 * own sweep, by others, decides about everything.
 *
 * <p>For one thread at a time.
 */
final class HalfMade {

    private final Structures structures;
    private final Set<Long> blocks = new HashSet<>();
    private final Set<Long> fanOuts = new HashSet<>();

    HalfMade(Structures structures) {
        this.structures = structures;
    }

    /** Remembers a block that its sender is linking. */
    void addBlock(long block) {
        blocks.add(block);
    }

    /** Remembers a fan-out that its sender has not sealed. */
    void addFanOut(long fanOut) {
        fanOuts.add(fanOut);
    }

    /** What of it is still not finished. */
    HalfMade unfinished() {
        HalfMade unfinished = new HalfMade(structures);
        blocks.stream().filter(this::isLinking).forEach(unfinished::addBlock);
        fanOuts.stream().filter(this::isUnsealed).forEach(unfinished::addFanOut);
        return unfinished;
    }

    /** Forgets everything but what others remember too. */
    void retain(HalfMade others) {
        blocks.retainAll(others.blocks);
        fanOuts.retainAll(others.fanOuts);
    }

    /** How much is remembered. */
    int size() {
        return blocks.size() + fanOuts.size();
    }

    private boolean isLinking(long block) {
        long control = structures.words().getVolatile(structures.blocks().control(Reference.index(block)));
        return Reference.names(block, control) && Control.state(control) == BlockArena.LINKING;
    }

    private boolean isUnsealed(long fanOut) {
        long control = structures.fanOuts().records().control(Reference.index(fanOut));
        return Reference.names(fanOut, control) && Control.state(control) == RecordTable.INIT;
    }
}
