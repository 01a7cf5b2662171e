package dev.towpath.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Is a socket of the Unix domain with the methods of those of the internet, as far as they are used here.
 *
 * <p>Interrupting a thread that reads or writes closes it, so only threads may that nobody else knows.
 */
final class UnixSocket extends Socket {
    private final SocketChannel channel;
    private volatile int timeoutMillis;

    private UnixSocket(SocketChannel channel) {
        this.channel = channel;
    }

    static UnixSocket connect(Path path) throws IOException {
        return new UnixSocket(SocketChannel.open(UnixDomainSocketAddress.of(path)));
    }

    @Override
    public void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, bytes.length);
                return UnixSocket.this.read(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    /** Reads; if nothing comes in time, the socket is closed under the reader. */
    @SuppressWarnings("FutureReturnValueIgnored") // it ends with the other, and nothing can be done about its failure
    private int read(ByteBuffer buffer) throws IOException {
        if (timeoutMillis == 0) {
            return channel.read(buffer);
        }
        CompletableFuture<Boolean> reading = new CompletableFuture<>();
        reading.orTimeout(timeoutMillis, TimeUnit.MILLISECONDS).whenComplete((done, late) -> {
            if (late != null) {
                closeQuietly();
            }
        });
        try {
            return channel.read(buffer);
        } finally {
            reading.complete(true); // takes the timer with it
        }
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
        };
    }

    private void closeQuietly() {
        try {
            close();
        } catch (IOException e) {
            timeoutMillis = 0; // nobody can do more
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
