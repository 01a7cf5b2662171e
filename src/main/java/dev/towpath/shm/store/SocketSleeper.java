package dev.towpath.shm.store;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sleeps on a listening socket and its connections until a byte arrives.
 *
 * <p>What comes through the connections is thrown away. Their number is bounded: when there are too many, the one that
 * was accepted first is closed; if somebody still used it, he finds it broken and connects anew. The same is done when
 * the process has no descriptor left for a new connection, and then the socket is not looked at for a while, because it
 * would go on saying that somebody wants to connect.
 *
 * <p>A thread that is interrupted may sleep here: that closes a channel only if the thread blocks in it, and these do
 * not block.
 *
 * <p>Connections are handled only inside the selection, which holds the selector's monitor. Closing the selector wakes
 * whoever sleeps in it and then takes the same monitor. So after that nobody handles connections any more, and
 * {@link #close} can close them all.
 */
final class SocketSleeper implements Sleeper {

    private static final int BYTES_AT_ONCE = 4096;
    private static final long ACCEPT_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Path path;
    private final ServerSocketChannel server;
    private final Selector selector;
    private final SelectionKey acceptable;
    private final int limit;
    private final AtomicBoolean woken = new AtomicBoolean();
    private final LinkedHashSet<SocketChannel> connections = new LinkedHashSet<>();
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES_AT_ONCE);
    private long acceptAgainAtNanos;

    private SocketSleeper(Path path, ServerSocketChannel server, Selector selector, int limit) throws IOException {
        this.path = path;
        this.server = server;
        this.selector = selector;
        this.acceptable = server.register(selector, SelectionKey.OP_ACCEPT);
        this.limit = limit;
        this.acceptAgainAtNanos = System.nanoTime();
    }

    /**
     * Binds a socket; leaves nothing open if that fails.
     *
     * @param path where; a file of that name is removed
     * @param slots how many participants may connect
     * @return the sleeper, or null if the socket cannot be had
     */
    static @Nullable SocketSleeper open(Path path, int slots) {
        ServerSocketChannel server = null;
        Selector selector = null;
        boolean bound = false;
        try {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            selector = Selector.open();
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path.toString()); // of any file system
            Files.deleteIfExists(path);
            server.bind(address, slots);
            bound = true;
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            }
            server.configureBlocking(false);
            return new SocketSleeper(path, server, selector, 2 * slots);
        } catch (IOException | UnsupportedOperationException e) {
            WakeSockets.closeQuietly(server);
            closeQuietly(selector);
            if (bound) {
                deleteQuietly(path);
            }
            return null;
        }
    }

    @Override
    public boolean await(long timeoutNanos, BooleanSupplier pending) {
        if (pending.getAsBoolean()) {
            return true;
        }
        try {
            long pauseNanos = acceptAgainAtNanos - System.nanoTime();
            if (pauseNanos <= 0) {
                acceptable.interestOps(SelectionKey.OP_ACCEPT);
            }
            boolean isCutShort = pauseNanos > 0 && pauseNanos < timeoutNanos;
            boolean woke = select(isCutShort ? pauseNanos : timeoutNanos) > 0
                    || isCutShort
                    || woken.getAndSet(false)
                    || Thread.currentThread().isInterrupted();
            return woke || !selector.isOpen();
        } catch (IOException | ClosedSelectorException | CancelledKeyException e) {
            return true;
        }
    }

    private int select(long timeoutNanos) throws IOException {
        if (timeoutNanos <= 0) {
            return selector.selectNow(this::handle);
        }
        long millis = TimeUnit.NANOSECONDS.toMillis(timeoutNanos - 1) + 1;
        return selector.select(this::handle, millis);
    }

    private void handle(SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (key.equals(acceptable)) {
            accept();
        } else {
            read((SocketChannel) key.channel());
        }
    }

    private void accept() {
        try {
            for (int i = 0; i < limit; i++) {
                SocketChannel connection = server.accept();
                if (connection == null) {
                    return;
                }
                add(connection);
            }
        } catch (IOException e) {
            closeOldest();
            acceptable.interestOps(0);
            acceptAgainAtNanos = System.nanoTime() + ACCEPT_PAUSE_NANOS;
        }
    }

    private void add(SocketChannel connection) throws IOException {
        connections.add(connection);
        if (connections.size() > limit) {
            closeOldest();
        }
        connection.configureBlocking(false);
        connection.register(selector, SelectionKey.OP_READ);
    }

    /** Reads once: if there is more, the next sleep ends at once, and nobody can keep this thread from its work. */
    private void read(SocketChannel connection) {
        boolean open = false;
        try {
            open = connection.read(bytes.clear()) >= 0;
        } catch (IOException e) {
            // Broken, then.
        }
        if (!open) {
            connections.remove(connection);
            WakeSockets.closeQuietly(connection);
        }
    }

    private void closeOldest() {
        if (!connections.isEmpty()) {
            WakeSockets.closeQuietly(connections.removeFirst());
        }
    }

    @Override
    public void wakeUp() {
        woken.set(true);
        selector.wakeup();
    }

    @Override
    public void close() {
        if (!selector.isOpen()) {
            return;
        }
        closeQuietly(selector);
        WakeSockets.closeQuietly(server);
        deleteQuietly(path);
        connections.forEach(WakeSockets::closeQuietly);
    }

    private static void closeQuietly(@Nullable Selector selector) {
        try {
            if (selector != null) {
                selector.close();
            }
        } catch (IOException e) {
            // It is of no use any more, and neither is its last error.
        }
    }

    private static void deleteQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            // The next participant with this slot removes it.
        }
    }
}
