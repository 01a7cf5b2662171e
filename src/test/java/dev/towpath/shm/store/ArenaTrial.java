package dev.towpath.shm.store;

import dev.towpath.shm.memory.Event;
import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Scheduler;
import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Reference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;

/** Threads that allocate and free blocks of the largest size classes, so that slabs are cut anew all the time. */
final class ArenaTrial extends RegionTrial<Integer> {

    /** The operation that frees the block that the thread has had longest; others are size classes to allocate. */
    static final int FREE = -1;

    /** The operation that recovers the dead. */
    static final int SWEEP = -2;

    private static final int SLABS = 2;
    private static final int GRANULES = SLABS * Blocks.SLAB_GRANULES;
    private static final TestRegion.Sizes SIZES = new TestRegion.Sizes(SLABS, GRANULES, 1, 1, 1);

    private final Sweeper sweeper;

    /** Which granules belong to a block that somebody holds. */
    private final boolean[] held = new boolean[GRANULES];

    private final List<Deque<Long>> holdings = new ArrayList<>();
    private final Structures unstepped = direct();

    /** Begins with slabs of the largest class, which are cut into large pieces by few writes. */
    private ArenaTrial(int threads) {
        super(SIZES);
        this.sweeper = new Sweeper(threads, direct());
        long[] whole = new long[SLABS];
        for (int i = 0; i < SLABS; i++) {
            whole[i] = unstepped.arena().allocate(BlockArena.SIZE_CLASSES - 1);
        }
        for (long block : whole) {
            unstepped.arena().free(block);
        }
        for (int i = 0; i < threads; i++) {
            holdings.add(new ArrayDeque<>());
        }
    }

    /** Runs a scenario; what went wrong, or an empty text. */
    static String run(Scenario<Integer> scenario) {
        return run(() -> new ArenaTrial(scenario.programs().size()), scenario);
    }

    @Override
    public Scheduler.Actor<Integer> actor(int thread, SteppedWords.Hook hook, IntPredicate isDead) {
        Structures view = view(thread, hook);
        Deque<Long> mine = holdings.get(thread);
        return operation -> {
            if (operation == SWEEP) {
                sweepUp(view, isDead);
            } else if (operation != FREE) {
                long block = view.arena().allocate(operation);
                if (block != Reference.NONE) {
                    mark(block, operation, true);
                    mine.add(block);
                }
            } else if (!mine.isEmpty()) {
                release(view, mine.remove());
            }
            return "done";
        };
    }

    /** Sweeps up after those who are dead now, who hold nothing any more; not after who dies in the meantime. */
    private void sweepUp(Structures view, IntPredicate isDead) {
        BitSet dead = new BitSet();
        for (int i = 0; i < holdings.size(); i++) {
            if (isDead.test(i)) {
                dead.set(i);
                letGo(holdings.get(i));
            }
        }
        sweeper.sweep(view, dead::get);
    }

    private void letGo(Deque<Long> holding) {
        while (!holding.isEmpty()) {
            long block = holding.remove();
            mark(block, classOf(block), false);
        }
    }

    private int classOf(long block) {
        return BlockArena.sizeClassFor(unstepped.blocks().bytes(Reference.index(block)));
    }

    private void release(Structures view, long block) {
        mark(block, classOf(block), false);
        if (!view.arena().free(block)) {
            throw new AssertionError("block " + Reference.index(block) + " was free already");
        }
    }

    /** A1: blocks in use do not overlap. */
    private void mark(long block, int sizeClass, boolean taken) {
        for (int i = 0; i < 1 << sizeClass; i++) {
            if (held[Reference.index(block) + i] == taken) {
                throw new AssertionError("granule " + (Reference.index(block) + i) + " of block "
                        + Reference.index(block) + (taken ? " was in use already" : " was free already"));
            }
            held[Reference.index(block) + i] = taken;
        }
    }

    @Override
    protected String judge(Scheduler.Outcome<Integer> outcome, List<Event<Integer>> events) {
        Structures view = direct();
        sweeper.finish(outcome.dead()::get);
        List<String> violations = region.violations(
                owner -> owner <= outcome.dead().size() && !outcome.dead().get(owner - 1));
        if (!violations.isEmpty()) {
            return "violations " + violations;
        }
        sweeper.finish(other -> true); // the living leave as well
        view.arena().unmarkExhausted();
        for (int slab = 0; slab < SLABS; slab++) {
            if (view.arena().allocate(BlockArena.SIZE_CLASSES - 1) == Reference.NONE) {
                return "slab " + slab + " of " + SLABS + " cannot be had";
            }
        }
        return "";
    }
}
