package dev.towpath.redis;

import dev.towpath.Group;
import dev.towpath.GroupFullException;
import dev.towpath.GroupSend;
import dev.towpath.Names;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Is a group of a Redis layer: a sorted set on the server that its name belongs to. */
final class RedisGroup implements Group {
    private final Servers servers;
    private final String name;

    RedisGroup(Servers servers, String name) {
        this.servers = servers;
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    private Shard shard() {
        servers.requireOpen();
        return servers.having(name).shard();
    }

    private byte[] key() {
        return servers.keys().group(name);
    }

    @Override
    public void add(String channel) {
        byte[] member = Keys.bytes(Names.requireChannel(channel));
        List<byte[]> arguments = List.of(servers.settings().groupExpiryMillis(), member);
        try {
            shard().repeat(Script.JOIN, List.of(key()), arguments);
        } catch (ServerMemoryException e) {
            throw new GroupFullException(name, channel);
        }
    }

    @Override
    public void discard(String channel) {
        Names.requireChannel(channel);
        shard().ask("ZREM", key(), channel);
    }

    @Override
    public Set<String> channels() {
        Set<String> channels = new LinkedHashSet<>();
        members().forEach(member -> channels.add(Replies.text(member)));
        return Collections.unmodifiableSet(channels);
    }

    @Override
    public long size() {
        return members().size();
    }

    private List<Object> members() {
        return Replies.list(shard().repeat(
                        Script.MEMBERS,
                        List.of(key()),
                        List.of(servers.settings().groupExpiryMillis())));
    }

    @Override
    public GroupSend send(Map<String, ?> message) {
        return sendMap(servers.format().map(message));
    }

    @Override
    public GroupSend send(byte[] payload) {
        return sendMap(servers.format().map(payload));
    }

    @Override
    public GroupSend send(MemorySegment payload) {
        return sendMap(servers.format().map(payload));
    }

    private GroupSend sendMap(byte[] map) {
        List<String> members = members().stream().map(Replies::text).toList();
        return new GroupMessage(servers, map, members).send();
    }
}
