package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.Run;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests what a recovery costs, and when it rings those who wait. */
class RecoveryTest {

    private static final int DEAD = 1;
    private static final int LIVING = 2;
    private static final int RESCUER = 3;
    private static final TestRegion.Sizes SIZES = new TestRegion.Sizes(8, 8 * 256, 1, 1, 1);

    private final TestRegion region = new TestRegion(SIZES);
    private final Structures victim = region.view(DEAD);
    private final Channel channel = victim.channels().open(victim.channels().create(name()));
    private long accesses;

    private static Name name() {
        return Name.of("long".getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void theWorkDoesNotGrowWithTheSquareOfWhatADeadSenderWasLinking() {
        long few = sweepAfter(200);
        long many = sweepAfter(800);
        assertTrue(many < 4 * few, () -> few + " accesses after 200 messages, " + many + " after 800");
    }

    /** Before the sweep, because that may take long, and after it, because it frees what others wait for. */
    @Test
    void whoWaitsIsRungBeforeTheSweepAndAfterIt() {
        try (Ground ground = Ground.onHeap(Ground.Size.TINY)) {
            ground.tenant(LIVING).join();
            ground.tenant(DEAD).join();
            Structures dying = ground.tenant(DEAD).structures();
            long block = dying.blocks().control(Reference.index(dying.arena().allocate(0)));
            long bell = ground.at("participant", LIVING, "bell");
            List<String> writes = new ArrayList<>();
            ground.recover(RESCUER, DEAD, (access, offset) -> {
                if (access.isWrite() && (offset == bell || offset == block)) {
                    writes.add(offset == bell ? "rings" : "frees");
                }
            });
            assertEquals(List.of("rings", "frees", "rings"), writes);
        }
    }

    /** He dies after he has linked messages, before he has said so, and before he has linked others. */
    private long sweepAfter(int messages) {
        int[] linked = new int[messages];
        int[] stamped = new int[messages];
        for (int i = 0; i < messages; i++) {
            linked[i] = allocate();
            Run run = new Run(1);
            run.add(Reference.to(control(linked[i]), linked[i]));
            assertEquals(1, victim.queue().link(channel, run, Integer.MAX_VALUE));
            setLinking(linked[i]);
        }
        long last = victim.meter().lastPosition(channel);
        for (int i = 0; i < messages; i++) {
            stamped[i] = allocate();
            victim.words().set(victim.blocks().sequence(stamped[i]), last + 1 + i % 64);
            victim.words().set(victim.blocks().channel(stamped[i]), channel.reference());
            setLinking(stamped[i]);
        }
        long cost = sweep();
        assertEquals(List.of(), region.violations(owner -> false));
        for (int i = 0; i < messages; i++) {
            assertEquals(BlockArena.QUEUED, Control.state(control(linked[i])));
            assertEquals(BlockArena.FREE, Control.state(control(stamped[i])));
        }
        return cost;
    }

    private int allocate() {
        return Reference.index(victim.arena().allocate(0));
    }

    private long control(int block) {
        return victim.words().getVolatile(victim.blocks().control(block));
    }

    private void setLinking(int block) {
        victim.words().set(victim.blocks().control(block), Control.withState(control(block), DEAD, BlockArena.LINKING));
    }

    private long sweep() {
        accesses = 0;
        SteppedWords counting = new SteppedWords(region.words(), (access, offset) -> accesses++);
        Structures rescuer = region.view(counting, LIVING, TestRegion.Algorithms.RIGHT);
        new Recovery(rescuer, TestRegion.participants(rescuer), new HalfMade(rescuer)).sweep(DEAD);
        return accesses;
    }
}
