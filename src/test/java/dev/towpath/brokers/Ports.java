package dev.towpath.brokers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports of the loopback interface. */
public final class Ports {
    private static final int TIMEOUT_MILLIS = 1_000;
    private static final int FIRST = 10_000;
    private static final int FIRST_OF_KERNEL = 32_768;
    private static final int TRIES = 1_000;

    private Ports() {}

    /**
     * Gives a port that nobody listens on now: one below those of which the kernel gives any to who does not care, so
     * that no connection has it when the server comes that it is for.
     */
    public static int free() {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, FIRST_OF_KERNEL);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                continue; // somebody listens there
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new AssertionError("none of " + TRIES + " ports was free");
    }

    /** Connects to a port. */
    public static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }
}
