package dev.towpath.shm.structure;

/** What an {@link Index} looks for: says how it hashes and whether a record is its own. */
interface Key {

    /** A hash that is the same in every process. */
    long hash();

    /**
     * Whether a record carries this key. The answer counts only if the record was not recycled meanwhile, which the
     * index checks afterwards.
     */
    boolean matches(int record);
}
