package dev.towpath.shm.store;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Wakes the sleeping thread of a participant from other processes.
 *
 * <p>Each participant listens on a Unix-domain socket next to the region, and one of its threads sleeps on that.
 * Whoever wants to wake it connects once, keeps the connection, and writes a byte whenever it finds the participant
 * asleep. What the byte is does not matter. This needs no native access, no polling, and no thread per connection.
 *
 * <p>A wake-up is a hint and may be lost or come for no reason: the words in the region say what there is to do, and
 * whoever keeps house looks at them often enough that a lost one is a delay and nothing worse. It is lost when the
 * ringer dies before it has written, when this process has no descriptor left, or when the backlog is full of
 * connections that the sleeper has not accepted. Otherwise: the sleeper announces in the region that it sleeps, then
 * looks whether anything is pending, then sleeps; the ringer publishes, then looks whether the other one sleeps, then
 * writes. A byte that comes between looking and sleeping is in the socket's buffer and ends the sleep at once.
 *
 * <h2>Ringing never waits</h2>
 *
 * Connecting and writing are non-blocking, also towards a process that is stopped. A full buffer is a success: there
 * are hundreds of bytes in it that the sleeper has not read, so that it cannot fall asleep. A connection that is
 * refused or broken means that the other end was closed, by a participant that left or died. Then the connection is
 * forgotten and made anew once, for a new participant can have taken the slot; if that is refused too, nobody is
 * there to be woken.
 *
 * <p>Where the socket cannot be made (the path is longer than the 107 bytes that fit into a socket's address, or the
 * process may not make sockets), {@link #available} is false, the sleeper polls with growing pauses of up to 1 ms, and
 * there is no use in ringing it. It can still ring others.
 */
public final class WakeSockets implements AutoCloseable {

    private static final ByteBuffer BYTE = ByteBuffer.allocateDirect(1).asReadOnlyBuffer();

    private final IntFunction<Path> paths;
    private final int ownSlot;
    private final Sleeper sleeper;
    private final AtomicReferenceArray<SocketChannel> connections;
    private volatile boolean closed;

    private WakeSockets(IntFunction<Path> paths, int ownSlot, int slots, Sleeper sleeper) {
        this.paths = paths;
        this.ownSlot = ownSlot;
        this.sleeper = sleeper;
        this.connections = new AtomicReferenceArray<>(slots);
    }

    /**
     * Binds the socket of a participant, if that is possible.
     *
     * <p>The caller holds the lock of the slot, and goes on holding it until after {@link #close}: so a file at the
     * socket's path is what a dead participant has left, and is removed.
     *
     * @param paths gives each slot's socket
     * @param ownSlot the caller's slot
     * @param slots how many slots there are
     * @return the sockets
     */
    public static WakeSockets open(IntFunction<Path> paths, int ownSlot, int slots) {
        if (ownSlot < 0 || ownSlot >= slots) {
            throw new IllegalArgumentException("slot " + ownSlot + " is not one of " + slots);
        }
        Sleeper socket = SocketSleeper.open(paths.apply(ownSlot), slots);
        return new WakeSockets(paths, ownSlot, slots, socket == null ? new PollingSleeper() : socket);
    }

    /**
     * Says whether this participant can be rung; if not, it must not announce that it sleeps, because ringing it would
     * cost others time and change nothing.
     *
     * @return whether it has a socket
     */
    public boolean available() {
        return sleeper instanceof SocketSleeper;
    }

    /**
     * Wakes the sleeping thread of a participant, if there is one. Does not wait for anything and does not fail; may be
     * called by any thread, also a virtual or an interrupted one.
     *
     * @param slot the participant's slot
     */
    public void ring(int slot) {
        if (slot == ownSlot) {
            wakeUp();
            return;
        }
        SocketChannel kept = connections.get(slot);
        if (kept != null && write(slot, kept)) {
            return;
        }
        SocketChannel fresh = connect(slot);
        if (fresh != null) {
            write(slot, fresh);
        }
    }

    /** Wakes this participant's own sleeping thread; may be called by any thread. */
    public void wakeUp() {
        sleeper.wakeUp();
    }

    /**
     * Sleeps until somebody rings, {@link #wakeUp} is called, the time is over or the sockets are closed. To be
     * called by one platform thread at a time. A call that came while nobody slept ends the next sleep at once.
     *
     * <p>An interrupt ends the sleep and stays pending; it closes nothing, because nothing here blocks but the
     * selection. Times are rounded up to milliseconds.
     *
     * @param timeoutNanos how long to sleep at most
     * @param pending says whether there is something to do; is asked before the sleep, and repeatedly where
     *     {@link #available} is false
     * @return false if the time is over; true if there is, or may be, something to do
     */
    public boolean await(long timeoutNanos, BooleanSupplier pending) {
        return sleeper.await(timeoutNanos, pending);
    }

    /** Closes all connections and removes the socket; ends a sleep. Does nothing the second time. */
    @Override
    public void close() {
        closed = true;
        sleeper.close();
        for (int slot = 0; slot < connections.length(); slot++) {
            SocketChannel connection = connections.getAndSet(slot, null);
            if (connection != null) {
                closeQuietly(connection);
            }
        }
    }

    /**
     * Writes a byte; forgets the connection if it is broken.
     *
     * @return whether the other end has the byte, or so many others that it does not need it
     */
    private boolean write(int slot, SocketChannel connection) {
        try {
            connection.write(BYTE.duplicate());
            return true;
        } catch (IOException e) {
            connections.compareAndSet(slot, connection, null);
            closeQuietly(connection);
            return false;
        }
    }

    /**
     * Connects to a slot, unless another thread is faster.
     *
     * <p>{@link #close} sets {@code closed} before it empties the table, and here it is read after the table was
     * filled: one of the two sees the connection.
     */
    private @Nullable SocketChannel connect(int slot) {
        SocketChannel fresh = open(paths.apply(slot));
        if (fresh == null) {
            return null;
        }
        SocketChannel winner = connections.compareAndExchange(slot, null, fresh);
        if (winner != null) {
            closeQuietly(fresh);
            return winner;
        }
        if (closed && connections.compareAndSet(slot, fresh, null)) {
            closeQuietly(fresh);
            return null;
        }
        return fresh;
    }

    private static @Nullable SocketChannel open(Path path) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            if (channel.connect(UnixDomainSocketAddress.of(path.toString()))) {
                return channel;
            }
        } catch (IOException | UnsupportedOperationException e) {
            // Nobody listens, or there is no way to him: both are for the look around to make up for.
        }
        closeQuietly(channel);
        return null;
    }

    /**
     * Closes a channel that is of no use any more, so that its last error is of no interest either.
     *
     * @param channel the channel, if there is one
     */
    static void closeQuietly(@Nullable Channel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // See above.
        }
    }
}
