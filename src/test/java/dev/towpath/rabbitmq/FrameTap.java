package dev.towpath.rabbitmq;

import com.rabbitmq.client.impl.AMQImpl;
import dev.towpath.brokers.Ports;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between clients and the broker on the loopback interface, and reads the frames that the clients send. */
final class FrameTap implements AutoCloseable {
    private static final int GREETING_LENGTH = 8;
    private static final int METHOD = 1;
    private static final int HEARTBEAT = 8;

    /** A frame without what surrounds its payload. */
    record Frame(int connection, int type, byte[] payload) {
        String hex() {
            return HexFormat.of().formatHex(payload);
        }

        /** The method in words, or the bytes of anything else. */
        String described() {
            if (type != METHOD) {
                return hex();
            }
            try {
                return AMQImpl.readMethodFrom(new DataInputStream(new ByteArrayInputStream(payload)))
                        .toString();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private final ServerSocket listener;
    private final int serverPort;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Frame> frames = new CopyOnWriteArrayList<>();

    FrameTap(int serverPort) throws IOException {
        this.serverPort = serverPort;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** All frames so far, but for heartbeats. */
    List<Frame> frames() {
        return new ArrayList<>(frames);
    }

    private void accept() {
        for (int number = 0; !listener.isClosed(); number++) {
            try {
                int connection = number;
                Socket client = listener.accept();
                Socket server = Ports.connect(serverPort);
                server.setSoTimeout(0);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                sockets.add(client);
                sockets.add(server);
                Thread.ofVirtual().start(() -> pump(() -> copy(client.getInputStream(), server, connection)));
                Thread.ofVirtual()
                        .start(() -> pump(() -> server.getInputStream().transferTo(client.getOutputStream())));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private interface Pumping {
        void run() throws IOException;
    }

    private void pump(Pumping pumping) {
        try {
            pumping.run();
        } catch (IOException e) {
            close(); // a test that ends one connection has ended all
        }
    }

    private void copy(InputStream in, Socket server, int connection) throws IOException {
        OutputStream out = server.getOutputStream();
        DataInputStream data = new DataInputStream(in);
        out.write(data.readNBytes(GREETING_LENGTH));
        try {
            while (true) {
                byte[] head = data.readNBytes(7);
                if (head.length < 7) {
                    throw new EOFException();
                }
                int length = new DataInputStream(new ByteArrayInputStream(head, 3, 4)).readInt();
                byte[] payload = data.readNBytes(length);
                int end = data.read();
                if (head[0] != HEARTBEAT) {
                    frames.add(new Frame(connection, head[0], payload));
                }
                out.write(head);
                out.write(payload);
                out.write(end);
                out.flush();
            }
        } catch (EOFException e) {
            server.shutdownOutput();
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
