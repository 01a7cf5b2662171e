package dev.towpath.shm.store;

/**
 * Counts in this participant's own row what cannot be derived from anything else.
 *
 * <p>Only seldom things are counted: refusals, expiries, drops. How many messages there were and are follows from their
 * positions.
 */
final class Counters {

    private final Participants participants;
    private final int slot;

    Counters(Participants participants, int slot) {
        this.participants = participants;
        this.slot = slot;
    }

    void full(int count) {
        participants.count(slot, ParticipantLayout.FULL, count);
    }

    void expired(int count) {
        participants.count(slot, ParticipantLayout.EXPIRED, count);
    }

    void groupFull(int count) {
        participants.count(slot, ParticipantLayout.GROUP_FULL, count);
    }

    /** Refused sends, by anybody. */
    long fullByAll() {
        return participants.sum(ParticipantLayout.FULL);
    }

    /** Messages that expired, dropped by anybody. */
    long expiredByAll() {
        return participants.sum(ParticipantLayout.EXPIRED);
    }

    /** Members skipped by group sends of anybody because they were full. */
    long groupFullByAll() {
        return participants.sum(ParticipantLayout.GROUP_FULL);
    }
}
