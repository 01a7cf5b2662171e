package dev.towpath.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import dev.towpath.BackendUnavailableException;
import dev.towpath.Message;
import dev.towpath.WireFormatException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Consumes from a shared queue exactly as long as somebody of this layer waits for its messages.
 *
 * <p>One virtual thread alone talks over the AMQP channel of the consumers, so nothing here has a lock but its {@link
 * ConsumerDesk desk}. It works in rounds:
 *
 * <ol>
 *   <li>Each message that has come is claimed for the waiter who has waited longest. One that nobody waits for goes
 *       back.
 *   <li>Consumers of queues at which nobody waits any more are cancelled. This comes before the acknowledgement,
 *       otherwise the broker would send them the next message.
 *   <li>Claimed messages are acknowledged, the others rejected, whereby they return to their old places.
 *   <li><b>Barrier:</b> one question to the broker, over the same AMQP channel. When it is answered, the broker has
 *       done all of the above. Acknowledgements alone are not answered: messages would be delivered a second time if
 *       the connection were lost before the broker has read them.
 *   <li>What was on its way to the cancelled consumers has come by now, and is treated likewise.
 *   <li>Only now the claimed messages are given. If the connection is lost before, none is: another gets it, or nobody.
 *   <li>Queues at which somebody waits are consumed from, with one message on the way at most.
 * </ol>
 *
 * <p>Whoever stops waiting asks for a round: after it, nothing is on its way to him.
 */
final class SharedConsumers {
    private static final int MOST_AT_ONCE = 16;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final SharedQueues sharedQueues;
    private final Mailroom mailroom;
    private final Addresses addresses;
    private final Memberships memberships;
    private final ConsumerDesk desk = new ConsumerDesk();

    /** The consumers' own AMQP channel and the channels that are consumed from; only the thread uses them. */
    private @Nullable Channel channel;

    private final Map<String, String> tags = new HashMap<>();

    SharedConsumers(SharedQueues sharedQueues, Mailroom mailroom, Addresses addresses, Memberships memberships) {
        this.sharedQueues = sharedQueues;
        this.mailroom = mailroom;
        this.addresses = addresses;
        this.memberships = memberships;
    }

    void start() {
        Thread.ofVirtual().name("towpath-rabbitmq-consumers").start(this::run);
    }

    /** Takes notice of those who have begun to wait. */
    void look(Collection<Address> at) {
        desk.change(shared(at));
    }

    /** Takes notice of those who have stopped, and returns when nothing is on its way to them. */
    void settle(Collection<Address> at) {
        Set<String> queues = shared(at);
        if (!queues.isEmpty()) {
            desk.settle(queues);
        }
    }

    private static Set<String> shared(Collection<Address> at) {
        Set<String> queues = new LinkedHashSet<>();
        at.stream().filter(Address::isShared).map(Address::channel).forEach(queues::add);
        return queues;
    }

    /** Begins anew over a connection. */
    void began(ConsumeSession session) {
        desk.attach(session);
    }

    /** Stops until there is another connection. */
    void ended(ConsumeSession session) {
        desk.detach(session);
    }

    void stop() {
        desk.stop();
    }

    private void run() {
        for (ConsumerDesk.Round round = desk.next(); round != null; round = desk.next()) {
            ConsumeSession session = round.session();
            try {
                if (session == null) {
                    forgetChannel();
                } else {
                    work(round, session);
                }
            } catch (IOException | ShutdownSignalException | BackendUnavailableException | IllegalStateException e) {
                if (session != null && channel != null && channel.isOpen()) {
                    session.connection().sever(); // nobody knows what the broker has heard over it
                }
                forgetChannel();
                LockSupport.parkNanos(PAUSE_NANOS); // until the reconnector has noticed as well
                desk.poke();
            } finally {
                round.settle();
            }
        }
    }

    private void forgetChannel() {
        channel = null;
        tags.clear();
    }

    private void work(ConsumerDesk.Round round, ConsumeSession session) throws IOException {
        Set<String> touched = new LinkedHashSet<>(round.changed());
        Channel current = channel;
        if (current == null || !current.isOpen()) {
            forgetChannel();
            current = session.connection().newChannel();
            current.basicQos(1);
            channel = current;
            mailroom.wanted().stream()
                    .filter(queue -> addresses.of(queue).isShared())
                    .forEach(touched::add);
        }
        round.cancelled().forEach(tags::remove);
        Handling handling = new Handling(current);
        try {
            handling.handle(desk.arrivals(arrival -> true), touched);
            handling.handle(desk.arrivals(arrival -> !tags.containsKey(arrival.queue())), touched);
        } finally {
            handling.finish();
        }
        round.settle();
        consumeWanted(current, touched);
    }

    /** Begins to consume from some of the queues; the rest is left for the next round, so that messages do not wait. */
    private void consumeWanted(Channel current, Set<String> touched) throws IOException {
        int begun = 0;
        List<String> later = new ArrayList<>();
        for (String queue : touched) {
            if (!tags.containsKey(queue) && mailroom.isWanted(queue)) {
                if (begun++ < MOST_AT_ONCE) {
                    consume(current, queue);
                } else {
                    later.add(queue);
                }
            }
        }
        if (!later.isEmpty()) {
            desk.change(later);
        }
    }

    /** A message that has come, and the one it was claimed for. */
    private record Claim(ConsumerDesk.Arrival arrival, Waiter waiter) {}

    /** Treats messages of one round, and gives them at its end. */
    private final class Handling {
        private final Channel current;
        private final List<Claim> claims = new ArrayList<>();
        private int answered;

        Handling(Channel current) {
            this.current = current;
        }

        /** Does the first four steps. */
        void handle(List<ConsumerDesk.Arrival> arrivals, Set<String> touched) throws IOException {
            List<ConsumerDesk.Arrival> back = new ArrayList<>();
            for (ConsumerDesk.Arrival arrival : arrivals) {
                if (!arrival.channel().equals(current)) {
                    continue; // of a connection or AMQP channel that was lost: the broker has it
                }
                touched.add(arrival.queue());
                Waiter waiter = mailroom.claim(arrival.queue());
                if (waiter == null) {
                    back.add(arrival);
                } else {
                    claims.add(new Claim(arrival, waiter));
                    touched.addAll(shared(waiter.addresses()));
                }
            }
            List<String> cancelled = cancelUnwanted(touched);
            for (ConsumerDesk.Arrival arrival : back) {
                current.basicReject(arrival.tag(), true);
            }
            for (Claim claim : claims.subList(answered, claims.size())) {
                current.basicAck(claim.arrival().tag(), false);
            }
            if (!cancelled.isEmpty() || !back.isEmpty() || answered < claims.size()) {
                current.basicQos(1); // the barrier
                answered = claims.size();
            }
            arrivals.forEach(arrival -> cancelled.remove(arrival.queue()));
            if (!cancelled.isEmpty()) {
                // The first answer may overtake a message that its queue sent before it heard of the cancelling.
                current.basicQos(1);
            }
        }

        private List<String> cancelUnwanted(Set<String> touched) throws IOException {
            List<String> cancelled = new ArrayList<>();
            for (String queue : touched) {
                if (tags.containsKey(queue) && !mailroom.isWanted(queue)) {
                    AMQP.Basic.Cancel.Builder order = new AMQP.Basic.Cancel.Builder();
                    current.asyncRpc(
                            order.consumerTag(tags.remove(queue)).nowait().build());
                    cancelled.add(queue);
                }
            }
            return cancelled;
        }

        /** Gives what is certain to be ours, and lets the others wait again. */
        void finish() {
            for (Claim claim : claims.subList(0, answered)) {
                Address address = addresses.of(claim.arrival().queue());
                List<Message> copies = Parcel.openForShared(claim.arrival().body(), address, memberships);
                mailroom.keep(copies.subList(1, copies.size()));
                claim.waiter().noteSettled();
                claim.waiter().give(copies.get(0));
            }
            for (Claim claim : claims.subList(answered, claims.size())) {
                claim.waiter().tellToLookAgain();
            }
        }
    }

    private void consume(Channel current, String queue) throws IOException {
        Address address = addresses.of(queue);
        try {
            sharedQueues.ensure(address);
        } catch (UnsupportedOperationException | WireFormatException e) {
            mailroom.fail(queue, e);
            return;
        }
        // The tag is the same each time: the client remembers tags that were cancelled without an answer.
        tags.put(queue, queue);
        try {
            current.basicConsume(address.queue(), false, queue, new ToDesk(current, queue));
        } catch (IOException e) {
            sharedQueues.forget(address);
            Refused refused = Refused.in(e);
            if (refused != null && refused.code() != SharedQueues.NOT_FOUND) { // and will be: nobody is to wait for it
                mailroom.fail(queue, sharedQueues.translate(address, refused));
            }
            throw e;
        }
    }

    /** Puts what arrives on the desk. */
    private final class ToDesk extends DefaultConsumer {
        private final String queue;

        ToDesk(Channel channel, String queue) {
            super(channel);
            this.queue = queue;
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            desk.arrived(new ConsumerDesk.Arrival(getChannel(), queue, envelope.getDeliveryTag(), body));
        }

        @Override
        public void handleCancel(String tag) {
            sharedQueues.forget(addresses.of(queue)); // the queue was deleted
            desk.cancelled(queue);
        }
    }
}
