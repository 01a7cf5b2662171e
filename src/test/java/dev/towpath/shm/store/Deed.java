package dev.towpath.shm.store;

/**
 * An operation that dies or stops in a test.
 *
 * @param name what it does
 * @param setting what is there before
 * @param act what it does
 * @param effect what that means in the model
 * @param evicting whether its participant has members evicted by expired messages
 * @param broad whether it makes hundreds of writes, so that pairs of deaths are for the long tests
 */
record Deed(String name, Act setting, Act act, Effect effect, boolean evicting, boolean broad) {

    /** What a participant does; others are to be had from the ground. */
    @FunctionalInterface
    interface Act {
        void run(Ground ground, Tenant tenant);
    }

    static Deed of(String name, Act setting, Act act, Effect effect) {
        return new Deed(name, setting, act, effect, false, false);
    }

    /** The same with eviction. */
    Deed withEviction() {
        return new Deed(name, setting, act, effect, true, broad);
    }

    /** The same, said to make many writes. */
    Deed withManyWrites() {
        return new Deed(name, setting, act, effect, evicting, true);
    }

    @Override
    public String toString() {
        return name;
    }
}
