package dev.towpath.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Holds what is needed to receive over one connection: the AMQP channel of the inbox, and others for orders.
 *
 * <p>Messages for the inbox are handed out by the thread that reads the connection. It also acknowledges those that it
 * gives to who waits, if that cannot make it wait: the broker sends no more than a window before it has read what it
 * was told of earlier ones. All others are acknowledged by a virtual thread.
 */
final class ConsumeSession implements Reconnector.Session {
    /** Python's layer calls its consumer so, too. */
    private static final String TAG = "carehare";

    private static final long END = 0;

    /** How many bytes an acknowledgement is on the connection. */
    private static final int ACKNOWLEDGEMENT = 21;

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

    /** What the reading thread has handed out and not acknowledged yet. Only that thread uses it. */
    private final Queue<Long> handedOut = new ArrayDeque<>();

    private volatile @Nullable Thread reading;

    ConsumeSession(BrokerConnection connection, Channel inboxChannel, String inbox, int windowSize, Listener listener) {
        this.connection = connection;
        this.inboxChannel = inboxChannel;
        this.inbox = inbox;
        this.windowSize = windowSize;
        this.listener = listener;
        this.channels = new Channels(connection);
        this.window = new Window(windowSize, this::acknowledge);
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
        boolean mayAcknowledge = connection.surelyTakes((long) windowSize * ACKNOWLEDGEMENT);
        inboxChannel.basicConsume(inbox, false, TAG, new DefaultConsumer(inboxChannel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                reading = mayAcknowledge ? Thread.currentThread() : null;
                Window.Place place = window.new Place(envelope.getDeliveryTag());
                listener.arrived(place, window, envelope.getExchange(), body);
                for (Long each = handedOut.poll(); each != null; each = handedOut.poll()) {
                    acknowledgeNow(each);
                }
            }

            @Override
            public void handleCancel(String tag) {
                connection.sever(); // somebody has deleted the inbox: begin anew
            }
        });
        Thread.ofVirtual().name("towpath-rabbitmq-acknowledge").start(this::acknowledgeOthers); // until the end
    }

    /** Has a message acknowledged soon. It is called with a lock held, so this does not write. */
    private void acknowledge(long tag) {
        (Thread.currentThread().equals(reading) ? handedOut : acknowledgements).add(tag);
    }

    private void acknowledgeNow(long tag) {
        try {
            inboxChannel.basicAck(tag, false);
        } catch (IOException | ShutdownSignalException e) {
            connection.sever(); // an inbox ends with its connection, and so do its acknowledgements
        }
    }

    private void acknowledgeOthers() {
        try {
            for (long tag = acknowledgements.take(); tag != END; tag = acknowledgements.take()) {
                acknowledgeNow(tag);
            }
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
