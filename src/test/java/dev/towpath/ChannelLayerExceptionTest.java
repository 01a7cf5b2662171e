package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.towpath.BackendUnavailableException.Outcome;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChannelLayerExceptionTest {
    @Test
    void aFullChannelIsToldFromFullMemory() {
        ChannelFullException full = ChannelFullException.atCapacity("a", 3);
        assertEquals("a", full.channel());
        assertEquals(3, full.capacity());
        assertFalse(full.memoryFull());
        assertEquals("channel a is full: 3 messages wait in it", full.getMessage());

        ChannelFullException outOfMemory = ChannelFullException.outOfMemory("a", 3);
        assertTrue(outOfMemory.memoryFull());
        assertTrue(outOfMemory.getMessage().contains("message memory is used up"), outOfMemory.getMessage());
    }

    @Test
    void aFullGroupSaysWhatWasToBeAdded() {
        GroupFullException full = new GroupFullException("g", "c");
        assertEquals("g", full.group());
        assertEquals("c", full.channel());
        assertTrue(full.getMessage().contains("channel c in group g"), full.getMessage());
    }

    @Test
    void aMessageTooLargeSaysByHowMuch() {
        MessageTooLargeException tooLarge = new MessageTooLargeException(5_000_000_000L, 1024);
        assertEquals(5_000_000_000L, tooLarge.length());
        assertEquals(1024, tooLarge.limit());
        assertTrue(tooLarge.getMessage().contains("5000000000")
                && tooLarge.getMessage().contains("1024"));
    }

    @Test
    void anUnavailableServerIsNamedWithoutItsPassword() {
        URI uri = URI.create("redis://user:secret@host:6379/3");
        BackendUnavailableException unknown =
                new BackendUnavailableException(uri, Outcome.UNKNOWN, new IOException("connection reset"));
        assertEquals(URI.create("redis://host:6379/3"), unknown.uri());
        assertEquals(Outcome.UNKNOWN, unknown.outcome());
        assertFalse(unknown.getMessage().contains("secret"), unknown.getMessage());
        assertTrue(unknown.getMessage().contains("redis://host:6379/3"), unknown.getMessage());
        assertTrue(unknown.getMessage().contains("may have been done or not"), unknown.getMessage());
        assertTrue(unknown.getMessage().endsWith(": connection reset"), unknown.getMessage());
        BackendUnavailableException notSent =
                new BackendUnavailableException(URI.create("unix:/tmp/redis.sock"), Outcome.NOT_SENT, null);
        assertEquals("unix:/tmp/redis.sock is unavailable, nothing was sent to it", notSent.getMessage());
    }

    @Test
    void whatIsFoundInsteadOfALayersOwnIsNamed() {
        WireFormatException found = new WireFormatException("asgijobs", "a string", null);
        assertEquals("asgijobs", found.key());
        assertEquals("asgijobs on the server is not what a layer keeps there, but a string", found.getMessage());
    }

    @Test
    void allKindsAreFinal() {
        for (Class<?> kind : List.of(
                ChannelFullException.class,
                GroupFullException.class,
                MessageTooLargeException.class,
                UnreadableMessageException.class,
                BackendUnavailableException.class,
                WireFormatException.class)) {
            assertTrue(Modifier.isFinal(kind.getModifiers()), kind.getName());
            assertEquals(ChannelLayerException.class, kind.getSuperclass());
        }
    }
}
