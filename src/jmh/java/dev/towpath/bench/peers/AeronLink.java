package dev.towpath.bench.peers;

import io.aeron.Aeron;
import io.aeron.ConcurrentPublication;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableDirectByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Sends through two IPC streams of Aeron, with a media driver in a JVM of its own. */
final class AeronLink implements Link {
    private static final String CHANNEL = "aeron:ipc";

    private final Aeron aeron;
    private final Publication publication;
    private final Subscription subscription;
    private final BufferClaim claim = new BufferClaim();
    private final UnsafeBuffer unclaimed = new UnsafeBuffer();
    private final FragmentHandler handler;
    private final ExpandableDirectByteBuffer fields = new ExpandableDirectByteBuffer(1 << 10);
    private final FragmentHandler mapHandler = this::decode;
    private @Nullable Map<String, Object> decoded;
    private final int fragmentsPerMessage;
    private int first = -1;
    private int messages;
    private long seen;

    AeronLink(Endpoint endpoint, boolean exclusive) {
        aeron = Aeron.connect(new Aeron.Context()
                .aeronDirectoryName(endpoint.folder().resolve("driver").toString()));
        int out = endpoint.left() ? 1 : 2;
        publication = exclusive ? aeron.addExclusivePublication(CHANNEL, out) : aeron.addPublication(CHANNEL, out);
        subscription = aeron.addSubscription(CHANNEL, 3 - out);
        fragmentsPerMessage = Math.ceilDiv(endpoint.bytes(), publication.maxPayloadLength());
        handler = fragmentsPerMessage > 1 ? new FragmentAssembler(this::look) : this::look;
    }

    private void look(DirectBuffer buffer, int offset, int length, Header header) {
        messages++;
        first = buffer.getByte(offset);
        seen += first + length;
    }

    private void decode(DirectBuffer buffer, int offset, int length, Header header) {
        decoded = FixedFields.read(buffer, offset);
    }

    @Override
    public boolean offer(byte[] message) {
        if (message.length > publication.maxPayloadLength()) {
            unclaimed.wrap(message);
            return publication.offer(unclaimed) > 0;
        }
        long position =
                switch (publication) {
                    case ExclusivePublication exclusive -> exclusive.tryClaim(message.length, claim);
                    case ConcurrentPublication concurrent -> concurrent.tryClaim(message.length, claim);
                    default -> throw new IllegalStateException("unknown kind of publication");
                };
        if (position <= 0) {
            return false;
        }
        claim.buffer().putBytes(claim.offset(), message);
        claim.commit();
        return true;
    }

    @Override
    public boolean offerMap(Map<String, Object> message) {
        return publication.offer(fields, 0, FixedFields.write(message, fields)) > 0;
    }

    @Override
    public int poll(int limit) {
        int before = messages;
        subscription.poll(
                handler, limit * fragmentsPerMessage); // it counts fragments, of which long messages have many
        return messages - before;
    }

    @Override
    public int tryTake() {
        first = -1;
        return subscription.poll(handler, 1) > 0 ? first : -1;
    }

    @Override
    public @Nullable Map<?, ?> tryTakeMap() {
        return subscription.poll(mapHandler, 1) > 0 ? decoded : null;
    }

    @Override
    public void close() {
        aeron.close();
    }
}
