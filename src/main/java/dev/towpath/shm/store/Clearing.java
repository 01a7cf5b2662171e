package dev.towpath.shm.store;

import dev.towpath.shm.structure.ChannelTable;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;

/**
 * Drops every message and ends every membership.
 *
 * <p>Channel by channel, up to the position that was the last when the channel's turn came: what was sent before the
 * clearing began is gone when it ends, what is sent after it has ended stays, and what is sent meanwhile may do
 * either. A process that dies half-way has cleared some channels and not others.
 */
final class Clearing {

    private Clearing() {}

    static void run(Structures structures, Reclaimer reclaimer, Scratch.Pool scratches) {
        Scratch scratch = scratches.borrow();
        try {
            ChannelTable channels = structures.channels();
            for (int record = 0; record < channels.records().count(); record++) {
                long control = channels.records().control(record);
                if (Control.state(control) == RecordTable.LIVE) {
                    reclaimer.dropEverything(channels.open(Reference.to(control, record)), scratch);
                }
            }
            for (int record = 0; record < structures.memberships().records().count(); record++) {
                long membership = structures.memberships().liveMembership(record);
                if (membership != Reference.NONE) {
                    structures.memberships().discard(membership);
                }
            }
            reclaimer.pruneGroups();
        } finally {
            scratches.giveBack(scratch);
        }
    }
}
