package dev.towpath.shm.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The model of a region: the numbers of the messages that wait in each channel, and who is in which group.
 *
 * @param messages by channel; a channel without messages is not there
 * @param members written {@code group/member}
 */
record Contents(Map<String, List<Integer>> messages, Set<String> members) {

    static final Contents NOTHING = new Contents(Map.of(), Set.of());

    List<Integer> of(String channel) {
        return messages.getOrDefault(channel, List.of());
    }

    Contents with(String channel, List<Integer> numbers) {
        Map<String, List<Integer>> changed = new TreeMap<>(messages);
        if (numbers.isEmpty()) {
            changed.remove(channel);
        } else {
            changed.put(channel, List.copyOf(numbers));
        }
        return new Contents(changed, members);
    }

    /** After some more messages were sent. */
    Contents sent(String channel, int... numbers) {
        List<Integer> more = new ArrayList<>(of(channel));
        for (int number : numbers) {
            more.add(number);
        }
        return with(channel, more);
    }

    /** After messages were taken from the front. */
    Contents taken(String channel, int count) {
        return with(channel, of(channel).subList(count, of(channel).size()));
    }

    /** After somebody was added. */
    Contents joined(String member) {
        Set<String> changed = new TreeSet<>(members);
        changed.add(member);
        return new Contents(messages, changed);
    }

    /** After somebody was discarded. */
    Contents left(String member) {
        Set<String> changed = new TreeSet<>(members);
        changed.remove(member);
        return new Contents(messages, changed);
    }

    /** Messages that are in a channel now and were not there before. */
    long sentSince(Contents before) {
        return messages.keySet().stream()
                .mapToLong(channel ->
                        Math.max(0, of(channel).size() - before.of(channel).size()))
                .sum();
    }
}
