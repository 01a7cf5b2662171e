package dev.towpath.bench.peers;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import redis.clients.jedis.Jedis;

/** Compares Towpath's Redis layer with the one that it speaks the wire of, in Python, on one server. */
record RedisLayerRow() implements Row {
    static final String NAME = "redis-layer";
    static final String TOWPATH = "Towpath’s RedisLayer";
    static final String PYTHON = "channels_redis in Python";
    static final Metric SINGLE = new Metric("one by one", "thousand messages/s", 1e3);
    static final Metric BATCHED = new Metric("64 at once", "thousand messages/s", 1e3);
    static final Metric GROUP = Metric.of("group send to 1,000 that read", "ms");
    static final Metric CROWD = Metric.of("group send to 1,000 that do not", "ms");
    static final Metric CONNECTIONS = Metric.of("while 10,000 wait", "connections");
    static final Metric PROCESSOR = Metric.of("processor time while 10,000 wait", "% of a core");

    private static final Path SCRIPT = Path.of("src", "jmh", "python", "channels_redis_peer.py");

    /** Where a distribution keeps the interpreter that has its packages; another may come first in the path. */
    private static final String INTERPRETER = "/usr/bin/python3";

    private static final int MEMBERS = 1_000;
    private static final int WAITING = 10_000;
    private static final int WAITING_MILLIS = 3_000;
    private static final int MOST_ROUNDS = 3;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "The Redis layer and Python’s, each with one program that sends to itself";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(SINGLE, BATCHED, GROUP, CROWD, CONNECTIONS, PROCESSOR);
    }

    @Override
    public String reference() {
        return TOWPATH;
    }

    @Override
    public boolean isOfPeers() {
        return true;
    }

    @Override
    public String remark() {
        return "One by one, a map is sent and received before the next. 64 at once: Towpath sends and drains 64 "
                + "arrays, Python starts 64 sends together and receives them one after the other, for it has no "
                + "batches. Of 100 sends to a group the middle one is given: with all queues empty before each, or "
                + "with every message still there.";
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public void run(Workplace workplace, Pace pace, Results results) throws IOException {
        Servers.start(Peer.REDIS);
        int rounds = pace.isQuick() ? 1 : Math.min(MOST_ROUNDS, pace.rounds());
        for (int round = 0; round < rounds; round++) {
            results.addLine(NAME, round, workplace.cacheLineNanos());
            Path log = workplace.log();
            measure(TOWPATH, ChildJvm.start(ChildJvm.ANY_CORE, log), "redis ", pace, results, round);
            measure(PYTHON, Child.start(List.of(INTERPRETER, SCRIPT.toString()), log), "", pace, results, round);
        }
    }

    private static void measure(String subject, Child child, String verb, Pace pace, Results results, int round) {
        String uri = Servers.uri(Peer.REDIS);
        try (child;
                Jedis jedis = new Jedis(URI.create(uri))) {
            child.ask(verb + "open", uri, "row" + round + (verb.isEmpty() ? "p" : "t"));
            child.measure(verb + "messages", pace.warmUpMillis());
            results.add(NAME, subject, SINGLE.name(), round, child.measure(verb + "messages", pace.roundMillis())[0]);
            child.measure(verb + "batches", pace.warmUpMillis());
            results.add(NAME, subject, BATCHED.name(), round, child.measure(verb + "batches", pace.roundMillis())[0]);
            child.measure(verb + "group", MEMBERS);
            results.add(NAME, subject, GROUP.name(), round, child.measure(verb + "group", MEMBERS)[0]);
            results.add(NAME, subject, CROWD.name(), round, child.measure(verb + "crowd", MEMBERS)[0]);
            child.measure(verb + "wait", WAITING);
            results.add(NAME, subject, PROCESSOR.name(), round, child.measure(verb + "processor", WAITING_MILLIS)[0]);
            results.add(NAME, subject, CONNECTIONS.name(), round, clients(jedis));
        } catch (RuntimeException e) {
            results.note(NAME, subject, String.valueOf(e.getMessage()));
        }
    }

    /** How many connections the server has besides the one that asks. */
    private static double clients(Jedis jedis) {
        return jedis.info("clients")
                        .lines()
                        .filter(line -> line.startsWith("connected_clients:"))
                        .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(':') + 1)))
                        .sum()
                - 1.0;
    }
}
