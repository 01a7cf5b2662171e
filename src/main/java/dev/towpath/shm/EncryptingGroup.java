package dev.towpath.shm;

import dev.towpath.Group;
import dev.towpath.GroupSend;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Encrypts what is sent to another group: once, whatever the number of its members. */
final class EncryptingGroup implements Group {

    private final Group group;
    private final Encryption encryption;

    EncryptingGroup(Group group, Encryption encryption) {
        this.group = group;
        this.encryption = encryption;
    }

    @Override
    public String name() {
        return group.name();
    }

    @Override
    public void add(String channel) {
        group.add(channel);
    }

    @Override
    public void discard(String channel) {
        group.discard(channel);
    }

    @Override
    public Set<String> channels() {
        return group.channels();
    }

    @Override
    public long size() {
        return group.size();
    }

    @Override
    public GroupSend send(Map<String, ?> message) {
        return send(encryption.encode(message));
    }

    @Override
    public GroupSend send(byte[] payload) {
        return group.send(encryption.encryptForGroup(payload, group.name()));
    }

    @Override
    public GroupSend send(MemorySegment payload) {
        encryption.requireLength(Objects.requireNonNull(payload, "payload").byteSize());
        return send(payload.toArray(ValueLayout.JAVA_BYTE));
    }
}
