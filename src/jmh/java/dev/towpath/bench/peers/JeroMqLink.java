package dev.towpath.bench.peers;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Sends through two pairs of PUSH and PULL sockets of JeroMQ. */
final class JeroMqLink implements Link {
    private static final int MOST_WAITING_BYTES = 64 << 20;
    private static final int MOST_WAITING = 1_000;

    private final ZContext context = new ZContext();
    private final ZMQ.Socket out = context.createSocket(SocketType.PUSH);
    private final ZMQ.Socket in = context.createSocket(SocketType.PULL);
    private long seen;

    JeroMqLink(Endpoint endpoint) {
        out.setLinger(0);
        int waiting = Math.clamp(MOST_WAITING_BYTES / endpoint.bytes(), 1, MOST_WAITING);
        out.setHWM(waiting);
        in.setHWM(waiting);
        String outgoing = "ipc://" + endpoint.folder().resolve(endpoint.out());
        String incoming = "ipc://" + endpoint.folder().resolve(endpoint.in());
        if (endpoint.left()) {
            out.bind(outgoing);
            in.bind(incoming);
        } else {
            out.connect(outgoing);
            in.connect(incoming);
        }
    }

    @Override
    public boolean offer(byte[] message) {
        return out.send(message, ZMQ.DONTWAIT);
    }

    @Override
    public boolean offerMap(Map<String, Object> message) {
        return offer(Codec.SMILE.encode(message));
    }

    @Override
    public int tryTake() {
        return look(in.recv(ZMQ.DONTWAIT));
    }

    @Override
    public @Nullable Map<?, ?> tryTakeMap() {
        byte[] message = in.recv(ZMQ.DONTWAIT);
        return message == null ? null : Codec.SMILE.decode(message);
    }

    @Override
    public int take() {
        return look(in.recv());
    }

    private int look(byte @Nullable [] message) {
        if (message == null) {
            return -1;
        }
        seen += message.length;
        return message[0];
    }

    @Override
    public void close() {
        context.close();
    }
}
