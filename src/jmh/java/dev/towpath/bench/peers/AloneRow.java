package dev.towpath.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Measures the layer alone, in a fresh JVM for each number and round.
 *
 * @param name the row's name, which {@link AloneWork} knows
 * @param title the heading
 * @param metrics what one run gives
 * @param what what the numbers count
 * @param numbers for which numbers it is done
 * @param remark what the table does not say
 */
record AloneRow(String name, String title, List<Metric> metrics, String what, List<Integer> numbers, String remark)
        implements Row {
    static final Metric TIME = Metric.of("time", "ns");

    private static final int MOST_ROUNDS = 3;

    static Row group() {
        return new AloneRow(
                "group",
                "Group send of 200 B",
                List.of(Metric.of("time", "ns a member"), Metric.of("memory", "B a member")),
                "members",
                List.of(10, 100, 1_000, 10_000),
                "The memory is what the layer’s statistics count for a message that no member has received yet.");
    }

    static Row stored() {
        return new AloneRow(
                "stored",
                "Send and receive 64 B while messages lie in other channels",
                List.of(TIME),
                "messages",
                List.of(0, 1_000, 100_000, 400_000),
                "");
    }

    static Row memberships() {
        return new AloneRow(
                "memberships",
                "Costs while there are memberships of other groups",
                List.of(TIME, Metric.of("group send to 10", "ns")),
                "memberships",
                List.of(0, 1_000, 100_000),
                "The time is that of sending and receiving 64 B at a channel.");
    }

    static Row channels() {
        return new AloneRow(
                "channels",
                "Send and receive 64 B at channels in turn",
                List.of(TIME),
                "channels",
                List.of(1, 1_000, 10_000),
                "");
    }

    static Row replies() {
        return new AloneRow(
                "replies",
                "Reply channels made, used once and dropped",
                List.of(Metric.of("time", "ns a channel")),
                "channels",
                List.of(100_000, 1_000_000),
                "");
    }

    static Row idle() {
        return new AloneRow(
                "idle",
                "Processor time while virtual threads wait, each at a channel of its own",
                List.of(Metric.of("share", "% of a core")),
                "threads",
                List.of(1, 10_000),
                "Messages have woken the threads 10,000 times before. In the seconds after that the JVM goes on "
                        + "compiling, which takes more than the waiting; so the share is measured 15 s later.");
    }

    static Row allocation() {
        return new AloneRow(
                "allocation",
                "Allocated in the heap for a message",
                List.of(Metric.of("send and drain", "B"), Metric.of("sendAll and drain", "B")),
                "bytes",
                List.of(64, 1_024),
                "");
    }

    static Row metadata() {
        return new AloneRow(
                "metadata",
                "Shared memory besides the payload",
                List.of(Metric.of("message", "B"), Metric.of("idle channel", "B"), Metric.of("membership", "B")),
                "of each",
                List.of(10_000),
                "As the layer's statistics count it. Payload takes whole blocks of 256 B, the first of which is not "
                        + "counted for a message; an idle channel keeps one, which is.");
    }

    @Override
    public String reference() {
        return metrics.getFirst() == TIME ? subject(numbers.getFirst()) : "";
    }

    /** What the table calls one of the numbers. */
    String subject(int number) {
        return number + " " + what;
    }

    @Override
    public boolean isQuick() {
        return !name.equals("channels") && !name.equals("replies");
    }

    @Override
    public void run(Workplace workplace, Pace pace, Results results) throws IOException {
        int rounds = pace.isQuick() ? 1 : Math.min(MOST_ROUNDS, pace.rounds());
        for (int round = 0; round < rounds; round++) {
            results.addLine(name, round, workplace.cacheLineNanos());
            for (int number : numbers) {
                Path folder = workplace.newFolder();
                try (Child jvm = ChildJvm.start(0, workplace.log())) {
                    double[] values = jvm.measure("alone", name, folder, number);
                    for (int i = 0; i < values.length; i++) {
                        results.add(name, subject(number), metrics.get(i).name(), round, values[i]);
                    }
                } catch (RuntimeException e) {
                    results.note(name, subject(number), e.getMessage());
                } finally {
                    workplace.delete(folder);
                }
            }
        }
    }
}
