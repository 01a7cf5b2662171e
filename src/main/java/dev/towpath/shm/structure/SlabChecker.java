package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Checks that the owner words of blocks agree with how their slabs are cut, in a region that nobody is changing. */
public final class SlabChecker {

    private SlabChecker() {}

    /**
     * Looks at every slab (A1, A3).
     *
     * @param blocks where the blocks are
     * @param isAlive whether an owner lives, who then may be cutting a slab
     * @return what is wrong, in words
     */
    public static List<String> check(Blocks blocks, IntPredicate isAlive) {
        Words words = blocks.words();
        List<String> violations = new ArrayList<>();
        for (int slab = 0; slab < blocks.slabs(); slab++) {
            long control = words.getVolatile(blocks.slab(slab));
            int state = Control.state(control);
            if (state == SlabCutter.STABLE || state == SlabCutter.EXHAUSTED) {
                checkCut(blocks, slab, Control.kind(control), violations);
            } else if (!isAlive.test(Control.owner(control))) {
                violations.add("slab " + slab + " is being cut by owner " + Control.owner(control) + ", who is dead");
            }
        }
        return violations;
    }

    private static void checkCut(Blocks blocks, int slab, int sizeClass, List<String> violations) {
        for (int i = 0; i < Blocks.SLAB_GRANULES; i++) {
            int block = slab * Blocks.SLAB_GRANULES + i;
            long control = blocks.words().getVolatile(blocks.control(block));
            int state = Control.state(control);
            boolean first = (i & ((1 << sizeClass) - 1)) == 0;
            boolean right = first
                    ? state <= BlockArena.PART && Control.kind(control) == sizeClass
                    : state == BlockArena.COVERED;
            if (!right) {
                violations.add("block " + block + " is in state " + state + " and class " + Control.kind(control)
                        + ", in a slab of class " + sizeClass);
            }
        }
    }
}
