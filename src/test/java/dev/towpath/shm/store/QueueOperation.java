package dev.towpath.shm.store;

/** What a thread can do to a channel. */
sealed interface QueueOperation {

    /** The result of a send that found no free block. */
    int NO_MEMORY = -2;

    /** Sends messages numbered from a number on; gives how many were linked. */
    record Send(int number, int count, int capacity, int deadline) implements QueueOperation {
        @Override
        public String toString() {
            String last = count > 1 ? "–" + (number + count - 1) : "";
            return "send " + number + last + " (capacity " + capacity + ", deadline " + deadline + ")";
        }
    }

    /** Receives up to a limit; gives what was taken, or {@code "gone"}. */
    record Receive(int limit, int now) implements QueueOperation {
        @Override
        public String toString() {
            return "receive " + limit + " at " + now;
        }
    }

    /** Deletes the channel; gives whether this call closed it. */
    record Delete() implements QueueOperation {
        @Override
        public String toString() {
            return "delete";
        }
    }

    /** Recovers those who are dead by now. */
    record Sweep() implements QueueOperation {
        @Override
        public String toString() {
            return "sweep";
        }
    }
}
