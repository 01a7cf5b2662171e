/**
 * The mapped file and the words in it: the lowest layer, on which the lock-free structures stand.
 *
 * <p>Nothing here knows what the words mean.
 */
package dev.towpath.shm.memory;
