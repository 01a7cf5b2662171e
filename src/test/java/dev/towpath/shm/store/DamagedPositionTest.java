package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Name;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.Run;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that a sender does not try for ever where a damaged position makes a channel look full, and then not. */
class DamagedPositionTest {

    private static final int CAPACITY = 10;

    private final TestRegion region = new TestRegion(new TestRegion.Sizes(1, 16, 1, 1, 1));
    private final Structures view = region.view(1);
    private final long channel = view.channels().create(Name.of("c".getBytes(StandardCharsets.US_ASCII)));

    @ParameterizedTest
    @ValueSource(
            longs = {Long.MIN_VALUE, Long.MIN_VALUE + 9, -11, -1, 0, 9, 10, 11, Long.MAX_VALUE - 1, Long.MAX_VALUE})
    void whoIsRefusedFindsTheChannelFull(long waiting) {
        int last = Reference.index(link(open()));
        long head = view.meter().head(open()).position();
        view.words().set(view.blocks().sequence(last), head + waiting);
        Channel fresh = open();
        boolean refused = link(fresh) == Reference.NONE;
        assertEquals(waiting >= CAPACITY, refused);
        assertEquals(refused, refused && view.queue().isFull(fresh, CAPACITY));
    }

    private Channel open() {
        return view.channels().open(channel);
    }

    /** Sends a message; its block, or NONE if it was refused. */
    private long link(Channel to) {
        long block = view.arena().allocate(0);
        Run run = new Run(1);
        run.add(block);
        return view.queue().link(to, run, CAPACITY) == 1 ? block : Reference.NONE;
    }
}
