package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** Checks that the owner words of blocks agree with how their slabs are cut; only reads. */
public final class SlabChecker {

    private SlabChecker() {}

    /**
     * Looks at every slab (A1, A3).
     *
     * @param blocks where the blocks are
     * @param isAlive whether an owner lives, who then may be cutting a slab
     * @return what is wrong
     */
    public static List<Finding> check(Blocks blocks, IntPredicate isAlive) {
        Words words = blocks.words();
        List<Finding> findings = new ArrayList<>();
        for (int slab = 0; slab < blocks.slabs(); slab++) {
            long control = words.getVolatile(blocks.slab(slab));
            if (isCut(control)) {
                checkCut(blocks, slab, control, findings);
            } else if (!isAlive.test(Control.owner(control))) {
                findings.add(Finding.damage(
                        "slab " + slab + " is in state " + Control.state(control) + " by owner "
                                + Control.owner(control) + ", who is dead",
                        control));
            }
        }
        return findings;
    }

    private static boolean isCut(long control) {
        return Control.state(control) == SlabCutter.STABLE || Control.state(control) == SlabCutter.EXHAUSTED;
    }

    private static void checkCut(Blocks blocks, int slab, long slabControl, List<Finding> findings) {
        int sizeClass = Control.kind(slabControl);
        if (sizeClass >= BlockArena.SIZE_CLASSES) {
            findings.add(Finding.damage("slab " + slab + " is cut into blocks of class " + sizeClass, slabControl));
            return;
        }
        for (int i = 0; i < Blocks.SLAB_GRANULES; i++) {
            int block = slab * Blocks.SLAB_GRANULES + i;
            long control = blocks.words().getVolatile(blocks.control(block));
            int state = Control.state(control);
            boolean first = (i & ((1 << sizeClass) - 1)) == 0;
            boolean right = first
                    ? state <= BlockArena.PART && Control.kind(control) == sizeClass
                    : state == BlockArena.COVERED;
            if (!right) {
                findings.add(Finding.damage(
                        "block " + block + " is in state " + state + " and class " + Control.kind(control)
                                + ", in a slab of class " + sizeClass,
                        control,
                        Control.generation(slabControl)));
            }
        }
    }

    /**
     * Tells into what each slab is cut.
     *
     * @param blocks where the blocks are
     * @return how many slabs have each size class, and behind them how many somebody is cutting
     */
    public static List<Integer> countCuts(Blocks blocks) {
        Integer[] counts = new Integer[BlockArena.SIZE_CLASSES + 1];
        Arrays.fill(counts, 0);
        for (int slab = 0; slab < blocks.slabs(); slab++) {
            long control = blocks.words().getVolatile(blocks.slab(slab));
            counts[
                    isCut(control)
                            ? Math.min(Control.kind(control), BlockArena.SIZE_CLASSES)
                            : BlockArena.SIZE_CLASSES]++;
        }
        return List.of(counts);
    }

    /**
     * Tells who is cutting a slab.
     *
     * @param blocks where the blocks are
     * @param slab its index
     * @return the owner, or {@link Control#NOBODY}
     */
    public static int cutterOf(Blocks blocks, int slab) {
        return Control.owner(blocks.words().getVolatile(blocks.slab(slab)));
    }
}
