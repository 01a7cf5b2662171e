package dev.towpath.model;

import dev.towpath.Group;
import dev.towpath.GroupFullException;
import dev.towpath.GroupSend;
import dev.towpath.Names;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Is a group of the model. */
final class ModelGroup implements Group {
    private final ModelLayer layer;
    private final World world;
    private final String name;

    ModelGroup(ModelLayer layer, String name) {
        this.layer = layer;
        this.world = layer.world;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void add(String channel) {
        Names.requireChannel(channel);
        layer.locked(now -> {
            boolean isMember = members().containsKey(channel);
            long more = isMember ? 0 : World.membershipBytes(name, channel);
            if (world.usedGroupBytes() + more > world.groupMemoryBytes) {
                throw new GroupFullException(name, channel);
            }
            return world.groups
                    .computeIfAbsent(name, key -> new LinkedHashMap<>())
                    .put(channel, layer.groupDeadline(now));
        });
    }

    @Override
    public void discard(String channel) {
        Names.requireChannel(channel);
        layer.locked(now -> {
            if (members().containsKey(channel)) {
                members().remove(channel);
            }
            return null;
        });
    }

    @Override
    public Set<String> channels() {
        return layer.locked(now -> Set.copyOf(members().keySet()));
    }

    @Override
    public long size() {
        return layer.locked(now -> (long) members().size());
    }

    @Override
    public GroupSend send(Map<String, ?> message) {
        return putToAll(layer.checked(message));
    }

    @Override
    public GroupSend send(byte[] payload) {
        return putToAll(layer.checked(payload));
    }

    @Override
    public GroupSend send(MemorySegment payload) {
        return putToAll(layer.checked(payload));
    }

    private GroupSend putToAll(byte[] payload) {
        return layer.locked(now -> {
            int delivered = 0;
            int full = 0;
            for (String member : members().keySet()) {
                boolean atCapacity = world.isAtCapacity(member, layer.capacityRules.capacityOf(member));
                if (atCapacity || !world.hasRoom(payload.length)) {
                    full++;
                } else {
                    world.put(layer.stored(member, payload, now));
                    delivered++;
                }
            }
            world.groupRefused += full;
            return new GroupSend(delivered, full);
        });
    }

    private Map<String, Long> members() {
        return world.groups.getOrDefault(name, Map.of());
    }
}
