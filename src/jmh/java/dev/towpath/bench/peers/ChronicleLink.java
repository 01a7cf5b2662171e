package dev.towpath.bench.peers;

import java.util.Map;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.jspecify.annotations.Nullable;

/** Sends through two Chronicle Queues in memory, which keep what was read. */
final class ChronicleLink implements Link {
    private final ChronicleQueue out;
    private final ChronicleQueue in;
    private final ExcerptAppender appender;
    private final ExcerptTailer tailer;
    private final Bytes<?> outgoing = Bytes.allocateElasticDirect();
    private final Bytes<?> incoming = Bytes.allocateElasticDirect();
    private long seen;

    ChronicleLink(Endpoint endpoint) {
        out = SingleChronicleQueueBuilder.binary(endpoint.folder().resolve(endpoint.out()))
                .build();
        in = SingleChronicleQueueBuilder.binary(endpoint.folder().resolve(endpoint.in()))
                .build();
        appender = out.createAppender();
        tailer = in.createTailer();
    }

    @Override
    public boolean offer(byte[] message) {
        outgoing.clear();
        outgoing.write(message);
        appender.writeBytes(outgoing);
        return true;
    }

    @Override
    public boolean offerMap(Map<String, Object> message) {
        appender.writeMap(message);
        return true;
    }

    @Override
    public int tryTake() {
        incoming.clear();
        if (!tailer.readBytes(incoming)) {
            return -1;
        }
        seen += incoming.readRemaining();
        return incoming.readByte(0);
    }

    @Override
    public @Nullable Map<?, ?> tryTakeMap() {
        return tailer.readMap();
    }

    @Override
    public void close() {
        tailer.close();
        appender.close();
        out.close();
        in.close();
    }
}
