package dev.towpath.rabbitmq;

import dev.towpath.Message;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Sorts what arrives in the inbox: messages into the mailroom, news from other layers to where they concern. */
final class Arrivals implements ConsumeSession.Listener {
    private static final Logger LOGGER = System.getLogger(Arrivals.class.getName());

    private final AtomicBoolean warned = new AtomicBoolean();
    private final Addresses addresses;
    private final Groups groups;
    private final Mailroom mailroom;
    private final SharedConsumers consumers;
    private final Clearing clearing;

    Arrivals(Addresses addresses, Groups groups, Mailroom mailroom, SharedConsumers consumers, Clearing clearing) {
        this.addresses = addresses;
        this.groups = groups;
        this.mailroom = mailroom;
        this.consumers = consumers;
        this.clearing = clearing;
    }

    @Override
    public void arrived(Window.Place place, Window window, String exchange, byte[] body) {
        if (exchange.equals(addresses.controlExchange())) {
            mailroom.arrive(place, window, List.of());
            clearing.hear(body);
        } else {
            mailroom.arrive(place, window, open(body));
        }
    }

    private List<Message> open(byte[] body) {
        try {
            return Parcel.openForInbox(body, addresses, groups.memberships());
        } catch (IllegalArgumentException e) {
            if (!warned.getAndSet(true)) {
                LOGGER.log(
                        Level.WARNING,
                        "dropped what came to {0} and is no message of a layer, and will drop more without a word: {1}",
                        addresses.inbox(),
                        e.getMessage());
            }
            return List.of();
        }
    }

    @Override
    public void began(ConsumeSession session) {
        consumers.began(session);
        groups.began();
    }

    @Override
    public void ended(ConsumeSession session) {
        consumers.ended(session);
    }
}
