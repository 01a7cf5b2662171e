package dev.towpath;

import java.lang.foreign.MemorySegment;

/** Handles messages as they are {@linkplain Receiver#drain(MessageHandler, int) drained}. */
@FunctionalInterface
public interface MessageHandler {

    /**
     * Handles one message.
     *
     * @param channel the full name it was sent to
     * @param payload its bytes, valid and private to the caller during this call only: copy what is needed later
     */
    void onMessage(String channel, MemorySegment payload);
}
