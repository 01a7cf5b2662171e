package dev.towpath.rabbitmq;

import java.io.IOException;

/** Holds what is needed to publish over one connection: an AMQP channel for each kind of message, as Python has it. */
final class PublishSession implements Reconnector.Session {
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

    /** Whether writing a message makes nobody wait, even if the broker has read no more than it has confirmed. */
    boolean hasRoomFor(Publication publication) {
        return connection.surelyTakes(direct.unconfirmedBytes() + others.unconfirmedBytes() + publication.size());
    }

    @Override
    public void ended(Throwable cause) {
        // the channels have told each message that waited for its confirmation
    }
}
