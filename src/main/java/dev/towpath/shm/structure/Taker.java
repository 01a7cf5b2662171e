package dev.towpath.shm.structure;

/**
 * Copies messages out of a queue before they are delivered.
 *
 * <p>What it reads may be garbage, because somebody else may be taking the same messages and the blocks may be in other
 * use by now. It counts only after {@link ChannelQueue#take} has returned; until then nothing may be decided on it.
 */
public interface Taker {

    /** Begins a step, or begins it anew because another receiver was faster: what was copied so far does not count. */
    void begin();

    /**
     * Copies one message to private memory.
     *
     * @param i its place in this step, from 0
     * @param block its block
     * @param life its life word
     * @param expired whether its deadline has come: then it is dropped, and only what is needed to free it is copied
     * @return whether it was copied; if not, the step ends before this message
     */
    boolean copy(int i, int block, long life, boolean expired);
}
