/**
 * Benchmarks of the shared-memory layer inside one JVM, with JMH.
 *
 * <p>{@code mvn -Pjmh verify -DskipTests -Djmh.args="RawMessage"} runs those whose name matches. Each opens a region of
 * its own in the default directory and deletes it at the end.
 */
package dev.towpath.bench;
