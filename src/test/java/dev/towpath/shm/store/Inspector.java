package dev.towpath.shm.store;

import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.MembershipTable;
import dev.towpath.shm.structure.RecordTable;
import dev.towpath.shm.structure.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A living participant of a {@link Ground}, who finds out what is in it and takes it away. */
final class Inspector {

    static final int SLOT = 3;

    private final Tenant tenant;
    private final Structures structures;

    Inspector(Ground ground) {
        this.tenant = ground.tenant(SLOT);
        this.structures = tenant.structures();
        tenant.join();
    }

    Tenant tenant() {
        return tenant;
    }

    /** Lists what is wrong if nobody holds anything. */
    List<String> violations() {
        return RegionChecker.check(structures, owner -> false);
    }

    /** Notes the generations of all blocks and records, which may only grow from now on (I5). */
    GenerationChecker generations() {
        GenerationChecker generations = new GenerationChecker(structures);
        generations.look();
        return generations;
    }

    /** Messages accepted since the region was made. */
    long accepted() {
        return tenant.operations().census(0, 0).ofRegion().accepted();
    }

    /** Whether no channel has a mark of some participants, in whatever life it is. */
    boolean nobodyWaits(int... slots) {
        long marks = 0;
        for (int slot : slots) {
            marks |= 1L << slot;
        }
        long found = 0;
        for (int record = 0; record < structures.channels().records().count(); record++) {
            Channel channel = structures.channels().open(Reference.of(0, record));
            found |= structures.words().getVolatile(channel.receiversAt());
            found |= structures.words().getVolatile(channel.sendersAt());
        }
        return (found & marks) == 0;
    }

    /** Receives all messages, and lists all members. */
    Contents takeEverything() {
        Map<String, List<Integer>> messages = new TreeMap<>();
        forEachChannel(channel -> {
            String name = structures.channels().name(channel).toString();
            List<Integer> numbers = new ArrayList<>();
            for (int number = tenant.receive(name); number != Tenant.NOTHING; number = tenant.receive(name)) {
                numbers.add(number);
            }
            if (!numbers.isEmpty()) {
                messages.put(name, List.copyOf(numbers));
            }
        });
        return new Contents(messages, members());
    }

    private void forEachChannel(Consumer<Channel> work) {
        RecordTable records = structures.channels().records();
        for (int record = 0; record < records.count(); record++) {
            long control = records.control(record);
            if (Control.state(control) == RecordTable.LIVE) {
                work.accept(structures.channels().open(Reference.to(control, record)));
            }
        }
    }

    private Set<String> members() {
        MembershipTable memberships = structures.memberships();
        long now = tenant.operations().clock().nowMillis();
        Set<String> members = new TreeSet<>();
        for (int record = 0; record < memberships.records().count(); record++) {
            long membership = memberships.liveMembership(record);
            if (membership != Reference.NONE && !memberships.isExpired(membership, now)) {
                long group = memberships.liveGroup(memberships.groupOf(membership));
                members.add(memberships.name(group) + "/" + memberships.name(membership));
            }
        }
        return members;
    }

    /** Deletes all channels, which must be empty, and ends all memberships. */
    void deleteEverything() {
        forEachChannel(channel -> structures.channels().delete(channel));
        structures.memberships().prune(Long.MAX_VALUE);
    }

    /** Says what is in use of a region in which nothing should be; an empty text if nothing is. */
    String remains() {
        List<String> remains = new ArrayList<>(violations());
        if (structures.arena().usedBytes() > 0) {
            remains.add(structures.arena().usedBytes() + " bytes");
        }
        remains.addAll(used("channel", structures.channels().records()));
        remains.addAll(used("fan-out", structures.fanOuts().records()));
        remains.addAll(used("membership", structures.memberships().records()));
        return String.join("; ", remains);
    }

    private static List<String> used(String what, RecordTable records) {
        List<String> used = new ArrayList<>();
        for (int record = 0; record < records.count(); record++) {
            int state = Control.state(records.control(record));
            if (state != RecordTable.FREE) {
                used.add(what + " record " + record + " in state " + state);
            }
        }
        return used;
    }
}
