package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageTest {
    private static final MessageCodec CODEC = MessageCodec.smile();

    @Test
    void aMessageIsItsBytesAndAMapOverThem() {
        byte[] payload = CODEC.encode(Map.of("text", "Hello"));
        Message message = new Message("spr!a", payload, CODEC);
        assertEquals("spr!a", message.channel());
        assertSame(payload, message.bytes());
        assertEquals(Map.of("text", "Hello"), message.map());
        assertNotSame(message.map(), message.map());
    }

    @Test
    void whatIsNotAMapKeepsItsChannelAndBytes() {
        byte[] payload = {1, 2, 3};
        Message message = new Message("raw", payload, CODEC);
        UnreadableMessageException unreadable = assertThrows(UnreadableMessageException.class, message::map);
        assertEquals("raw", unreadable.channel());
        assertSame(payload, unreadable.bytes());
        assertNotNull(unreadable.getCause());
        assertTrue(unreadable.getMessage().contains("raw (3 bytes)"), unreadable.getMessage());
        assertSame(payload, message.bytes());
    }

    @Test
    void aMessageSaysItsChannelAndLength() {
        assertEquals("Message[channel=a.b, length=3]", new Message("a.b", new byte[3], CODEC).toString());
    }

    @Test
    void nullsAreRefusedWithTheNameOfTheParameter() {
        assertEquals("channel", refusal(() -> new Message(null, new byte[0], CODEC)));
        assertEquals("payload", refusal(() -> new Message("c", null, CODEC)));
        assertEquals("codec", refusal(() -> new Message("c", new byte[0], null)));
    }

    private static String refusal(Runnable action) {
        return assertThrows(NullPointerException.class, action::run).getMessage();
    }
}
