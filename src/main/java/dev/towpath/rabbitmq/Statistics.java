package dev.towpath.rabbitmq;

import dev.towpath.ChannelStatistics;
import dev.towpath.LayerStatistics;
import dev.towpath.MemoryUse;
import dev.towpath.Names;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Says in the API's terms what this layer has counted, and what the broker says of the queues that it knows. */
final class Statistics {
    private static final MemoryUse UNKNOWN = new MemoryUse(0, 0);

    private Statistics() {}

    static ChannelStatistics of(Engine engine, String channel) {
        Address address = engine.addresses().of(channel);
        String queue = Names.queueOf(channel);
        Mailroom.Fill fill = engine.mailroom().fill(queue);
        long pending = address.isShared() ? engine.sharedQueues().pending(address) : 0;
        Tally.Of counted = engine.tally().of(queue);
        int capacity = engine.options().capacityRules().capacityOf(channel);
        return new ChannelStatistics(
                counted.sent.sum(), fill.messages() + pending, fill.age(), counted.full.sum(), capacity);
    }

    static LayerStatistics of(Engine engine) {
        Set<String> channels = new HashSet<>(engine.mailroom().filled());
        long pending = 0;
        Duration age = Duration.ZERO;
        for (String queue : channels) {
            Mailroom.Fill fill = engine.mailroom().fill(queue);
            pending += fill.messages();
            age = fill.age().compareTo(age) > 0 ? fill.age() : age;
        }
        for (Address address : engine.sharedQueues().known()) {
            pending += engine.sharedQueues().pending(address);
            channels.add(Names.queueOf(address.channel()));
        }
        Memberships memberships = engine.groups().memberships();
        List<String> groups = memberships.groups();
        return new LayerStatistics(
                engine.tally().all().sent.sum(),
                pending,
                age,
                engine.tally().all().full.sum(),
                engine.tally().expired(),
                engine.tally().groupFull(),
                UNKNOWN,
                UNKNOWN,
                channels.size(),
                groups.size(),
                groups.stream().mapToLong(group -> memberships.of(group).size()).sum(),
                1);
    }
}
