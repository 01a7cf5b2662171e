/** The channel layer that keeps messages and groups in shared memory. */
package dev.towpath.shm;
