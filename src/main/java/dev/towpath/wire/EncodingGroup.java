package dev.towpath.wire;

import dev.towpath.Group;
import dev.towpath.GroupSend;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** Makes a map of each message that is sent to a group, whatever it comes as. */
public abstract class EncodingGroup implements Group {
    private final Payloads payloads;
    private final String name;

    /** Creates a group of that name. */
    protected EncodingGroup(Payloads payloads, String name) {
        this.payloads = payloads;
        this.name = name;
    }

    /** Sends a map to all members. */
    protected abstract GroupSend sendMap(byte[] map);

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final GroupSend send(Map<String, ?> message) {
        return sendMap(payloads.encode(message));
    }

    @Override
    public final GroupSend send(byte[] payload) {
        return sendMap(payloads.wrap(payload));
    }

    @Override
    public final GroupSend send(MemorySegment payload) {
        return sendMap(payloads.wrap(payload));
    }
}
