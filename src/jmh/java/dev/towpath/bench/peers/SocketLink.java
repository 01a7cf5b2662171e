package dev.towpath.bench.peers;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends messages with their length in front through a Unix-domain socket. */
final class SocketLink implements Link {
    private static final int BATCH_BYTES = 256 << 10;

    private final SocketChannel socket;
    private final boolean sleeping;
    private final ByteBuffer outgoing;
    private final ByteBuffer incoming;
    private boolean flushing;
    private long seen;

    SocketLink(Endpoint endpoint) throws IOException {
        var address = UnixDomainSocketAddress.of(endpoint.folder().resolve("socket"));
        sleeping = endpoint.sleeping();
        int bytes = Math.max(BATCH_BYTES, 2 * endpoint.bytes());
        outgoing = ByteBuffer.allocateDirect(bytes);
        incoming = ByteBuffer.allocateDirect(bytes).flip();
        if (endpoint.left()) {
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(address);
                socket = server.accept();
            }
        } else {
            socket = SocketChannel.open(address);
        }
        socket.configureBlocking(sleeping);
    }

    @Override
    public boolean offer(byte[] message) throws IOException {
        if (!isFlushed()) {
            return false;
        }
        put(message);
        flush();
        return true;
    }

    @Override
    public int offerAll(List<byte[]> messages) throws IOException {
        if (!isFlushed()) {
            return 0;
        }
        int sent = 0;
        while (sent < messages.size() && outgoing.remaining() >= Integer.BYTES + messages.get(sent).length) {
            put(messages.get(sent));
            sent++;
        }
        flush();
        return sent;
    }

    @Override
    public boolean offerMap(Map<String, Object> message) throws IOException {
        return offer(Codec.SMILE.encode(message));
    }

    private void put(byte[] message) {
        outgoing.putInt(message.length).put(message);
    }

    /** Begins to write what has been put; what the socket has no room for is left for {@link #isFlushed}. */
    private void flush() throws IOException {
        outgoing.flip();
        flushing = true;
        isFlushed();
    }

    /** Goes on writing; whether nothing is left. It never waits for the other end, which may wait for this one. */
    private boolean isFlushed() throws IOException {
        if (flushing) {
            socket.write(outgoing);
            if (outgoing.hasRemaining()) {
                return false;
            }
            outgoing.clear();
            flushing = false;
        }
        return true;
    }

    /** Reads until the whole next message is there; false if it is not. A sleeping link waits for it. */
    private boolean isNextThere() throws IOException {
        isFlushed();
        while (incoming.remaining() < Integer.BYTES
                || incoming.remaining() < Integer.BYTES + incoming.getInt(incoming.position())) {
            incoming.compact();
            int read = socket.read(incoming);
            incoming.flip();
            if (read < 0) {
                throw new EOFException("the other end is gone");
            }
            if (read == 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int tryTake() throws IOException {
        if (!isNextThere()) {
            return -1;
        }
        int length = incoming.getInt();
        int first = incoming.get(incoming.position());
        incoming.position(incoming.position() + length);
        seen += length;
        return first;
    }

    @Override
    public @Nullable Map<?, ?> tryTakeMap() throws IOException {
        if (!isNextThere()) {
            return null;
        }
        byte[] message = new byte[incoming.getInt()];
        incoming.get(message);
        return Codec.SMILE.decode(message);
    }

    @Override
    public int take() throws IOException {
        return tryTake();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
