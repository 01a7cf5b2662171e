package dev.towpath.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Holds what is needed to receive over one connection: the AMQP channel of the inbox, and others for orders.
 *
 * <p>Messages for the inbox are handed out by the thread that reads the connection, and acknowledged by a virtual
 * thread of its own.
 */
final class ConsumeSession implements Reconnector.Session {
    /** Python's layer calls its consumer so, too. */
    private static final String TAG = "carehare";

    private static final long END = 0;

    /** Takes what arrives in the inbox, and hears of the beginning and the end of the session. */
    interface Listener {
        void arrived(Window.Place place, Window window, String exchange, byte[] body);

        void began(ConsumeSession session);

        void ended(ConsumeSession session);
    }

    private final BrokerConnection connection;
    private final Channel inboxChannel;
    private final String inbox;
    private final int windowSize;
    private final Listener listener;
    private final Channels channels;
    private final Window window;
    private final LinkedBlockingQueue<Long> acknowledgements = new LinkedBlockingQueue<>();

    ConsumeSession(BrokerConnection connection, Channel inboxChannel, String inbox, int windowSize, Listener listener) {
        this.connection = connection;
        this.inboxChannel = inboxChannel;
        this.inbox = inbox;
        this.windowSize = windowSize;
        this.listener = listener;
        this.channels = new Channels(connection);
        this.window = new Window(windowSize, acknowledgements::add);
    }

    @Override
    public BrokerConnection connection() {
        return connection;
    }

    Channels channels() {
        return channels;
    }

    Channel inboxChannel() {
        return inboxChannel;
    }

    /** Begins to take messages from the inbox. */
    void consume() throws IOException {
        inboxChannel.addShutdownListener(cause -> connection.sever()); // nothing would arrive any more: begin anew
        inboxChannel.basicQos(windowSize);
        inboxChannel.basicConsume(inbox, false, TAG, new DefaultConsumer(inboxChannel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                Window.Place place = window.new Place(envelope.getDeliveryTag());
                listener.arrived(place, window, envelope.getExchange(), body);
            }

            @Override
            public void handleCancel(String tag) {
                connection.sever(); // somebody has deleted the inbox: begin anew
            }
        });
        Thread.ofVirtual().name("towpath-rabbitmq-acknowledge").start(this::acknowledge); // until the session ends
    }

    private void acknowledge() {
        try {
            for (long tag = acknowledgements.take(); tag != END; tag = acknowledgements.take()) {
                inboxChannel.basicAck(tag, false);
            }
        } catch (IOException | ShutdownSignalException e) {
            connection.sever(); // an inbox ends with its connection, and so do its acknowledgements
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    /**
     * Returns when everything has arrived that was confirmed to be in the inbox before. The first question goes to the
     * queue, whose messages are on their way when it is answered; the second follows them.
     */
    void awaitArrivals() throws IOException {
        try {
            inboxChannel.queueDeclarePassive(inbox);
            inboxChannel.basicQos(windowSize);
        } catch (IOException e) {
            Refused refused = Refused.in(e);
            if (refused == null) {
                throw e;
            }
            throw new IOException("the inbox " + inbox + " is gone: " + refused.reason());
        }
    }

    @Override
    public void began() {
        listener.began(this);
    }

    @Override
    public void ended(Throwable cause) {
        acknowledgements.add(END);
        listener.ended(this);
    }
}
