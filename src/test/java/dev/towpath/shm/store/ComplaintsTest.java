package dev.towpath.shm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ComplaintsTest {

    private final Logger logger = Logger.getLogger(ComplaintsTest.class.getName());
    private final List<LogRecord> logged = new ArrayList<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            logged.add(entry);
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    @BeforeEach
    void listen() {
        logger.addHandler(listener);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void listenNoMore() {
        logger.removeHandler(listener);
    }

    @Test
    void eachKindOfErrorIsLoggedOnce() {
        Complaints complaints = new Complaints(ComplaintsTest.class, "mending");
        RuntimeException first = new IllegalStateException("block 1 is broken");
        RuntimeException other = new UncheckedIOException(new IOException("no descriptors"));
        for (int i = 0; i < 3; i++) {
            complaints.about(first);
            complaints.about(new IllegalStateException("block " + i + " is broken"));
            complaints.about(other);
        }
        assertEquals(2, logged.size());
        assertSame(first, logged.get(0).getThrown());
        assertSame(other, logged.get(1).getThrown());
    }
}
