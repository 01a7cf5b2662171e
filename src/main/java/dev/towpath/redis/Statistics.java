package dev.towpath.redis;

import dev.towpath.ChannelStatistics;
import dev.towpath.LayerStatistics;
import dev.towpath.MemoryUse;
import dev.towpath.Names;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Adds up what the servers of a layer have counted, and counts what they hold. */
final class Statistics {
    private static final int PAGE = 1_000;
    private static final String IN_FLIGHT = "$inflight";

    private final Servers servers;

    Statistics(Servers servers) {
        this.servers = servers;
    }

    ChannelStatistics of(String channel) {
        String queue = Names.queueOf(channel);
        long sent = 0;
        long full = 0;
        long pending = 0;
        long oldestMicros = 0;
        for (Hub hub : servers.toReceiveFrom(queue)) {
            List<byte[]> keys =
                    List.of(servers.keys().queue(queue), servers.keys().statistics());
            List<Object> figures = Replies.list(hub.shard()
                    .repeat(Script.LOOK, keys, List.of(servers.settings().expiryMillis())));
            sent += Replies.number(figures.get(0));
            full += Replies.number(figures.get(1));
            pending += Replies.number(figures.get(2));
            oldestMicros = Math.max(oldestMicros, Replies.number(figures.get(3)));
        }
        int capacity = servers.settings().capacityRules().capacityOf(channel);
        return new ChannelStatistics(sent, pending, ofMicros(oldestMicros), full, capacity);
    }

    private static Duration ofMicros(long micros) {
        return Duration.of(micros, ChronoUnit.MICROS);
    }

    LayerStatistics ofLayer() {
        Map<String, Long> counted = new HashMap<>();
        Holdings holdings = new Holdings(0, 0, 0, 0, 0);
        MemoryUse memory = new MemoryUse(0, 0);
        for (Hub hub : servers.all()) {
            addCounts(hub.shard(), counted);
            holdings = holdings.and(holdings(hub.shard()));
            MemoryUse used = memory(hub.shard());
            memory = new MemoryUse(memory.usedBytes() + used.usedBytes(), memory.totalBytes() + used.totalBytes());
        }
        return new LayerStatistics(
                counted.getOrDefault("sent", 0L),
                holdings.messages,
                ofMicros(holdings.oldestMicros),
                counted.getOrDefault("full", 0L),
                counted.getOrDefault("expired", 0L),
                counted.getOrDefault("groupfull", 0L),
                memory,
                memory,
                Math.toIntExact(holdings.queues),
                Math.toIntExact(holdings.groups),
                holdings.members,
                1);
    }

    private void addCounts(Shard shard, Map<String, Long> counted) {
        List<Object> fields = Replies.list(shard.ask("HGETALL", servers.keys().statistics()));
        for (int i = 0; i < fields.size(); i += 2) {
            counted.merge(Replies.text(fields.get(i)), Long.parseLong(Replies.text(fields.get(i + 1))), Long::sum);
        }
    }

    /** What some keys hold. */
    private record Holdings(long queues, long messages, long oldestMicros, long groups, long members) {
        static Holdings of(List<Object> figures) {
            return new Holdings(
                    Replies.number(figures.get(0)),
                    Replies.number(figures.get(1)),
                    Replies.number(figures.get(2)),
                    Replies.number(figures.get(3)),
                    Replies.number(figures.get(4)));
        }

        Holdings and(Holdings more) {
            return new Holdings(
                    queues + more.queues,
                    messages + more.messages,
                    Math.max(oldestMicros, more.oldestMicros),
                    groups + more.groups,
                    members + more.members);
        }
    }

    /** Walks over all keys, page by page; a key that comes again is not counted again. */
    private Holdings holdings(Shard shard) {
        Set<String> seen = new HashSet<>();
        Holdings all = new Holdings(0, 0, 0, 0, 0);
        String cursor = "0";
        do {
            List<Object> page = Replies.list(
                    shard.ask("SCAN", cursor, "MATCH", servers.keys().pattern(), "COUNT", PAGE));
            cursor = Replies.text(page.get(0));
            List<byte[]> keys = new ArrayList<>();
            for (Object key : Replies.list(page.get(1))) {
                if (isOurs(Replies.text(key)) && seen.add(Replies.text(key))) {
                    keys.add(Replies.bytes(key));
                }
            }
            if (!keys.isEmpty()) {
                all = all.and(holdings(shard, keys));
            }
        } while (!cursor.equals("0"));
        return all;
    }

    /** Leaves out what we count, and what Python programs have in hand. */
    private boolean isOurs(String key) {
        return !key.startsWith(servers.keys().statisticsStart()) && !key.endsWith(IN_FLIGHT);
    }

    private Holdings holdings(Shard shard, List<byte[]> keys) {
        List<byte[]> arguments = List.of(
                servers.settings().expiryMillis(),
                servers.settings().groupExpiryMillis(),
                Keys.bytes(servers.keys().groupStart()));
        return Holdings.of(Replies.list(shard.repeat(Script.COUNT, keys, arguments)));
    }

    /** What the server uses, and may use: all that its machine has, if it was not told. */
    private static MemoryUse memory(Shard shard) {
        Map<String, Long> figures = new HashMap<>();
        for (String line : Replies.text(shard.ask("INFO", "memory")).split("\r\n", -1)) {
            String[] parts = line.split(":", 2);
            if (parts.length == 2 && parts[1].matches("\\d{1,18}")) {
                figures.put(parts[0], Long.valueOf(parts[1]));
            }
        }
        long limit = figures.getOrDefault("maxmemory", 0L);
        long total = limit == 0 ? figures.getOrDefault("total_system_memory", 0L) : limit;
        return new MemoryUse(figures.getOrDefault("used_memory", 0L), total);
    }
}
