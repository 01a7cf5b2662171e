package dev.towpath.bench.peers;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;

/** Sends messages with their length in front through a Unix-domain socket. */
final class SocketLink implements Link {
    private static final int BATCH_BYTES = 256 << 10;

    private final SocketChannel socket;
    private final boolean sleeping;
    private final ByteBuffer outgoing;
    private final ByteBuffer incoming;
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
        put(message);
        flush();
        return true;
    }

    @Override
    public int offerAll(List<byte[]> messages) throws IOException {
        for (byte[] message : messages) {
            if (outgoing.remaining() < Integer.BYTES + message.length) {
                flush();
            }
            put(message);
        }
        flush();
        return messages.size();
    }

    private void put(byte[] message) {
        outgoing.putInt(message.length).put(message);
    }

    private void flush() throws IOException {
        outgoing.flip();
        while (outgoing.hasRemaining()) {
            socket.write(outgoing);
        }
        outgoing.clear();
    }

    @Override
    public int poll(int limit) throws IOException {
        int polled = 0;
        while (polled < limit && tryTake() >= 0) {
            polled++;
        }
        return polled;
    }

    /** In a sleeping link it waits, as {@link #take} does. */
    @Override
    public int tryTake() throws IOException {
        while (incoming.remaining() < Integer.BYTES
                || incoming.remaining() < Integer.BYTES + incoming.getInt(incoming.position())) {
            incoming.compact();
            int read = socket.read(incoming);
            incoming.flip();
            if (read < 0) {
                throw new EOFException("the other end is gone");
            }
            if (read == 0) {
                return -1;
            }
        }
        int length = incoming.getInt();
        int first = incoming.get(incoming.position());
        incoming.position(incoming.position() + length);
        seen += length;
        return first;
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
