package dev.towpath.bench.peers;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;

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
    public int poll(int limit) {
        int polled = 0;
        while (polled < limit && tryTake() >= 0) {
            polled++;
        }
        return polled;
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
    public void close() {
        tailer.close();
        appender.close();
        out.close();
        in.close();
    }
}
