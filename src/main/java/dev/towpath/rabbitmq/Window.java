package dev.towpath.rabbitmq;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Says how many messages the broker may have sent to the inbox without an acknowledgement, and shares this room out
 * among the channels. Guarded by the lock of the {@link Mailroom}.
 *
 * <p>A message that waits for its reader keeps its place in the window, so that the senders to a process feel how slow
 * it is. But when all places are taken, the channel that keeps the most gives one up, as long as it keeps two: its
 * message is acknowledged, and goes on waiting without a place. So however many readers are slow, as long as they are
 * fewer than the places, one place is left for the others.
 */
final class Window {
    private final int size;
    private final LongConsumer acknowledge;
    private final Set<Box> keepers = new LinkedHashSet<>();
    private int taken;

    Window(int size, LongConsumer acknowledge) {
        this.size = size;
        this.acknowledge = acknowledge;
    }

    /** Frees a place if none is, and if that leaves one to every channel that has any. */
    void makeRoom() {
        while (taken >= size) {
            int most = keepers.stream().mapToInt(Box::places).max().orElse(0);
            if (most < 2) {
                return;
            }
            for (Box each : keepers) { // a message to many channels has its place until the last has given it up
                if (taken >= size && each.places() == most) {
                    each.giveUpPlace();
                }
            }
        }
    }

    /** One message of the broker, which takes a place as long as a channel keeps it. */
    final class Place {
        private final long tag;
        private int copies;

        Place(long tag) {
            this.tag = tag;
        }

        void keep(Box box) {
            keepers.add(box);
            if (copies++ == 0) {
                taken++;
            }
        }

        /** Ends the keeping of one copy. */
        void release(Box box) {
            if (box.places() == 0) {
                keepers.remove(box);
            }
            if (--copies == 0) {
                taken--;
                acknowledge.accept(tag);
            }
        }

        /** Acknowledges the message if, now that all channels have seen it, none keeps it. */
        void releaseIfUnkept() {
            if (copies == 0) {
                acknowledge.accept(tag);
            }
        }
    }
}
