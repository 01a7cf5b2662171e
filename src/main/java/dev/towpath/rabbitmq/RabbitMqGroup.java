package dev.towpath.rabbitmq;

import dev.towpath.Group;
import dev.towpath.GroupSend;
import dev.towpath.Names;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Stands for a group of a RabbitMQ layer. The broker tells nobody who is in it: members are those that this layer has
 * added, and a sent message counts once if it reached anybody.
 */
final class RabbitMqGroup implements Group {
    private final Payloads payloads;
    private final Engine engine;
    private final String name;

    RabbitMqGroup(Engine engine, String name) {
        this.payloads = engine.payloads();
        this.engine = engine;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void add(String channel) {
        Names.requireChannel(channel);
        engine.requireOpen();
        engine.groups().add(name, engine.addresses().of(channel));
    }

    @Override
    public void discard(String channel) {
        Names.requireChannel(channel);
        engine.requireOpen();
        engine.groups().discard(name, engine.addresses().of(channel));
    }

    @Override
    public Set<String> channels() {
        engine.requireOpen();
        Set<String> names = new LinkedHashSet<>();
        engine.groups().memberships().of(name).forEach(member -> names.add(member.channel()));
        return Collections.unmodifiableSet(names);
    }

    @Override
    public long size() {
        return channels().size();
    }

    @Override
    public GroupSend send(Map<String, ?> message) {
        return sendMap(payloads.encode(message));
    }

    @Override
    public GroupSend send(byte[] payload) {
        return sendMap(payloads.wrap(payload));
    }

    @Override
    public GroupSend send(MemorySegment payload) {
        return sendMap(payloads.wrap(payload));
    }

    private GroupSend sendMap(byte[] map) {
        return switch (engine.sendToGroup(name, Parcel.toGroup(map, name))) {
            case ACCEPTED -> new GroupSend(1, 0);
            case UNROUTABLE -> new GroupSend(0, 0);
            default -> new GroupSend(0, 1);
        };
    }
}
