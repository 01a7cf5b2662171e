/**
 * An example: a web gateway and its workers, each a JVM of its own, joined only by a channel layer.
 *
 * <p>Read {@link dev.towpath.example.Worker} first, then {@link dev.towpath.example.Gateway}: these two are what a
 * program with Towpath looks like. {@link dev.towpath.example.Demo} starts them, plays their users and their bad luck.
 */
package dev.towpath.example;
