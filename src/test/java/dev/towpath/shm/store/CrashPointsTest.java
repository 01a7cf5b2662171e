package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.shm.memory.Scenario;
import dev.towpath.shm.memory.Slice;
import dev.towpath.shm.structure.ChannelQueue;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Dies before each shared write of each operation, and of each second one that follows or recovers it: no message is
 * lost, nothing happens twice, and no memory stays behind.
 */
class CrashPointsTest {

    private static final int LONG = 100_000;

    @Test
    void everyPairOfDeathsInABroadcastAndAReception() {
        FanOutTrial.Operation broadcast = new FanOutTrial.Operation(FanOutTrial.Kind.BROADCAST, 0, 1);
        FanOutTrial.Operation receive = new FanOutTrial.Operation(FanOutTrial.Kind.RECEIVE, 0, 0);
        dieInBoth(List.of(broadcast), 60, List.of(receive, receive), 12, FanOutTrial::run);
    }

    @Test
    void everyPairOfDeathsInALongMessageAndAReception() {
        FanOutTrial.Operation send = new FanOutTrial.Operation(FanOutTrial.Kind.SEND, 0, 1);
        FanOutTrial.Operation receive = new FanOutTrial.Operation(FanOutTrial.Kind.RECEIVE, 0, 0);
        dieInBoth(List.of(send), 30, List.of(receive), 8, FanOutTrial::run);
    }

    @Test
    void everyPairOfDeathsInABroadcastAndItsRecovery() {
        FanOutTrial.Operation broadcast = new FanOutTrial.Operation(FanOutTrial.Kind.BROADCAST, 0, 1);
        FanOutTrial.Operation sweep = new FanOutTrial.Operation(FanOutTrial.Kind.SWEEP, 0, 0);
        dieInBoth(List.of(broadcast), 60, List.of(sweep), 16, FanOutTrial::run);
    }

    @Test
    void everyPairOfDeathsInASendAndAReception() {
        dieInBoth(
                List.of(new QueueOperation.Send(1, 2, 3, 9)),
                24,
                List.of(new QueueOperation.Receive(2, 0), new QueueOperation.Delete()),
                20,
                CrashPointsTest::runQueue);
    }

    @Test
    void everyPairOfDeathsInASendAndItsRecovery() {
        dieInBoth(
                List.of(new QueueOperation.Send(1, 2, 3, 9), new QueueOperation.Receive(1, 0)),
                30,
                List.of(new QueueOperation.Sweep()),
                16,
                CrashPointsTest::runQueue);
    }

    @Test
    void everyPairOfDeathsInAnAdditionAndADiscard() {
        MembershipTrial.Operation add = new MembershipTrial.Operation(MembershipTrial.Kind.ADD, 0, 0, 9);
        MembershipTrial.Operation discard = new MembershipTrial.Operation(MembershipTrial.Kind.DISCARD, 0, 0, 0);
        MembershipTrial.Operation prune = new MembershipTrial.Operation(MembershipTrial.Kind.PRUNE, 0, 0, 0);
        dieInBoth(List.of(add), 40, List.of(discard, prune), 16, MembershipTrial::run);
    }

    @Test
    void everyPairOfDeathsInAnAdditionAndItsRecovery() {
        MembershipTrial.Operation add = new MembershipTrial.Operation(MembershipTrial.Kind.ADD, 0, 0, 9);
        MembershipTrial.Operation sweep = new MembershipTrial.Operation(MembershipTrial.Kind.SWEEP, 0, 0, 0);
        dieInBoth(List.of(add, add), 40, List.of(sweep), 16, MembershipTrial::run);
    }

    private static String runQueue(Scenario<QueueOperation> scenario) {
        return QueueTrial.run(scenario, ChannelQueue::new);
    }

    /** In both orders of recovery: the dead are swept up after in the order of their numbers. */
    private static <O> void dieInBoth(
            List<O> first, int firstWrites, List<O> second, int secondWrites, Function<Scenario<O>, String> trial) {
        for (int i = -1; i <= firstWrites; i++) {
            for (int j = -1; j <= secondWrites; j++) {
                Scenario<O> inOrder = new Scenario<>(List.of(first, second), slices(0, 1), List.of(i, j));
                assertEquals("", trial.apply(inOrder));
                Scenario<O> reversed = new Scenario<>(List.of(second, first), slices(1, 0), List.of(j, i));
                assertEquals("", trial.apply(reversed));
            }
        }
    }

    private static List<Slice> slices(int first, int second) {
        return List.of(new Slice(first, LONG, false), new Slice(second, LONG, false));
    }
}
