/**
 * The lock-free structures: blocks, queues, indexes, tables, and the encodings of their words.
 *
 * <p>Each class works on {@link dev.towpath.shm.memory.Words} alone and says above its code which states and invariants
 * it has, where its operations take effect, and what a death between any two steps leaves behind.
 */
package dev.towpath.shm.structure;
