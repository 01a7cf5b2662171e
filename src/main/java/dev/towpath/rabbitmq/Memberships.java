package dev.towpath.rabbitmq;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;

/** Knows which channels this layer has put into which groups, and until when. Thread-safe. */
final class Memberships {
    private final long expiryNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Map<String, Membership>> groups = new LinkedHashMap<>();

    private record Membership(String group, Address member, long endNanos) {
        boolean isOver() {
            return System.nanoTime() - endNanos >= 0;
        }
    }

    Memberships(Duration expiry) {
        this.expiryNanos = expiry.toNanos();
    }

    void add(String group, Address member) {
        lock.lock();
        try {
            groups.computeIfAbsent(group, name -> new LinkedHashMap<>())
                    .put(member.channel(), new Membership(group, member, System.nanoTime() + expiryNanos));
        } finally {
            lock.unlock();
        }
    }

    /** Removes a member; false if it was none. */
    boolean remove(String group, String channel) {
        lock.lock();
        try {
            Map<String, Membership> members = groups.get(group);
            if (members == null || members.remove(channel) == null) {
                return false;
            }
            if (members.isEmpty()) {
                groups.remove(group);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The members of a group. */
    List<Address> of(String group) {
        lock.lock();
        try {
            return groups.getOrDefault(group, Map.of()).values().stream()
                    .filter(each -> !each.isOver())
                    .map(Membership::member)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The channels in a group whose messages come from one queue of the broker. */
    List<String> of(String group, String queue) {
        return of(group).stream()
                .filter(each -> each.queue().equals(queue))
                .map(Address::channel)
                .toList();
    }

    /** Whether a group has a member whose messages come from a queue of the broker. */
    boolean contain(String group, String queue) {
        lock.lock();
        try {
            return groups.getOrDefault(group, Map.of()).values().stream()
                    .anyMatch(each -> each.member().queue().equals(queue) && !each.isOver());
        } finally {
            lock.unlock();
        }
    }

    /** The groups that have members. */
    List<String> groups() {
        lock.lock();
        try {
            return groups.keySet().stream()
                    .filter(group -> !of(group).isEmpty())
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** Removes the members whose time is over, and then tells which they were. */
    void removeOver(BiConsumer<String, Address> told) {
        List<Membership> over = new ArrayList<>();
        lock.lock();
        try {
            groups.values()
                    .forEach(members ->
                            members.values().stream().filter(Membership::isOver).forEach(over::add));
            over.forEach(each -> remove(each.group(), each.member().channel()));
        } finally {
            lock.unlock();
        }
        over.forEach(each -> told.accept(each.group(), each.member()));
    }
}
