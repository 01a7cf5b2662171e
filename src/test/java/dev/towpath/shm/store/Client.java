package dev.towpath.shm.store;

import java.util.List;

/** Uses the operations of a {@link Tenant}, and enters what has come of them in a {@link Tally}. */
final class Client {

    static final int CAPACITY = 6;
    static final String GROUP = "g";

    private final Tenant tenant;
    private final Tally tally;
    private final boolean stalls;

    /** One who stops in the middle, or one whose operations follow each other. */
    Client(Tenant tenant, Tally tally, boolean stalls) {
        this.tenant = tenant;
        this.tally = tally;
        this.stalls = stalls;
    }

    Tenant tenant() {
        return tenant;
    }

    Tally tally() {
        return tally;
    }

    void send(String channel, int length) {
        int number = tally.next(stalls);
        if (tenant.send(channel, number, length, CAPACITY)) {
            tally.sent(channel, number);
        }
    }

    void receive(String channel) {
        received(channel, tenant.receive(channel));
    }

    void receiveAll(String channel) {
        for (int last = tenant.receive(channel); last != Tenant.NOTHING; last = tenant.receive(channel)) {
            received(channel, last);
        }
    }

    private void received(String channel, int received) {
        if (received != Tenant.NOTHING) {
            if (stalls) {
                tally.receivedLate(channel, received);
            } else {
                tally.received(channel, received);
            }
        }
    }

    void drain(String channel) {
        tenant.drain(channel, 3).forEach(received -> received(channel, received));
    }

    void await(String channel) {
        received(channel, tenant.await(channel));
    }

    void delete(String channel) {
        tenant.delete(channel);
    }

    /** Sends to the group, and enters all who may have it: they are full, or have it. */
    void sendToGroup(List<String> members, int length) {
        int number = tally.next(stalls);
        GroupStore.Result result = tenant.sendToGroup(GROUP, number, length);
        if (!stalls) {
            tally.counted(result.delivered() + result.full());
        }
        tally.sentToSome(members, number, result.delivered());
    }

    void add(String member) {
        if (tenant.add(GROUP, member) && !stalls) {
            tally.joined(member);
        }
    }

    void discard(String member) {
        tenant.discard(GROUP, member);
        if (!stalls) {
            tally.left(member);
        }
    }

    void list() {
        List<String> names = tenant.members(GROUP);
        if (!stalls) {
            tally.listed(names);
        }
    }
}
