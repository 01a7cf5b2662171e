package dev.towpath.redis;

import dev.towpath.BackendUnavailableException;
import dev.towpath.GroupSend;
import dev.towpath.Names;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Is a message on its way to the members of a group: one stored message for each queue, with the names of the members
 * that share it.
 *
 * <p>It is sent in parts of so many queues that no other program is held up for long, and that the next part is made
 * while a server does one. Different servers do their parts at the same time.
 */
final class GroupMessage {
    private static final int MOST_QUEUES = 250;
    private static final byte[] NOTHING = {};
    private static final Executor THREADS =
            task -> Thread.ofVirtual().name("towpath-redis-group").start(task);

    private final Servers servers;
    private final byte[] map;
    private final List<Part> parts = new ArrayList<>();

    /** Some queues of one server, with the members of each. */
    private record Part(Hub hub, Map<String, List<String>> queues) {
        int members() {
            return queues.values().stream().mapToInt(List::size).sum();
        }
    }

    /** What queues that follow each other have in common. */
    private record Alike(int capacity, int names) {
        /** Says it, and how each of their copies ends; then there are none any more. */
        void addTo(List<byte[]> arguments, List<byte[]> ends) {
            if (!ends.isEmpty()) {
                for (int number : new int[] {ends.size(), capacity, names}) {
                    arguments.add(Keys.bytes(Integer.toString(number)));
                }
                arguments.addAll(ends);
                ends.clear();
            }
        }
    }

    /** What has become of a part: how many members were reached and were full, or why that is not known. */
    private record Outcome(
            int delivered, int full, @Nullable BackendUnavailableException failure) {}

    GroupMessage(Servers servers, byte[] map, List<String> members) {
        this.servers = servers;
        this.map = map;
        Map<String, List<String>> queues = new LinkedHashMap<>();
        for (String member : members) {
            queues.computeIfAbsent(Names.queueOf(member), queue -> new ArrayList<>())
                    .add(member);
        }
        Map<Hub, Part> open = new LinkedHashMap<>();
        queues.forEach((queue, names) -> {
            Part part = open.computeIfAbsent(servers.having(queue), this::newPart);
            part.queues().put(queue, names);
            if (part.queues().size() == MOST_QUEUES) {
                open.remove(part.hub());
            }
        });
    }

    private Part newPart(Hub hub) {
        Part part = new Part(hub, new LinkedHashMap<>());
        parts.add(part);
        return part;
    }

    /** Sends to all members. What is not known of some is thrown only if nothing is known of any. */
    GroupSend send() {
        int delivered = 0;
        int full = 0;
        BackendUnavailableException failure = null;
        for (Outcome outcome : outcomes()) {
            delivered += outcome.delivered();
            full += outcome.full();
            failure = worse(failure, outcome.failure());
        }
        if (failure != null && delivered == 0 && full == 0) {
            throw failure;
        }
        return new GroupSend(delivered, full);
    }

    /** If one part was perhaps sent, the whole was not certainly not. */
    private static @Nullable BackendUnavailableException worse(
            @Nullable BackendUnavailableException one, @Nullable BackendUnavailableException other) {
        boolean otherIsWorse =
                one == null || (other != null && other.outcome() == BackendUnavailableException.Outcome.UNKNOWN);
        return otherIsWorse ? other : one;
    }

    private List<Outcome> outcomes() {
        if (parts.size() == 1) {
            return List.of(send(parts.getFirst()));
        }
        List<CompletableFuture<Outcome>> sending = parts.stream()
                .map(part -> CompletableFuture.supplyAsync(() -> send(part), THREADS))
                .toList();
        try {
            return sending.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }

    private Outcome send(Part part) {
        List<byte[]> keys = new ArrayList<>();
        List<byte[]> arguments = new ArrayList<>();
        keys.add(servers.keys().statistics());
        arguments.add(servers.settings().expiryMillis());
        arguments.add(start());
        Alike alike = new Alike(0, 0);
        List<byte[]> ends = new ArrayList<>();
        for (Map.Entry<String, List<String>> queue : part.queues().entrySet()) {
            List<String> names = queue.getValue();
            Alike next = new Alike(servers.settings().capacityRules().capacityOf(names.getFirst()), names.size());
            if (!next.equals(alike)) {
                alike.addTo(arguments, ends);
                alike = next;
            }
            keys.add(servers.keys().queue(queue.getKey()));
            ends.add(end(names, part.hub()));
        }
        alike.addTo(arguments, ends);
        try {
            Object full = part.hub().shard().run(Script.SEND_TO_GROUP, keys, arguments);
            return outcome(part, Replies.list(full));
        } catch (ServerMemoryException e) {
            return new Outcome(0, part.members(), null);
        } catch (BackendUnavailableException e) {
            return new Outcome(0, 0, e);
        }
    }

    /** What all copies start with; nothing, if they are encrypted. */
    private byte[] start() {
        return servers.format().encrypts() ? NOTHING : servers.format().memberStart(map);
    }

    /** What only the copy for some names ends with; all of it, if it is encrypted. */
    private byte[] end(List<String> names, Hub hub) {
        MessageFormat format = servers.format();
        return format.encrypts()
                ? format.member(format.marked(map, names), hub.shard().clock().now())
                : format.memberEnd(names);
    }

    private static Outcome outcome(Part part, List<Object> fullNumbers) {
        List<List<String>> names = List.copyOf(part.queues().values());
        int full = fullNumbers.stream()
                .mapToInt(number -> names.get((int) Replies.number(number) - 1).size())
                .sum();
        return new Outcome(part.members() - full, full, null);
    }
}
