package dev.towpath.shm.store;

import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.memory.Trial;

/** Runs a scenario on all structures of a small region, of which each thread has a view of its own. */
abstract class RegionTrial<O> extends Trial<O> {

    final TestRegion region;

    RegionTrial(TestRegion.Sizes sizes) {
        this.region = new TestRegion(sizes);
    }

    @Override
    protected final String label(long offset) {
        return region.label(offset);
    }

    @Override
    protected final boolean isConstant(long offset) {
        return region.isBallast(offset);
    }

    /** What nobody steps through. */
    final Structures direct() {
        return region.view(TestRegion.TESTER);
    }

    /** What a thread sees, whose accesses go through a hook. */
    final Structures view(int thread, SteppedWords.Hook hook) {
        return view(thread, hook, TestRegion.Algorithms.RIGHT);
    }

    /** The same with other algorithms. */
    final Structures view(int thread, SteppedWords.Hook hook, TestRegion.Algorithms algorithms) {
        return region.view(new SteppedWords(region.words(), hook), Sweeper.ownerOf(thread), algorithms);
    }
}
