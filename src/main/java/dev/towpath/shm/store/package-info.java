/**
 * What a layer keeps in its region: messages, groups and participants, and how they are waited for, expired and
 * recovered.
 *
 * <p>{@link dev.towpath.shm.store.Store} puts everything together.
 */
package dev.towpath.shm.store;
