package dev.towpath.rabbitmq;

import dev.towpath.GroupSend;
import dev.towpath.Names;
import dev.towpath.wire.EncodingGroup;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Stands for a group of a RabbitMQ layer. The broker tells nobody who is in it: members are those that this layer has
 * added, and a sent message counts once if it reached anybody.
 */
final class RabbitMqGroup extends EncodingGroup {
    private final Engine engine;

    RabbitMqGroup(Engine engine, String name) {
        super(engine.payloads(), name);
        this.engine = engine;
    }

    @Override
    public void add(String channel) {
        Names.requireChannel(channel);
        engine.requireOpen();
        engine.groups().add(name(), engine.addresses().of(channel));
    }

    @Override
    public void discard(String channel) {
        Names.requireChannel(channel);
        engine.requireOpen();
        engine.groups().discard(name(), engine.addresses().of(channel));
    }

    @Override
    public Set<String> channels() {
        engine.requireOpen();
        Set<String> names = new LinkedHashSet<>();
        engine.groups().memberships().of(name()).forEach(member -> names.add(member.channel()));
        return Collections.unmodifiableSet(names);
    }

    @Override
    public long size() {
        return channels().size();
    }

    @Override
    protected GroupSend sendMap(byte[] map) {
        return switch (engine.sendToGroup(name(), Parcel.toGroup(map, name()))) {
            case ACCEPTED -> new GroupSend(1, 0);
            case UNROUTABLE -> new GroupSend(0, 0);
            default -> new GroupSend(0, 1);
        };
    }
}
