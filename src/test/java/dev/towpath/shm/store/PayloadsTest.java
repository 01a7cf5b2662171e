package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.Reference;
import org.junit.jupiter.api.Test;

class PayloadsTest {

    private static final int LENGTH = 2 * Blocks.GRANULE_BYTES;

    @Test
    void aMessageThatWasNotFilledDoesNotFreeThePartsOfAFanOutWithTheSameReference() {
        TestRegion region = new TestRegion(new TestRegion.Sizes(1, 6, 1, 1, 1));
        Structures view = region.view(TestRegion.TESTER);
        Payloads payloads = new Payloads(view);
        long message = payloads.allocate();
        long fanOut = view.fanOuts().begin();
        assertEquals(message, fanOut);
        long parts = payloads.writeParts(
                new Content().refer(Content.NO_PREFIX, new byte[LENGTH]), fanOut, Payloads.OF_FAN_OUT);
        int block = Reference.index(message);
        view.words()
                .set(view.blocks().life(block), Life.of(0, Life.PARTS, LENGTH)); // as an earlier life may have left it
        view.words().set(view.blocks().payload(block), parts);
        payloads.free(message);
        assertEquals(LENGTH, region.usedBytes());
        payloads.freeParts(parts, fanOut, Payloads.OF_FAN_OUT);
        assertEquals(0, region.usedBytes());
    }
}
