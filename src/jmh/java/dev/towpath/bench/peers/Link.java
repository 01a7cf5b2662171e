package dev.towpath.bench.peers;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Is one end of a connection: what is offered at one end is taken at the other. Used by one thread. */
interface Link extends AutoCloseable {

    /** Sends a message if there is room for it. */
    boolean offer(byte[] message) throws Exception;

    /** Sends several messages as the peer does it best; how many were sent. */
    default int offerAll(List<byte[]> messages) throws Exception {
        for (int i = 0; i < messages.size(); i++) {
            if (!offer(messages.get(i))) {
                return i;
            }
        }
        return messages.size();
    }

    /** Sends a map, encoded as is natural for the peer, if there is room for it. */
    boolean offerMap(Map<String, Object> message) throws Exception;

    /** Takes the messages that are there, at most so many, and looks at each; how many there were. */
    default int poll(int limit) throws Exception {
        int polled = 0;
        while (polled < limit && tryTake() >= 0) {
            polled++;
        }
        return polled;
    }

    /** Takes a message and returns its first byte, at least 0; -1 if there is none. */
    int tryTake() throws Exception;

    /** Takes a message and decodes it; null if there is none. */
    @Nullable
    Map<?, ?> tryTakeMap() throws Exception;

    /** Waits for a message, asleep if the peer can, and returns its first byte. */
    default int take() throws Exception {
        throw new UnsupportedOperationException("does not sleep");
    }

    @Override
    void close() throws Exception;
}
