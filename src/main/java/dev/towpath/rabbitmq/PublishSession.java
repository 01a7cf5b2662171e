package dev.towpath.rabbitmq;

import java.io.IOException;

/** Holds what is needed to publish over one connection: an AMQP channel for each kind of message, as Python has it. */
final class PublishSession implements Link.Session {
    private final Line line;
    private final ConfirmingChannel direct;
    private final ConfirmingChannel others;

    PublishSession(Line line) throws IOException {
        this.line = line;
        this.direct = ConfirmingChannel.on(line);
        this.others = ConfirmingChannel.on(line);
    }

    @Override
    public Line line() {
        return line;
    }

    /** Gives the channel for messages to an exchange; the nameless one is that of direct messages. */
    ConfirmingChannel channelFor(String exchange) {
        return exchange.isEmpty() ? direct : others;
    }

    @Override
    public void ended(Throwable cause) {
        // the channels have told each message that waited for its confirmation
    }
}
