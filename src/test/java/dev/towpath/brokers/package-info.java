/** Starts the servers that layers need, for tests, and puts faults between the two. */
package dev.towpath.brokers;
