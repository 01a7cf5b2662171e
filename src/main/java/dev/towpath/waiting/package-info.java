/** What all layers need to wait: points in time, pauses between attempts, and messages to come. */
package dev.towpath.waiting;
