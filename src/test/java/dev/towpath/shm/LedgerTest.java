package dev.towpath.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a {@link Ledger} finds what is wrong with planted journals, and nothing wrong with right ones. */
class LedgerTest {

    private static final int SENDER = 3;
    private static final int CHANNEL = 1;

    @TempDir
    private Path directory;

    private final Ledger ledger = new Ledger();

    /** A message that one channel took, one that two took, one that none took, and one whose sender was killed. */
    @BeforeEach
    void send() {
        Journal journal = Journal.open(directory.resolve("sent"));
        journal.append(Ledger.RETURNED + 1);
        journal.append(Ledger.RETURNED + 2);
        journal.append(Ledger.RETURNED);
        journal.append(Ledger.ATTEMPTED);
        ledger.sender(SENDER, journal);
    }

    private void receive(String name, int channel, int... sequences) {
        Journal journal = Journal.open(directory.resolve(name));
        for (int sequence : sequences) {
            journal.append(Ledger.receipt(Stamp.of(SENDER, sequence), channel));
        }
        ledger.receiver(journal);
    }

    private void assertWrong(String part) {
        List<String> found = ledger.balance();
        assertTrue(found.stream().anyMatch(wrong -> wrong.contains(part)), found::toString);
    }

    @Test
    void allIsRightIfEachChannelGivesEachMessageOnce() {
        receive("one", CHANNEL, 0, 1, 3);
        receive("other", CHANNEL + 1, 1);
        assertEquals(List.of(), ledger.balance());
        assertEquals(0, ledger.lost());
        assertEquals(4, ledger.messages());
    }

    @Test
    void whatNobodyReceivedIsLostUnlessItsSenderWasKilled() {
        receive("one", CHANNEL, 1);
        assertEquals(List.of(), ledger.balance());
        assertEquals(2, ledger.lost());
    }

    @Test
    void aMessageComesTwice() {
        receive("one", CHANNEL, 0, 1);
        receive("other", CHANNEL, 1);
        assertWrong("came twice");
    }

    @Test
    void aMessageComesOnMoreChannelsThanTookIt() {
        receive("one", CHANNEL, 0);
        receive("other", CHANNEL + 1, 0);
        assertWrong("came 2 times, not 1");
    }

    @Test
    void aRefusedMessageComes() {
        receive("one", CHANNEL, 2);
        assertWrong("came 1 times, not 0");
    }

    @Test
    void aMessageComesThatNobodySent() {
        receive("one", CHANNEL, 4);
        assertWrong("never sent");
    }

    @Test
    void messagesComeOutOfOrder() {
        receive("one", CHANNEL, 1, 0);
        assertWrong("came 0 after 1");
    }
}
