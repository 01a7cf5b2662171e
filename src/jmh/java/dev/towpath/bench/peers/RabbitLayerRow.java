package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Compares Towpath's RabbitMQ layer with a program in Python that takes the steps of the one whose wire it speaks. */
record RabbitLayerRow() implements Row {
    static final String NAME = "rabbitmq-layer";
    static final String TOWPATH = "Towpath’s RabbitMqLayer";
    static final String AIORMQ = "the steps of channels_rabbitmq in Python, over aiormq";
    static final String BARE = "the steps of channels_rabbitmq in Python, over bare frames";
    static final Metric SINGLE = new Metric("one by one", "thousand messages/s", 1e3);

    private static final Path SCRIPT = Path.of("src", "jmh", "python", "rabbitmq_steps_peer.py");

    /** Where a distribution keeps the interpreter that has its packages; another may come first in the path. */
    private static final String INTERPRETER = "/usr/bin/python3";

    private static final Metric TOGETHER = new Metric("64 together", "thousand messages/s", 1e3);
    private static final Metric GROUP = new Metric("through a group", "thousand messages/s", 1e3);

    /** What is asked for each metric. */
    private static final List<Map.Entry<Metric, String>> COMMANDS =
            List.of(Map.entry(SINGLE, "messages"), Map.entry(TOGETHER, "together"), Map.entry(GROUP, "group"));

    private static final int MOST_ROUNDS = 3;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String title() {
        return "The RabbitMQ layer and the steps of Python’s, each with one program that sends to itself";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(SINGLE, TOGETHER, GROUP);
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
        return "Python’s side is not channels_rabbitmq itself, which Debian does not have, but a small program that "
                + "asks the broker for the same: an exclusive inbox, an exchange for groups, a confirmation and an "
                + "acknowledgement of each message. It checks nothing and could not reconnect. Once it uses a client "
                + "of many features, once it reads and writes frames by itself. One by one, a map is sent and received "
                + "before the next; through a group likewise. 64 together are sent by as many virtual threads or "
                + "tasks, and received one after the other.";
    }

    @Override
    public boolean isQuick() {
        return false;
    }

    @Override
    public void run(Workplace workplace, Pace pace, Results results) throws IOException {
        Servers.start(Peer.RABBITMQ);
        int rounds = pace.isQuick() ? 1 : Math.min(MOST_ROUNDS, pace.rounds());
        for (int round = 0; round < rounds; round++) {
            results.addLine(NAME, round, workplace.cacheLineNanos());
            Path log = workplace.log();
            measure(TOWPATH, ChildJvm.start(ChildJvm.ANY_CORE, log), "rabbit ", pace, results, round);
            measure(AIORMQ, python("aiormq", log), "", pace, results, round);
            measure(BARE, python("bare", log), "", pace, results, round);
        }
    }

    private static Child python(String client, Path log) throws IOException {
        return Child.start(List.of(INTERPRETER, SCRIPT.toString(), client), log);
    }

    private static void measure(String subject, Child child, String verb, Pace pace, Results results, int round) {
        try (child) {
            child.ask(verb + "open", Servers.uri(Peer.RABBITMQ), "groups" + round + (verb.isEmpty() ? "p" : "t"));
            for (Map.Entry<Metric, String> each : COMMANDS) {
                String command = verb + each.getValue();
                child.measure(command, pace.warmUpMillis());
                double value = child.measure(command, pace.roundMillis())[0];
                results.add(NAME, subject, each.getKey().name(), round, value);
            }
        } catch (RuntimeException e) {
            results.note(NAME, subject, String.valueOf(e.getMessage()));
        }
    }
}
