package dev.towpath.bench.peers;

/** Says how far apart the two cores are. A virtual machine's host moves them, which changes every figure. */
enum Regime {
    /** The cores share a cache. */
    NEAR,
    /** They do not. */
    FAR;

    /** Between what was seen of near cores, 70 to 110 ns, and of far ones, 250 to 500 ns. */
    private static final double BORDER_NANOS = 180;

    /** What a cache line's round trip says. */
    static Regime of(double cacheLineNanos) {
        return cacheLineNanos < BORDER_NANOS ? NEAR : FAR;
    }
}
