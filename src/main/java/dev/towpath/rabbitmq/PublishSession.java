package dev.towpath.rabbitmq;

import java.io.IOException;

/** Holds what is needed to publish over one connection: an AMQP channel for each kind of message, as Python has it. */
final class PublishSession implements Reconnector.Session {
    /** A quarter of the least buffer that Linux gives to a socket. */
    private static final int SURELY_BUFFERED = 4 << 10;

    private final BrokerConnection connection;
    private final ConfirmingChannel direct;
    private final ConfirmingChannel others;

    PublishSession(BrokerConnection connection) throws IOException {
        this.connection = connection;
        this.direct = ConfirmingChannel.on(connection);
        this.others = ConfirmingChannel.on(connection);
    }

    @Override
    public BrokerConnection connection() {
        return connection;
    }

    /** Gives the channel for messages to an exchange; the nameless one is that of direct messages. */
    ConfirmingChannel channelFor(String exchange) {
        return exchange.isEmpty() ? direct : others;
    }

    /**
     * Whether writing a message cannot make anybody wait, because it fits into the buffer of the socket even if the
     * broker has read nothing that it has not confirmed. TLS has messages of its own, and may have to wait for them.
     */
    boolean hasRoomFor(Publication publication) {
        long bytes = direct.unconfirmedBytes() + others.unconfirmedBytes() + publication.size();
        return bytes <= SURELY_BUFFERED && !connection.isEncrypted();
    }

    @Override
    public void ended(Throwable cause) {
        // the channels have told each message that waited for its confirmation
    }
}
