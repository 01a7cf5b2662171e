package dev.towpath.shm.store;

import dev.towpath.shm.structure.FanOuts;
import dev.towpath.shm.structure.Members;
import dev.towpath.shm.structure.MembershipTable;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.Reference;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Adds and discards members of groups, and sends to all of them.
 *
 * <p>A group send collects the members and sends to each. A payload that fits into a message's own block is copied
 * there; a longer one is stored once for every 64 members as a {@link FanOuts fan-out}. A death in the middle leaves
 * some members with the message and others without; no member ever gets it twice.
 *
 * <p>Thread-safe.
 */
public final class GroupStore {

    private final MembershipTable memberships;
    private final MessageStore messages;
    private final Payloads payloads;
    private final FanOuts fanOuts;
    private final Reclaimer reclaimer;
    private final Counters counters;
    private final Clock clock;
    private final long expiryNanos;
    private final long groupExpiryNanos;
    private final ToIntFunction<byte[]> capacityOf;
    private final Scratch.Pool scratches;

    /** The mailboxes of members, by record: a cache, whose races are benign because an entry says whose it is. */
    private final @Nullable MemberMailbox[] mailboxes;

    private record MemberMailbox(long membership, Mailbox mailbox) {}

    /** How much of a group send was delivered. */
    public static final class Result {
        private int delivered;
        private int full;

        Result() {}

        /**
         * Counts the members that got the message.
         *
         * @return how many
         */
        public int delivered() {
            return delivered;
        }

        /**
         * Counts the members that were skipped, because their channel or the memory was full.
         *
         * @return how many
         */
        public int full() {
            return full;
        }

        private void add(boolean sent) {
            if (sent) {
                delivered++;
            } else {
                full++;
            }
        }
    }

    GroupStore(
            Structures structures,
            MessageStore messages,
            Payloads payloads,
            Reclaimer reclaimer,
            Counters counters,
            Clock clock,
            StoreOptions options,
            Scratch.Pool scratches) {
        this.memberships = structures.memberships();
        this.messages = messages;
        this.payloads = payloads;
        this.fanOuts = structures.fanOuts();
        this.reclaimer = reclaimer;
        this.counters = counters;
        this.clock = clock;
        this.expiryNanos = options.expiryNanos();
        this.groupExpiryNanos = options.groupExpiryNanos();
        this.capacityOf = options.capacityOf();
        this.scratches = scratches;
        this.mailboxes = new @Nullable MemberMailbox[memberships.records().count()];
    }

    /**
     * Adds a member, or begins its time anew.
     *
     * @param group the group's name
     * @param member the member's name
     * @return whether there was room in the group memory
     */
    public boolean add(Name group, Name member) {
        long deadline = Math.max(1, clock.deadlineMillis(groupExpiryNanos));
        if (memberships.add(group, member, deadline)) {
            return true;
        }
        reclaimer.pruneGroups();
        return memberships.add(group, member, deadline);
    }

    /**
     * Ends a membership, if there is one.
     *
     * @param group the group's name
     * @param member the member's name
     */
    public void discard(Name group, Name member) {
        memberships.discard(group, member);
    }

    /**
     * Lists the members of a group.
     *
     * @param group the group's name
     * @return the unexpired members
     */
    public List<Name> members(Name group) {
        Scratch scratch = scratches.borrow();
        try {
            List<Name> names = new ArrayList<>();
            Members members = collect(group, scratch);
            for (int i = 0; i < members.count(); i++) {
                Name name = memberships.name(members.reference(i));
                if (memberships.records().isLive(members.reference(i))) {
                    names.add(name);
                }
            }
            return names;
        } finally {
            scratches.giveBack(scratch);
        }
    }

    private Members collect(Name group, Scratch scratch) {
        Members members = scratch.members();
        long found = memberships.findGroup(group);
        if (found == Reference.NONE) {
            members.clear();
        } else {
            memberships.collect(found, clock.nowMillis(), members);
        }
        return members;
    }

    /**
     * Sends a message to every member.
     *
     * @param group the group's name
     * @param payload the payload
     * @return how many got it
     */
    public Result send(Name group, MemorySegment payload) {
        Result result = new Result();
        Scratch scratch = scratches.borrow();
        try {
            scratch.expiringAt(clock.deadlineMillis(expiryNanos));
            Members members = collect(group, scratch);
            for (int from = 0; from < members.count(); from += FanOuts.MEMBERS) {
                int to = Math.min(members.count(), from + FanOuts.MEMBERS);
                if (to - from > 1 && !Payloads.isShort(payload.byteSize())) {
                    sendShared(payload, from, to, scratch, result);
                } else {
                    sendEach(payload, from, to, scratch, result);
                }
            }
        } finally {
            scratches.giveBack(scratch);
            counters.groupFull(result.full);
        }
        return result;
    }

    private void sendEach(MemorySegment payload, int from, int to, Scratch scratch, Result result) {
        for (int i = from; i < to; i++) {
            Mailbox mailbox = mailbox(scratch.members().reference(i));
            if (mailbox != null) {
                result.add(messages.send(mailbox, payload, scratch) == MessageStore.Outcome.SENT);
            }
        }
    }

    private void sendShared(MemorySegment payload, int from, int to, Scratch scratch, Result result) {
        long fanOut = fanOuts.begin();
        if (fanOut == Reference.NONE) {
            sendEach(payload, from, to, scratch, result);
            return;
        }
        Content content = scratch.content().refer(Content.NO_PREFIX, payload);
        long used = 0;
        try {
            long parts = payloads.writeParts(content, fanOut, Payloads.OF_FAN_OUT);
            for (int attempt = 0; parts == Reference.NONE && reclaimer.reclaimMemory(attempt); attempt++) {
                parts = payloads.writeParts(content, fanOut, Payloads.OF_FAN_OUT);
            }
            fanOuts.setParts(fanOut, parts);
            for (int i = from; i < to; i++) {
                Mailbox mailbox = mailbox(scratch.members().reference(i));
                if (mailbox != null) {
                    long message = parts == Reference.NONE
                            ? Reference.NONE
                            : writeShared(content.behind(mailbox.prefix()), fanOut, i - from, scratch.deadlineMillis());
                    long bit = 1L << (i - from);
                    used |= bit; // first, so that an error after the linking does not take the payload away
                    boolean sent = message != Reference.NONE
                            && messages.link(mailbox, message, scratch) == MessageStore.Outcome.SENT;
                    used &= sent ? -1 : ~bit;
                    result.add(sent);
                }
            }
        } finally {
            content.forget();
            long unneeded = fanOuts.seal(fanOut, ~used);
            if (unneeded != Reference.NONE) {
                payloads.freeParts(unneeded, fanOut, Payloads.OF_FAN_OUT);
            }
        }
    }

    private long writeShared(Content content, long fanOut, int member, long deadline) {
        long message = payloads.writeShared(content, fanOut, member, deadline);
        for (int attempt = 0; message == Reference.NONE && reclaimer.reclaimMemory(attempt); attempt++) {
            message = payloads.writeShared(content, fanOut, member, deadline);
        }
        return message;
    }

    /** The mailbox of a member; null if the membership has ended meanwhile. */
    private @Nullable Mailbox mailbox(long membership) {
        int record = Reference.index(membership);
        MemberMailbox cached = mailboxes[record];
        if (cached != null && cached.membership == membership) {
            return cached.mailbox;
        }
        byte[] name = memberships.name(membership).ascii();
        if (!memberships.records().isLive(membership)) {
            return null;
        }
        Mailbox mailbox = Mailbox.of(name, capacityOf.applyAsInt(name));
        mailboxes[record] = new MemberMailbox(membership, mailbox);
        return mailbox;
    }
}
