/**
 * Compares the layer with what else its users could take, each between two JVMs.
 *
 * <p>{@link dev.towpath.bench.peers.Peers} runs the rows and keeps their results; {@link
 * dev.towpath.bench.peers.Worker} is the program of the JVMs that it starts; a {@link dev.towpath.bench.peers.Link} is
 * one end of a connection through one peer.
 */
package dev.towpath.bench.peers;
