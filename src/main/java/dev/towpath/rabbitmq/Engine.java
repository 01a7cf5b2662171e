package dev.towpath.rabbitmq;

import dev.towpath.BackendUnavailableException;
import dev.towpath.BackendUnavailableException.Outcome;
import dev.towpath.ChannelLayerException;
import dev.towpath.Message;
import dev.towpath.rabbitmq.Publication.Fate;
import dev.towpath.waiting.Deadline;
import dev.towpath.wire.Payloads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Puts the parts of a layer together, starts and stops them, and sends and takes messages with them. Thread-safe. */
final class Engine {
    private final Options options;
    private final Payloads payloads;
    private final Addresses addresses;
    private final Reconnector<ConsumeSession> reconnector;
    private final Orders orders;
    private final Publisher publisher;
    private final SharedQueues sharedQueues;
    private final Tally tally;
    private final Mailroom mailroom;
    private final Groups groups;
    private final SharedConsumers consumers;
    private final Waits waits;
    private final Clearing clearing;
    private final Reception reception;
    private final Arrivals arrivals;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Engine(Options options) {
        this.options = options;
        payloads = new Payloads(Parcel.FORMAT, options.maxMessageSize());
        Dialer dialer =
                new Dialer(options.uri(), options.connectTimeout(), options.commandTimeout(), options.sslContext());
        addresses = new Addresses(options.queuePrefix());
        reconnector = new Reconnector<>(options.uri(), dialer, "consume", this::openSession);
        orders = new Orders(reconnector, options.commandTimeout());
        publisher = new Publisher(options.uri(), dialer, options.commandTimeout());
        sharedQueues = new SharedQueues(orders, options.capacityRules(), options.expiry());
        tally = new Tally(Duration.ofMillis(sharedQueues.lifeMillis()));
        mailroom = new Mailroom(options.capacityRules(), options.expiry(), tally);
        groups = new Groups(orders, sharedQueues, options.groupsExchange(), options.groupExpiry());
        consumers = new SharedConsumers(sharedQueues, mailroom, addresses, groups.memberships());
        waits = new Waits(mailroom, consumers);
        clearing = new Clearing(addresses, orders, sharedQueues, mailroom, groups, publisher);
        reception = new Reception(addresses, groups, options.expiry(), options.remoteCapacity(), options.windowSize());
        arrivals = new Arrivals(addresses, groups, mailroom, consumers, clearing);
    }

    /** Connects, within the time for that; leaves nothing behind if it cannot. */
    static Engine open(Options options) {
        Engine engine = new Engine(options);
        Deadline deadline = Deadline.after(options.connectTimeout());
        try {
            engine.publisher.open(deadline);
            engine.reconnector.open(deadline);
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
        engine.consumers.start();
        Thread.ofVirtual().name("towpath-rabbitmq-sweep").start(engine::sweep);
        return engine;
    }

    private ConsumeSession openSession(BrokerConnection connection) throws IOException {
        return reception.open(connection, arrivals);
    }

    /** Does away with what has expired, now and then. */
    private void sweep() {
        Duration shorter =
                options.expiry().compareTo(options.groupExpiry()) < 0 ? options.expiry() : options.groupExpiry();
        long pauseMillis = Math.clamp(shorter.toMillis() / 4, 10, 1_000);
        try {
            while (!closed.await(pauseMillis, TimeUnit.MILLISECONDS)) {
                mailroom.sweep();
                groups.sweep();
                sharedQueues.forgetDeleted();
                tally.forgetUnused();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts this thread", e);
        }
    }

    /** Sends a message; tells whether it was accepted or what was full. */
    Fate send(Address address, byte[] body) {
        requireOpen();
        if (address.isShared()) {
            sharedQueues.ensure(address);
        }
        Fate fate = publisher.publish("", address.queue(), body);
        if (fate == Fate.UNROUTABLE && address.isShared()) {
            sharedQueues.forget(address);
            sharedQueues.ensure(address);
            fate = publisher.publish("", address.queue(), body);
        }
        if (fate == Fate.UNROUTABLE && address.isShared()) {
            throw reconnector.unanswered(
                    Outcome.NOT_SENT, new IOException("queue " + address.queue() + " is deleted by somebody again"));
        }
        if (fate == Fate.UNROUTABLE) {
            tally.countExpired(); // nobody will ever read it: the process that made the name is gone
            fate = Fate.ACCEPTED;
        }
        if (fate == Fate.ACCEPTED) {
            tally.countSent(address);
        }
        return fate;
    }

    Fate sendToGroup(String group, byte[] body) {
        requireOpen();
        Fate fate;
        try {
            fate = publisher.publish(groups.exchange(), group, body);
        } catch (BackendUnavailableException e) {
            Refused refused = Refused.in(e);
            if (refused != null && refused.code() == SharedQueues.NOT_FOUND) {
                groups.restore(addresses.inbox()); // for the next message: of this one nobody knows when it was refused
            }
            throw e;
        }
        if (fate == Fate.ACCEPTED) {
            tally.countGroupSent();
        } else if (fate != Fate.UNROUTABLE) {
            tally.countGroupFull();
        }
        return fate;
    }

    /** Takes the oldest message of a channel, if there is one. */
    @Nullable
    Message take(Address address) {
        Message arrived = takeArrived(address);
        if (arrived != null || address.isShared()) {
            return arrived;
        }
        orders.awaitArrivals();
        return mailroom.poll(address.channel());
    }

    /** Does the same, but does not wait for what is on its way to the inbox. */
    @Nullable
    Message takeArrived(Address address) {
        Message arrived = mailroom.poll(address.channel());
        if (arrived != null || !address.isShared()) {
            return arrived;
        }
        List<Message> taken = takeShared(address, 1);
        return taken.isEmpty() ? null : taken.get(0);
    }

    /** Takes the oldest messages of a channel, so many at most; none if there is none, perhaps fewer than there are. */
    List<Message> takeSeveral(Address address, int most) {
        Message arrived = address.isShared() ? mailroom.poll(address.channel()) : take(address);
        if (arrived != null) {
            return List.of(arrived);
        }
        return address.isShared() ? takeShared(address, most) : List.of();
    }

    private List<Message> takeShared(Address address, int most) {
        List<Message> copies = new ArrayList<>();
        for (byte[] body : sharedQueues.take(address, most)) {
            copies.addAll(Parcel.openForShared(body, address, groups.memberships()));
        }
        int given = Math.min(most, copies.size());
        mailroom.keep(copies.subList(given, copies.size()));
        return copies.subList(0, given);
    }

    /** Waits a little before trying again. */
    void pause(long nanos) throws InterruptedException {
        if (closed.await(nanos, TimeUnit.NANOSECONDS)) {
            requireOpen();
        }
    }

    boolean isConnected() {
        return session() != null;
    }

    /** The connection for receiving, as long as there is one. */
    @Nullable
    ConsumeSession session() {
        return reconnector.current();
    }

    void requireOpen() {
        if (closed.getCount() == 0) {
            throw new IllegalStateException("the layer is closed");
        }
    }

    /** Says again in this thread what has ended the waiting of several. */
    static RuntimeException again(@Nullable Throwable failure) {
        if (failure instanceof ChannelLayerException known) {
            return known;
        }
        return failure instanceof UnsupportedOperationException
                ? new UnsupportedOperationException(failure.getMessage(), failure)
                : new IllegalStateException(failure == null ? null : failure.getMessage(), failure);
    }

    Options options() {
        return options;
    }

    Payloads payloads() {
        return payloads;
    }

    Addresses addresses() {
        return addresses;
    }

    Waits waits() {
        return waits;
    }

    Publisher publisher() {
        return publisher;
    }

    Groups groups() {
        return groups;
    }

    SharedQueues sharedQueues() {
        return sharedQueues;
    }

    Mailroom mailroom() {
        return mailroom;
    }

    Tally tally() {
        return tally;
    }

    void clear() {
        requireOpen();
        clearing.clear();
    }

    void close() {
        closed.countDown();
        mailroom.close(new IllegalStateException("the layer is closed"));
        consumers.stop();
        publisher.close();
        reconnector.close(options.commandTimeout());
    }
}
