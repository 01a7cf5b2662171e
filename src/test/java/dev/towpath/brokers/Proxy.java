package dev.towpath.brokers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ServerSocketFactory;

/**
 * Stands between a client and a server on the loopback interface, and cuts, freezes or delays what passes.
 *
 * <p>What it holds of a frozen or delayed connection when that is cut is lost, as it would be in a network.
 * Thread-safe.
 */
public final class Proxy implements AutoCloseable {
    /** Which way bytes go. */
    public enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    private static final int BUFFER_BYTES = 16 << 10;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ServerSocket listener;
    private final int serverPort;
    private final Set<Link> links = new HashSet<>();
    private final Map<Direction, Traffic> traffic =
            new EnumMap<>(Map.of(Direction.TO_SERVER, new Traffic(), Direction.TO_CLIENT, new Traffic()));
    private boolean refusing;
    private long accepted;

    /** What is done to the bytes of one direction. */
    private static final class Traffic {
        private boolean frozen;
        private long delayNanos;
        private long bytesUntilCut = Long.MAX_VALUE;
        private long passed;
    }

    /** A client's connection and the one to the server that belongs to it. */
    private record Link(Socket client, Socket server) {
        /** Closes both; with a reset instead of an end if abrupt. */
        void close(boolean abrupt) {
            for (Socket socket : List.of(client, server)) {
                try (socket) {
                    if (abrupt && !socket.isClosed()) { // a TLS socket that failed has closed itself
                        socket.setSoLinger(true, 0);
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private Proxy(ServerSocket listener, int serverPort) {
        this.listener = listener;
        this.serverPort = serverPort;
    }

    /** Begins to let connections through to a port. */
    public static Proxy to(int serverPort) {
        return to(serverPort, ServerSocketFactory.getDefault());
    }

    /** Begins to let connections through to a port, which clients make with TLS and which come out without it. */
    public static Proxy withTls(int serverPort, Certificate certificate) throws Exception {
        return to(serverPort, certificate.showing().getServerSocketFactory());
    }

    private static Proxy to(int serverPort, ServerSocketFactory listeners) {
        try {
            ServerSocket listener = listeners.createServerSocket(0, 200, InetAddress.getLoopbackAddress());
            Proxy proxy = new Proxy(listener, serverPort);
            Thread.ofVirtual().name("proxy").start(proxy::accept);
            return proxy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port to connect to instead of the server's. */
    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                continue; // closed, or the server is down and the client's connection is closed too
            }
        }
    }

    private void connect(Socket client) throws IOException {
        Socket server;
        try {
            server = Ports.connect(serverPort);
            server.setSoTimeout(0);
        } catch (IOException e) {
            client.close();
            throw e;
        }
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Link link = new Link(client, server);
        if (add(link)) {
            Thread.ofVirtual().start(() -> pump(link, client, server, Direction.TO_SERVER));
            Thread.ofVirtual().start(() -> pump(link, server, client, Direction.TO_CLIENT));
        } else {
            link.close(false);
        }
    }

    private boolean add(Link link) {
        lock.lock();
        try {
            if (refusing || listener.isClosed()) {
                return false;
            }
            accepted++;
            return links.add(link);
        } finally {
            lock.unlock();
        }
    }

    private void pump(Link link, Socket from, Socket to, Direction direction) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int read = in.read(buffer);
            while (read >= 0) {
                int passing = pass(link, direction, read);
                out.write(buffer, 0, passing);
                if (passing < read) {
                    cut();
                }
                read = in.read(buffer);
            }
        } catch (IOException e) {
            drop(link, true); // either side has gone, and takes the other with it
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        drop(link, false);
    }

    /** Waits while bytes may not pass, and says how many of them may. */
    private int pass(Link link, Direction direction, int bytes) throws InterruptedException {
        lock.lock();
        try {
            Traffic its = traffic.get(direction);
            long end = System.nanoTime() + its.delayNanos;
            while (links.contains(link) && (its.frozen || end - System.nanoTime() > 0)) {
                if (its.frozen) {
                    changed.await();
                } else {
                    changed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                }
            }
            if (!links.contains(link)) {
                return 0;
            }
            int passing = (int) Math.min(bytes, its.bytesUntilCut);
            if (its.bytesUntilCut != Long.MAX_VALUE) {
                its.bytesUntilCut = passing < bytes ? Long.MAX_VALUE : its.bytesUntilCut - passing;
            }
            its.passed += passing;
            changed.signalAll();
            return passing;
        } finally {
            lock.unlock();
        }
    }

    private void drop(Link link, boolean abrupt) {
        lock.lock();
        try {
            if (links.remove(link)) {
                link.close(abrupt);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends all connections in the orderly way. */
    public void cut() {
        cut(false);
    }

    /** Resets all connections. */
    public void reset() {
        cut(true);
    }

    private void cut(boolean abrupt) {
        lock.lock();
        try {
            List.copyOf(links).forEach(link -> drop(link, abrupt));
        } finally {
            lock.unlock();
        }
    }

    /** Ends all connections as soon as more than so many more bytes want to go this way; these still pass. */
    public void cutAfter(Direction direction, long bytes) {
        change(() -> traffic.get(direction).bytesUntilCut = bytes);
    }

    /** Ends all connections, and each new one at once, until {@link #letIn}. */
    public void shutOut() {
        change(() -> refusing = true);
        cut();
    }

    /** Lets new connections through again. */
    public void letIn() {
        change(() -> refusing = false);
    }

    /** Holds back what goes one way. */
    public void freeze(Direction direction) {
        change(() -> traffic.get(direction).frozen = true);
    }

    /** Holds back everything. */
    public void freeze() {
        freeze(Direction.TO_SERVER);
        freeze(Direction.TO_CLIENT);
    }

    /** Lets everything flow again, first what was held back. */
    public void thaw() {
        change(() -> traffic.values().forEach(its -> its.frozen = false));
    }

    /** Lets everything take so much longer, each way. */
    public void delay(Duration delay) {
        change(() -> traffic.values().forEach(its -> its.delayNanos = delay.toNanos()));
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many connections there are. */
    public int connections() {
        lock.lock();
        try {
            return links.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many connections there have been. */
    public long accepted() {
        lock.lock();
        try {
            return accepted;
        } finally {
            lock.unlock();
        }
    }

    /** How many bytes have gone one way. */
    public long passed(Direction direction) {
        lock.lock();
        try {
            return traffic.get(direction).passed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all connections, and listens no more. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
