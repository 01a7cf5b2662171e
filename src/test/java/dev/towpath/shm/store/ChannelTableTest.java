package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.shm.memory.SteppedWords;
import dev.towpath.shm.memory.Stop;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Name;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ChannelTableTest {

    private static final int BLOCKS = 3;
    private static final int WATCHER = 1;
    private static final int MOST_ACCESSES = 20;

    @Test
    void aChannelIsNotGoneBecauseAnotherOneEndsWithItsOldDummy() {
        boolean reached = true;
        for (int access = 0; reached; access++) {
            TestRegion region = new TestRegion(new TestRegion.Sizes(1, BLOCKS, 2, 1, 1));
            Structures others = region.view(TestRegion.TESTER);
            long here = others.channels().create(name("here"));
            QueueActor actor = new QueueActor(others, here, () -> {});
            assertEquals(1, actor.perform(new QueueOperation.Send(1, 1, 9, 9)));
            Stop stop = new Stop(access, () -> {
                actor.perform(new QueueOperation.Receive(1, 0));
                for (int i = 0; i < BLOCKS; i++) {
                    Channel there = others.channels().open(others.channels().create(name("there")));
                    assertTrue(others.channels().delete(there));
                }
            });
            Structures watcher =
                    region.view(new SteppedWords(region.words(), stop), WATCHER, TestRegion.Algorithms.RIGHT);
            assertFalse(watcher.channels().isGone(watcher.channels().open(here)), "stopped before access " + access);
            reached = stop.wasReached();
            assertTrue(access < MOST_ACCESSES);
        }
    }

    private static Name name(String name) {
        return Name.of(name.getBytes(StandardCharsets.US_ASCII));
    }
}
