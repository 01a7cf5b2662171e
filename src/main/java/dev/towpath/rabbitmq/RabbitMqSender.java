package dev.towpath.rabbitmq;

import dev.towpath.rabbitmq.Publication.Fate;
import dev.towpath.wire.EncodingSender;
import java.util.List;

/** Sends to one channel of a RabbitMQ layer. */
final class RabbitMqSender extends EncodingSender {
    private final Engine engine;
    private final Address address;

    RabbitMqSender(Engine engine, Address address, int capacity) {
        super(engine.payloads(), address.channel(), capacity);
        this.engine = engine;
        this.address = address;
    }

    @Override
    protected Outcome attempt(byte[] map, boolean counted) {
        Fate fate = engine.send(address, Parcel.toChannel(map, channel()));
        if (counted && fate != Fate.ACCEPTED) {
            engine.tally().countFull(address);
        }
        return switch (fate) {
            case ACCEPTED -> Outcome.SENT;
            case MEMORY_FULL -> Outcome.MEMORY_FULL;
            default -> Outcome.CHANNEL_FULL;
        };
    }

    /**
     * Sends one by one: of several on their way, a later one may find room that an earlier one did not, and the broker
     * cannot be told to refuse it as well.
     */
    @Override
    protected int sendMaps(List<byte[]> maps) {
        int sent = 0;
        while (sent < maps.size() && attempt(maps.get(sent), true) == Outcome.SENT) {
            sent++;
        }
        return sent;
    }

    @Override
    protected void pause(long nanos) throws InterruptedException {
        engine.pause(nanos);
    }
}
