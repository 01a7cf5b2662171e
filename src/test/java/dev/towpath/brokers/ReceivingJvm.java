package dev.towpath.brokers;

import dev.towpath.Background;
import dev.towpath.shm.memory.ForkedJvm;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;

/** A JVM with the {@link ReceivingProgram}, which can be killed: what it has said until then is known. */
final class ReceivingJvm implements AutoCloseable {
    private static final String END_OF_OUTPUT = "(end of output)";

    /** What the end of a process is after SIGKILL. */
    private static final int KILLED = 128 + 9;

    private final ForkedJvm jvm;
    private final LongConsumer receipts;
    private final Background<Boolean> listening;
    private final AtomicInteger received = new AtomicInteger();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private ReceivingJvm(ForkedJvm jvm, LongConsumer receipts) {
        this.jvm = jvm;
        this.receipts = receipts;
        this.listening = Background.start(this::listen);
    }

    /**
     * Starts a JVM.
     *
     * @param receipts is told each number that it receives, by a thread of its own
     */
    static ReceivingJvm start(String uri, LongConsumer receipts) {
        List<String> options = List.of("-cp", System.getProperty("java.class.path"));
        return new ReceivingJvm(ForkedJvm.startUnder(List.of(), options, ReceivingProgram.class, uri), receipts);
    }

    private boolean listen() {
        for (String line = jvm.readLine(); !line.equals(END_OF_OUTPUT); line = jvm.readLine()) {
            if (line.matches("\\d+\\" + ReceivingProgram.END)) {
                receipts.accept(Long.parseLong(line, 0, line.length() - ReceivingProgram.END.length(), 10));
                received.incrementAndGet();
            } else {
                complaints.add(line);
            }
        }
        return true;
    }

    /** How many numbers it has said that it has received. */
    int received() {
        return received.get();
    }

    /** Kills it, and returns when all that it has said is known. */
    void kill() throws Exception {
        ProcessHandle.of(jvm.pid()).orElseThrow().destroyForcibly(); // the process itself would close its output too
        awaitEnd(KILLED);
    }

    /** Lets it end, and returns when all that it has said is known. */
    void stop() throws Exception {
        jvm.writeLine("");
        awaitEnd(0);
    }

    private void awaitEnd(int status) throws Exception {
        listening.result();
        int ended = jvm.waitFor();
        if (ended != status) {
            throw new AssertionError("ended with " + ended + ":\n" + String.join("\n", complaints));
        }
    }

    @Override
    public void close() {
        jvm.close();
    }
}
