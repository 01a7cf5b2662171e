package dev.towpath.shm.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Notes what was sent and received, and who was added and discarded, by operations that return one after the other,
 * but for those of one participant who stops in the middle of his.
 *
 * <p>The one who stops sends numbers of its own, from {@link #STALLED} on, and only ever adds or discards
 * {@link #UNCERTAIN}.
 */
final class Tally {

    static final int STALLED = 1_000_000;

    /** The member of whom nobody knows whether he is one. */
    static final String UNCERTAIN = "v";

    private final Set<String> sent = new HashSet<>();
    private final Set<String> perhapsSent = new HashSet<>();
    private final List<Share> shares = new ArrayList<>();
    private final Set<String> received = new HashSet<>();
    private final Map<String, Integer> latest = new HashMap<>();
    private final Set<String> members = new TreeSet<>();
    private final List<String> complaints = new ArrayList<>();
    private final boolean mayDrop;
    private int number;
    private int stalledNumber = STALLED;

    /**
     * Opens a tally.
     *
     * @param mayDrop whether the one who stops drops messages and memberships
     */
    Tally(boolean mayDrop) {
        this.mayDrop = mayDrop;
    }

    /** The number of the next message. */
    int next(boolean stalled) {
        return stalled ? ++stalledNumber : ++number;
    }

    /** Some of these messages were sent. */
    private record Share(Set<String> messages, int count) {}

    void sent(String channel, int number) {
        sent.add(channel + " " + number);
    }

    /** A message was sent to so many of some channels. */
    void sentToSome(List<String> channels, int number, int count) {
        Set<String> messages = new HashSet<>();
        channels.forEach(channel -> messages.add(channel + " " + number));
        perhapsSent.addAll(messages);
        shares.add(new Share(messages, count));
    }

    /** A message was sent to some channels, or not, by one who died over it. */
    void perhapsSent(List<String> channels, int number) {
        channels.forEach(channel -> perhapsSent.add(channel + " " + number));
    }

    /** A message was received by one whose operations follow each other. */
    void received(String channel, int number) {
        receivedLate(channel, number);
        if (number < STALLED) {
            int before = latest.getOrDefault(channel, 0);
            latest.put(channel, number);
            check(before < number, channel + ": " + number + " was received after " + before);
        }
    }

    /** A message was received by the one who stopped, some time ago. */
    void receivedLate(String channel, int number) {
        check(received.add(channel + " " + number), channel + ": " + number + " was received twice");
    }

    void joined(String member) {
        members.add(member);
    }

    void left(String member) {
        members.remove(member);
    }

    /** Members were counted. */
    void counted(int count) {
        long certain = certain(members).size();
        check(mayDrop || count == certain || count == certain + 1, count + " members were served, of " + members);
    }

    /** Members were listed. */
    void listed(List<String> names) {
        check(new HashSet<>(names).size() == names.size(), names + " has somebody twice");
        check(mayDrop || certain(new TreeSet<>(names)).equals(certain(members)), names + " were listed, of " + members);
    }

    private static Set<String> certain(Set<String> some) {
        Set<String> certain = new TreeSet<>(some);
        certain.remove(UNCERTAIN);
        return certain;
    }

    private void check(boolean right, String complaint) {
        if (!right) {
            complaints.add(complaint);
        }
    }

    /** What is wrong when all has been received. */
    List<String> complaints() {
        Set<String> never = new TreeSet<>(received);
        never.removeAll(sent);
        never.removeAll(perhapsSent);
        check(never.isEmpty(), never + " were received and never sent");
        Set<String> lost = new TreeSet<>(sent);
        lost.removeAll(received);
        check(mayDrop || lost.isEmpty(), lost + " were lost");
        for (Share share : shares) {
            long got = share.messages.stream().filter(received::contains).count();
            check(got == share.count || mayDrop && got < share.count, share + " were sent, and " + got + " received");
        }
        return complaints;
    }
}
