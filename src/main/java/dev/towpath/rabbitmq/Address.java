package dev.towpath.rabbitmq;

/**
 * Says where on the broker the messages of a channel wait.
 *
 * @param channel the full name of the channel
 * @param queue the broker's queue, which is also the routing key to it
 * @param kind whose queue it is
 */
record Address(String channel, String queue, Kind kind) {
    /** Whose queue it is. */
    enum Kind {
        /** Everybody may declare it and receive from it. */
        SHARED,
        /** The inbox of the layer that asks. */
        OWN_INBOX,
        /** The inbox of another layer, or of a Python process. */
        FOREIGN_INBOX
    }

    boolean isShared() {
        return kind == Kind.SHARED;
    }
}
