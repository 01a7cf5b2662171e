package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Channel;

/**
 * Tells participants that something has happened to a channel they wait at.
 *
 * <p>A waiter's participant sets its bit in the channel's word of waiters, then the waiter looks once more, then it
 * parks. Whoever links a message, or makes room, takes all bits of the word and rings each participant, see {@link
 * Bells}.
 *
 * <h2>Why no wake-up is lost</h2>
 *
 * All of these words are accessed in one total order. Waiter: set bit (W1), look (W2). Sender: link (S1), take bits
 * (S2). If W2 does not see the message, W2 comes before S1, so W1 comes before S2, and S2 sees the bit. Sleeper:
 * {@code sleeping} = 1 (P1), read bell (P2), sleep. Ringer: set bell (R1), read {@code sleeping} (R2). If P2 does not
 * see the bell, P2 comes before R1, so P1 comes before R2, and the ringer sees that it must wake.
 *
 * <h2>Crash windows</h2>
 *
 * C1, the sender dies after S1, S2 or R1: whoever recovers it rings all ({@link Bells#ringAll}). C2, it stops there:
 * waiters are made to look again all the same, see {@link Watch#lookAround}. A waiting participant that is dead or
 * stopped takes no message and holds up nobody, because every waiting participant is rung, not one chosen among them.
 *
 * <p>Slots share bits modulo 64; a bit rings every participant that it may stand for.
 */
final class Doorbells {

    private final Words words;
    private final Participants participants;
    private final Bells bells;
    private final int slot;
    private final WaitingRoom receivers;
    private final WaitingRoom senders;

    Doorbells(
            Words words, Participants participants, Bells bells, int slot, WaitingRoom receivers, WaitingRoom senders) {
        this.words = words;
        this.participants = participants;
        this.bells = bells;
        this.slot = slot;
        this.receivers = receivers;
        this.senders = senders;
    }

    /** Tells those who wait for a message. */
    void messageSent(Channel channel) {
        ring(channel, channel.receiversAt());
    }

    /** Tells those who wait for room. */
    void roomMade(Channel channel) {
        ring(channel, channel.sendersAt());
    }

    private void ring(Channel channel, long waitersAt) {
        if (words.getVolatile(waitersAt) == 0) {
            return;
        }
        long waiters = words.getAndSet(waitersAt, 0); // S2
        int bucket = WaitingRoom.bucketOf(channel);
        for (; waiters != 0; waiters &= waiters - 1) {
            int bit = Long.numberOfTrailingZeros(waiters);
            for (int other = bit; other < RegionLayout.PARTICIPANTS; other += Long.SIZE) {
                if (other == slot) {
                    receivers.signal(bucket);
                    senders.signal(bucket);
                } else if (participants.isJoined(other)) {
                    bells.ring(other, bucket);
                }
            }
        }
    }
}
