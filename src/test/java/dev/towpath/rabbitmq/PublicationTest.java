package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.rabbitmq.Publication.Fate;
import dev.towpath.waiting.Deadline;
import org.junit.jupiter.api.Test;

class PublicationTest {
    private final Publication publication = new Publication("", "x", new byte[0], Deadline.never());

    @Test
    void whatWasGivenUpIsNotWritten() {
        publication.giveUp(null);
        assertFalse(publication.decideToWrite());
        assertEquals(Fate.NOT_SENT, publication.await());
    }

    @Test
    void whatIsGivenUpWhileItIsWrittenIsUnknown() {
        assertTrue(publication.decideToWrite());
        publication.giveUp(null);
        assertEquals(Fate.UNKNOWN, publication.await());
    }

    @Test
    void whatIsSaidToBeUnknownIsNotWrittenLater() {
        assertTrue(publication.decideToWrite());
        publication.failed(Fate.UNKNOWN, null);
        publication.undecide();
        assertFalse(publication.decideToWrite());
    }
}
