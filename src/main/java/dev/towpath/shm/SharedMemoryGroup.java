package dev.towpath.shm;

import dev.towpath.Group;
import dev.towpath.GroupFullException;
import dev.towpath.GroupSend;
import dev.towpath.Names;
import dev.towpath.shm.store.GroupStore;
import dev.towpath.shm.structure.Name;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** Stands for a group of a shared-memory layer. */
final class SharedMemoryGroup implements Group {

    private final SharedMemoryLayer layer;
    private final String name;
    private final Name packed;

    SharedMemoryGroup(SharedMemoryLayer layer, String name) {
        this.layer = layer;
        this.name = name;
        this.packed = pack(name);
    }

    private static Name pack(String name) {
        return Name.of(name.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void add(String channel) {
        Name member = pack(Names.requireChannel(channel));
        if (!call(groups -> groups.add(packed, member))) {
            throw new GroupFullException(name, channel);
        }
    }

    @Override
    public void discard(String channel) {
        Name member = pack(Names.requireChannel(channel));
        call(groups -> {
            groups.discard(packed, member);
            return true;
        });
    }

    @Override
    public Set<String> channels() {
        return call(groups -> {
            Set<String> names = new LinkedHashSet<>();
            for (Name member : groups.members(packed)) {
                names.add(member.toString());
            }
            return Collections.unmodifiableSet(names);
        });
    }

    @Override
    public long size() {
        return channels().size();
    }

    @Override
    public GroupSend send(Map<String, ?> message) {
        return send(layer.encode(message));
    }

    @Override
    public GroupSend send(byte[] payload) {
        return send(MemorySegment.ofArray(Objects.requireNonNull(payload, "payload")));
    }

    @Override
    public GroupSend send(MemorySegment payload) {
        layer.lengthLimit().require(Objects.requireNonNull(payload, "payload").byteSize());
        GroupStore.Result result = call(groups -> groups.send(packed, payload));
        return new GroupSend(result.delivered(), result.full());
    }

    private <T> T call(Function<GroupStore, T> operation) {
        layer.requireOpen();
        try {
            return operation.apply(layer.store().groups());
        } catch (RuntimeException e) {
            throw layer.translate(e);
        }
    }
}
