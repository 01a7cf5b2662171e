package dev.towpath.bench.peers;

import dev.towpath.bench.SampleMessage;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Is what one step of sending, or of receiving, moves through a link. */
interface Traffic {

    /** Sends; whether anything was sent. */
    boolean send(Link link) throws Exception;

    /** Receives; how many messages. */
    int receive(Link link) throws Exception;

    /** One message of so many bytes. */
    static Traffic single(int bytes) {
        byte[] message = new byte[bytes];
        return new Traffic() {
            @Override
            public boolean send(Link link) throws Exception {
                return link.offer(message);
            }

            @Override
            public int receive(Link link) throws Exception {
                return link.poll(1);
            }
        };
    }

    /** Several messages of so many bytes at once. */
    static Traffic batch(int bytes, int messages) {
        List<byte[]> batch = Collections.nCopies(messages, new byte[bytes]);
        return new Traffic() {
            @Override
            public boolean send(Link link) throws Exception {
                return link.offerAll(batch) > 0;
            }

            @Override
            public int receive(Link link) throws Exception {
                return link.poll(messages);
            }
        };
    }

    /** One map of about 200 encoded bytes. */
    static Traffic map() {
        Map<String, Object> message = SampleMessage.map();
        return new Traffic() {
            @Override
            public boolean send(Link link) throws Exception {
                return link.offerMap(message);
            }

            @Override
            public int receive(Link link) throws Exception {
                return link.tryTakeMap() == null ? 0 : 1;
            }
        };
    }
}
