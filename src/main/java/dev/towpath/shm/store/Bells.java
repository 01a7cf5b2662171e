package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;

/**
 * Rings the bells of other participants: a bit in its news says which bucket of channels something has happened to, a
 * bit in its bell says which word of news, and if it says that it is sleeping, a byte through its socket wakes it.
 *
 * <p>Thread-safe.
 */
final class Bells {

    private static final long ALL = -1;

    private final Words words;
    private final Participants participants;
    private final WakeSockets sockets;

    Bells(Words words, Participants participants, WakeSockets sockets) {
        this.words = words;
        this.participants = participants;
        this.sockets = sockets;
    }

    /** Rings a participant about a bucket. */
    void ring(int other, int bucket) {
        int word = bucket / Long.SIZE;
        tell(other, word, 1L << bucket);
        wake(other, 1L << word);
    }

    /** Rings every participant about everything, because somebody has died who may have owed them a ring. */
    void ringAll() {
        for (int other = 0; other < RegionLayout.PARTICIPANTS; other++) {
            if (participants.isJoined(other)) {
                for (int word = 0; word < ParticipantLayout.NEWS_WORDS; word++) {
                    tell(other, word, ALL);
                }
                wake(other, ALL);
            }
        }
    }

    private void tell(int other, int word, long news) {
        words.getAndBitwiseOr(participants.at(other) + ParticipantLayout.NEWS + word * (long) Long.BYTES, news);
    }

    private void wake(int other, long bell) {
        words.getAndBitwiseOr(participants.at(other) + ParticipantLayout.BELL, bell); // R1
        if (words.getVolatile(participants.at(other) + ParticipantLayout.SLEEPING) != 0) { // R2
            sockets.ring(other);
        }
    }
}
