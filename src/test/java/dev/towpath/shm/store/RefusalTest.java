package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.Stop;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/**
 * A message is refused only if at one moment the channel was full of messages that had not expired: somebody stops
 * before each access of his sending, and meanwhile another one drops what has expired.
 */
class RefusalTest {

    private static final int SENDER = 0;
    private static final int OTHER = 1;
    private static final int CAPACITY = 3;
    private static final int LENGTH = 100;
    private static final String CHANNEL = "c";

    private static Tenant joined(Tenant tenant) {
        tenant.join();
        return tenant;
    }

    private static void fill(Tenant tenant) {
        for (int i = 0; i < CAPACITY; i++) {
            tenant.send(CHANNEL, i, LENGTH, CAPACITY);
        }
    }

    /** Sends into a channel that is full of expired messages, while another one takes out what is in it. */
    private static void assertSent(int least, ToIntFunction<Tenant> sending) {
        Ground ground = Ground.onHeap(Ground.Size.TINY);
        Ground.Image untouched = ground.save();
        boolean stopped = true;
        for (int access = 0; stopped; access++) {
            ground.restore(untouched);
            Tenant other = joined(ground.tenant(OTHER));
            fill(other);
            ground.pass(Ground.EXPIRY_MILLIS + 1);
            Stop stop = new Stop(access, () -> other.receive(CHANNEL));
            int sent = sending.applyAsInt(joined(ground.tenant(SENDER, false, stop)));
            String when = "stopped before access " + access;
            assertTrue(sent >= least, () -> when + ", sent " + sent);
            stopped = stop.wasReached();
        }
    }

    @Test
    void expiredMessagesThatAnotherOneDropsTakeNobodysRoom() {
        assertSent(1, sender -> sender.send(CHANNEL, 0, LENGTH, CAPACITY) ? 1 : 0);
    }

    @Test
    void expiredMessagesThatAnotherOneDropsTakeNoRoomOfABatch() {
        assertSent(CAPACITY, sender -> sender.sendAll(CHANNEL, CAPACITY + 1, CAPACITY));
    }
}
