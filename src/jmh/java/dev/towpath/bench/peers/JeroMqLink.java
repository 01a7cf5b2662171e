package dev.towpath.bench.peers;

import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** Sends through two pairs of PUSH and PULL sockets of JeroMQ. */
final class JeroMqLink implements Link {
    private final ZContext context = new ZContext();
    private final ZMQ.Socket out = context.createSocket(SocketType.PUSH);
    private final ZMQ.Socket in = context.createSocket(SocketType.PULL);
    private long seen;

    JeroMqLink(Endpoint endpoint) {
        out.setLinger(0);
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
    public int poll(int limit) {
        int polled = 0;
        while (polled < limit && tryTake() >= 0) {
            polled++;
        }
        return polled;
    }

    @Override
    public int tryTake() {
        return look(in.recv(ZMQ.DONTWAIT));
    }

    @Override
    public int take() {
        return look(in.recv());
    }

    private int look(byte[] message) {
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
