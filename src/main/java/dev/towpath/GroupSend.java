package dev.towpath;

/**
 * Tells how a message sent to a {@link Group} fared.
 *
 * @param delivered how many members took it
 * @param full how many members were skipped because they were full, or because the memory for messages was used up
 */
public record GroupSend(int delivered, int full) {}
