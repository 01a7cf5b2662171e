package dev.towpath.redis;

import dev.towpath.GroupFullException;
import dev.towpath.GroupSend;
import dev.towpath.Names;
import dev.towpath.wire.EncodingGroup;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Is a group of a Redis layer: a sorted set on the server that its name belongs to. */
final class RedisGroup extends EncodingGroup {
    private final Servers servers;

    RedisGroup(Servers servers, String name) {
        super(servers.payloads(), name);
        this.servers = servers;
    }

    private Shard shard() {
        servers.requireOpen();
        return servers.having(name()).shard();
    }

    private byte[] key() {
        return servers.keys().group(name());
    }

    @Override
    public void add(String channel) {
        byte[] member = Keys.bytes(Names.requireChannel(channel));
        List<byte[]> arguments = List.of(servers.settings().groupExpiryMillis(), member);
        try {
            shard().repeat(Script.JOIN, List.of(key()), arguments);
        } catch (ServerMemoryException e) {
            throw new GroupFullException(name(), channel);
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
        return Replies.number(ask(Script.COUNT_MEMBERS));
    }

    private List<Object> members() {
        return Replies.list(ask(Script.MEMBERS));
    }

    private Object ask(Script script) {
        return shard().repeat(script, List.of(key()), List.of(servers.settings().groupExpiryMillis()));
    }

    @Override
    protected GroupSend sendMap(byte[] map) {
        List<String> members = members().stream().map(Replies::text).toList();
        return new GroupMessage(servers, map, members).send();
    }
}
