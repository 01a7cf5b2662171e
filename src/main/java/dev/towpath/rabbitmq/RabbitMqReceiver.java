package dev.towpath.rabbitmq;

import dev.towpath.BackendUnavailableException;
import dev.towpath.Message;
import dev.towpath.MessageHandler;
import dev.towpath.Receiver;
import dev.towpath.waiting.Deadline;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Receives from channels of a RabbitMQ layer.
 *
 * <p>Each call begins with another channel than the one before, so none starves another. While the connection is lost,
 * those who wait go on waiting.
 */
final class RabbitMqReceiver implements Receiver {
    private final Engine engine;
    private final List<Address> addresses;
    private final AtomicInteger turn;

    RabbitMqReceiver(Engine engine, List<Address> addresses, int firstTurn) {
        this.engine = engine;
        this.addresses = addresses;
        this.turn = new AtomicInteger(firstTurn);
    }

    @Override
    public List<String> channels() {
        return addresses.stream().map(Address::channel).toList();
    }

    List<Address> addresses() {
        return addresses;
    }

    @Override
    public Message receive() throws InterruptedException {
        Message message = receiveUntil(Deadline.never(), true);
        if (message == null) {
            throw new AssertionError("146 years have passed");
        }
        return message;
    }

    @Override
    public @Nullable Message receive(Duration timeout) throws InterruptedException {
        return receiveUntil(Deadline.after(timeout), false);
    }

    private @Nullable Message receiveUntil(Deadline deadline, boolean patient) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        while (true) {
            Message message = takeQuietly(patient);
            if (message != null || deadline.isOver()) {
                return message;
            }
            Waiter waiter = engine.waits().begin(addresses);
            Optional<Message> outcome = await(waiter, deadline);
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
    }

    /** Waits for a message, and stops waiting. Nothing, if none came. */
    private Optional<Message> await(Waiter waiter, Deadline deadline) throws InterruptedException {
        try {
            Optional<Message> outcome = waiter.outcome().get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
            engine.waits().finish(waiter);
            return outcome;
        } catch (TimeoutException e) {
            return Optional.ofNullable(engine.waits().stop(waiter));
        } catch (InterruptedException e) {
            Message last = engine.waits().stop(waiter);
            if (last == null) {
                throw e;
            }
            Thread.currentThread().interrupt(); // the message came first, and the interrupt is for what comes next
            return Optional.of(last);
        } catch (ExecutionException e) {
            engine.waits().finish(waiter);
            throw Engine.again(e.getCause());
        }
    }

    @Override
    public @Nullable Message tryReceive() {
        return take(engine::take);
    }

    /** Takes a message from the first channel that has one. */
    private @Nullable Message take(Function<Address, @Nullable Message> taking) {
        engine.requireOpen();
        int first = nextTurn();
        for (int i = 0; i < addresses.size(); i++) {
            Message message = taking.apply(addresses.get((first + i) % addresses.size()));
            if (message != null) {
                return message;
            }
        }
        return null;
    }

    /**
     * Takes a message if there is one and the broker can be asked. Whoever is patient and waits without an end does not
     * ask what is on its way to the inbox, as it comes to him all the same: thousands may wait for their answers.
     */
    @Nullable
    Message takeQuietly(boolean patient) {
        engine.requireOpen();
        if (!engine.isConnected()) {
            return null; // what is here already is found by whoever waits
        }
        try {
            return take(patient ? engine::takeArrived : engine::take);
        } catch (BackendUnavailableException e) {
            return null; // the next connection brings what comes, and what was on its way is lost
        }
    }

    private int nextTurn() {
        return addresses.size() == 1 ? 0 : Math.floorMod(turn.getAndIncrement(), addresses.size());
    }

    @Override
    public CompletableFuture<Message> receiveAsync() {
        engine.requireOpen();
        return FutureMessage.start(this, engine.waits());
    }

    @Override
    public int drain(MessageHandler handler, int limit) {
        Objects.requireNonNull(handler, "handler");
        if (limit < 0) {
            throw new IllegalArgumentException("bad limit " + limit + ": it must be at least 0");
        }
        engine.requireOpen();
        int drained = 0;
        int first = nextTurn();
        for (int i = 0; i < addresses.size() && drained < limit; i++) {
            Address address = addresses.get((first + i) % addresses.size());
            List<Message> batch = engine.takeSeveral(address, limit - drained);
            while (!batch.isEmpty()) {
                drained += batch.size();
                hand(batch, handler);
                batch = drained < limit ? engine.takeSeveral(address, limit - drained) : List.of();
            }
        }
        return drained;
    }

    /** Hands messages over; if that fails, those behind wait here for whoever receives next. */
    private void hand(List<Message> batch, MessageHandler handler) {
        int handed = 0;
        try {
            for (Message message : batch) {
                handed++;
                handler.onMessage(message.channel(), MemorySegment.ofArray(message.bytes()));
            }
        } finally {
            engine.mailroom().keep(batch.subList(handed, batch.size()));
        }
    }
}
