package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Is one thing that a program does with a layer, done with a layer and with the model of it. */
public sealed interface LayerOperation {
    /** Does it, and compares the results. */
    void on(TwinLayers twins);

    /** The bytes of a message: so many, and different from those of other messages. */
    record Payload(int length, int seed) {
        byte[] bytes() {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) (seed * 31 + i * 7);
            }
            return bytes;
        }
    }

    record TrySend(int layer, String channel, Payload payload) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.both(layer, each -> each.trySend(channel, payload.bytes()));
        }
    }

    record SendMap(int layer, String channel, int value) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.both(layer, each -> refusal(() -> each.sender(channel).send(Map.of("value", value), Duration.ZERO)));
        }
    }

    record SendSegment(int layer, String channel, Payload payload) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            MemorySegment segment = MemorySegment.ofArray(payload.bytes());
            twins.both(layer, each -> refusal(() -> each.sender(channel).send(segment)));
        }
    }

    record SendAll(int layer, String channel, List<Payload> payloads) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            List<byte[]> all = payloads.stream().map(Payload::bytes).toList();
            twins.both(layer, each -> each.sender(channel).sendAll(all));
        }
    }

    record TryReceive(int layer, List<String> queues) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.receive(layer, queues, Receiver::tryReceive);
        }
    }

    record ReceiveTimed(int layer, List<String> queues) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.receive(layer, queues, receiver -> {
                try {
                    return receiver.receive(Duration.ofNanos(1));
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    record Drain(int layer, List<String> queues, int limit) implements LayerOperation {
        private record Seen(String channel, byte[] payload) {}

        @Override
        public void on(TwinLayers twins) {
            List<Seen> seen = new ArrayList<>();
            int drained = twins.twin(layer)
                    .actual()
                    .receiver(queues)
                    .drain(
                            (channel, payload) -> seen.add(new Seen(channel, payload.toArray(ValueLayout.JAVA_BYTE))),
                            limit);
            assertEquals(seen.size(), drained);
            assertTrue(drained <= limit);
            seen.forEach(each -> twins.follow(queues, each.channel(), each.payload()));
            if (drained < limit) {
                twins.assertModelIsEmpty(queues);
            }
        }
    }

    record AskAndAnswer(int layer, String queue, Payload payload) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            CompletableFuture<Message> future =
                    twins.twin(layer).actual().receiver(queue).receiveAsync();
            if (twins.twin(layer).model().statistics(queue).messagesPending() == 0) {
                assertFalse(future.isDone());
                twins.both(layer + 1, each -> each.trySend(queue, payload.bytes()));
            }
            Message message = future.orTimeout(10, TimeUnit.SECONDS).join();
            twins.follow(List.of(queue), message.channel(), message.bytes());
        }
    }

    record Cancel(int layer, String queue) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            CompletableFuture<Message> future =
                    twins.twin(layer).actual().receiver(queue).receiveAsync();
            if (future.cancel(true)) {
                assertTrue(future.isCancelled());
                twins.assertModelIsEmpty(List.of(queue));
            } else {
                assertFalse(future.isCompletedExceptionally());
                twins.follow(
                        List.of(queue), future.join().channel(), future.join().bytes());
            }
        }
    }

    record AddToGroup(int layer, String group, String channel) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.both(layer, each -> refusal(() -> each.group(group).add(channel)));
        }
    }

    record DiscardFromGroup(int layer, String group, String channel) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.both(layer, each -> refusal(() -> each.group(group).discard(channel)));
        }
    }

    record SendToGroup(int layer, String group, Payload payload) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.both(layer, each -> each.group(group).send(payload.bytes()));
        }
    }

    record LookAtGroup(int layer, String group) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.both(layer, each -> each.group(group).channels());
            twins.both(layer, each -> each.group(group).size());
        }
    }

    record LookAtChannel(int layer, String channel) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.bothAtLast(each -> each.statistics(channel).messagesPending());
            twins.both(layer, each -> each.statistics(channel).capacity());
        }
    }

    record LookAtStatistics() implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.compareStatistics();
        }
    }

    /** Lets time pass; and where expiry may drop members, waits until it has. */
    record Advance(int seconds, boolean waiting) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.advance(Duration.ofSeconds(seconds));
            if (waiting) {
                twins.compareExpired();
            }
        }
    }

    /** Clears, after what has expired was counted: what is cleared does not expire. */
    record Clear(int layer) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.compareExpired();
            twins.both(layer, each -> refusal(each::clear));
        }
    }

    record OpenAnother() implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.open();
        }
    }

    record CloseOne(int layer) implements LayerOperation {
        @Override
        public void on(TwinLayers twins) {
            twins.close(layer);
        }
    }

    /** Something that a layer does, or refuses to do. */
    @FunctionalInterface
    interface Action {
        void run() throws InterruptedException;
    }

    /** Says how an action was refused, or that it was not. */
    private static String refusal(Action action) {
        @Nullable RuntimeException refusal = null;
        try {
            action.run();
        } catch (ChannelLayerException e) {
            refusal = e;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return String.valueOf(refusal);
    }
}
