package dev.towpath.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.towpath.MessageCodec;
import dev.towpath.crypto.Fernet;
import dev.towpath.crypto.Seal;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Decodes and decrypts what nobody has encoded: it is read or refused in the one documented way, and costs no more
 * memory than a small multiple of its length, and no more stack than a small thread has.
 */
class HostilePayloadsTest {

    /** A map of one byte is read into an object of some 60, for which a list that grows has a place or two. */
    private static final long BYTES_FOR_A_BYTE = 130;

    private static final long BYTES_FOR_ALL = 1 << 20;
    private static final long BYTES_FOR_A_SHORT_ONE = 16 << 10;
    private static final int SMALL_STACK_BYTES = 384 << 10; // of which the JVM keeps some 100 KiB for itself
    private static final int WARM_UP = 100;
    private static final int SAMPLE = 8_000;
    private static final int MANY = 2_000_000;

    private static final MessageCodec SMILE = MessageCodec.smile();
    private static final MessageCodec MESSAGE_PACK = new MessagePackCodec(MessageCodec.RESERVED_KEY);
    private static final MessageCodec JSON = MessageCodec.json();
    private static final EnvelopeFormat PACKED = new MessagePackFormat(Envelope.CHANNEL_KEY, Envelope.GROUP_KEY);
    private static final EnvelopeFormat TEXT = new JsonFormat(Envelope.CHANNEL_KEY);
    private static final Fernet FERNET = Fernet.of(List.of("key"));
    private static final Seal SEAL = Seal.of(List.of("key"));
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What reads bytes of strangers. */
    private enum Reader {
        SMILE_CODEC(SMILE::decode),
        MESSAGE_PACK_CODEC(MESSAGE_PACK::decode),
        JSON_CODEC(JSON::decode),
        ENVELOPE(PACKED::open),
        JSON_ENVELOPE(TEXT::open),
        FERNET_TOKEN(bytes -> FERNET.decrypt(bytes, 0, 60)),
        SEALED(bytes -> SEAL.open(bytes, 0, new byte[0]));

        private final Consumer<byte[]> read;

        Reader(Consumer<byte[]> read) {
            this.read = read;
        }

        MessageCodec codec() {
            return switch (this) {
                case SMILE_CODEC -> SMILE;
                case JSON_CODEC -> JSON;
                default -> MESSAGE_PACK;
            };
        }

        /** Something that it reads gladly. */
        byte[] sample(SplittableRandom random) {
            return switch (this) {
                case SMILE_CODEC -> SMILE.encode(message(random, 3, true));
                case MESSAGE_PACK_CODEC -> MESSAGE_PACK.encode(message(random, 3, true));
                case JSON_CODEC -> JSON.encode(message(random, 3, false));
                case ENVELOPE -> marked(PACKED, message(random, 2, true));
                case JSON_ENVELOPE -> marked(TEXT, message(random, 2, false));
                case FERNET_TOKEN -> FERNET.encrypt(new byte[random.nextInt(100)], 0);
                case SEALED -> SEAL.seal(new byte[random.nextInt(100)], new byte[0], 0);
            };
        }
    }

    private static byte[] marked(EnvelopeFormat format, Map<String, ?> message) {
        return format.marked(format.codec().encode(message), Envelope.CHANNEL_KEY, List.of("a", "b"));
    }

    /** What is allocated once for all, when code is run first, is not what bytes can make a reader allocate. */
    @BeforeAll
    static void readAndRefuse() {
        for (Reader reader : Reader.values()) {
            for (int seed = 0; seed < WARM_UP; seed++) {
                SplittableRandom random = new SplittableRandom(seed);
                byte[] sample = reader.sample(random);
                reader.read.accept(sample);
                readOrRefuse(reader, spoil(sample, random));
            }
        }
    }

    private static long allocatedBy(Reader reader, byte[] bytes) {
        long thread = Thread.currentThread().threadId();
        long before = THREADS.getThreadAllocatedBytes(thread);
        readOrRefuse(reader, bytes);
        return THREADS.getThreadAllocatedBytes(thread) - before;
    }

    private static void readOrRefuse(Reader reader, byte[] bytes) {
        try {
            reader.read.accept(bytes);
        } catch (IllegalArgumentException refusal) {
            assertTrue(refusal.getMessage() != null);
        }
    }

    @Test
    void spoiltBytesAreReadOrRefused() {
        spoil(System.nanoTime(), SAMPLE);
    }

    @Test
    @Tag("stress")
    void spoiltBytesAreAlwaysReadOrRefused() {
        spoil(1, MANY);
    }

    private static void spoil(long seed, int count) {
        for (int i = 0; i < count; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            Reader reader = Reader.values()[i % Reader.values().length];
            byte[] bytes = spoil(reader.sample(random), random);
            readOrRefuse(reader, bytes, "seed " + (seed + i) + ", " + reader);
        }
    }

    private static Map<String, Object> message(SplittableRandom random, int depth, boolean hasBytes) {
        Map<String, Object> message = new LinkedHashMap<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            message.put("k".repeat(random.nextInt(70)) + i, value(random, depth, hasBytes));
        }
        return message;
    }

    private static Object value(SplittableRandom random, int depth, boolean hasBytes) {
        return switch (random.nextInt(depth > 0 ? 7 : 5)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> random.nextDouble();
            case 2 -> "é".repeat(random.nextInt(40));
            case 3 -> hasBytes ? new byte[random.nextInt(300)] : random.nextInt();
            case 4 -> random.nextBoolean();
            case 5 -> message(random, depth - 1, hasBytes);
            default -> new ArrayList<>(message(random, depth - 1, hasBytes).values());
        };
    }

    /** Changes, cuts, repeats, inserts and swaps, several times. */
    private static byte[] spoil(byte[] sample, SplittableRandom random) {
        byte[] bytes = sample;
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(bytes.length + 1);
            int to = at + random.nextInt(bytes.length + 1 - at);
            byte[] middle = Arrays.copyOfRange(bytes, at, to);
            bytes = switch (random.nextInt(6)) {
                case 0 -> joined(bytes, 0, at, middle, bytes, at);
                case 1 -> joined(bytes, 0, at, new byte[0], bytes, to);
                case 2 -> joined(bytes, 0, at, random(random), bytes, at);
                case 3 -> joined(bytes, 0, at, random(random), bytes, to);
                default -> changed(bytes, random);
            };
        }
        return bytes;
    }

    private static byte[] random(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(9)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] joined(byte[] first, int from, int to, byte[] middle, byte[] last, int lastFrom) {
        byte[] whole = Arrays.copyOf(Arrays.copyOfRange(first, from, to), to - from + middle.length);
        System.arraycopy(middle, 0, whole, to - from, middle.length);
        int length = whole.length;
        whole = Arrays.copyOf(whole, length + last.length - lastFrom);
        System.arraycopy(last, lastFrom, whole, length, last.length - lastFrom);
        return whole;
    }

    private static byte[] changed(byte[] bytes, SplittableRandom random) {
        byte[] changed = bytes.clone();
        if (changed.length > 0) {
            int at = random.nextInt(changed.length);
            changed[at] = (byte) (random.nextBoolean() ? random.nextInt() : changed[at] ^ 1 << random.nextInt(8));
        }
        return changed;
    }

    private static void readOrRefuse(Reader reader, byte[] bytes, String which) {
        long used = 0;
        try {
            used = allocatedBy(reader, bytes);
        } catch (RuntimeException | Error e) {
            fail(which, e);
        }
        assertTrue(
                used <= BYTES_FOR_ALL + BYTES_FOR_A_BYTE * bytes.length,
                which + " took " + used + " bytes for " + bytes.length);
    }

    @Test
    void bombsCostNoMoreThanTheyAreLong() {
        int length = 1 << 18;
        for (int code = 0; code < 256; code++) {
            byte[] packed = new byte[length];
            Arrays.fill(packed, (byte) code);
            System.arraycopy(
                    new byte[] {(byte) 0x81, (byte) 0xa1, 'k', (byte) 0xdd, 0, 3, (byte) 0xff, (byte) 0xf8},
                    0,
                    packed,
                    0,
                    8);
            readOrRefuse(Reader.MESSAGE_PACK_CODEC, packed, "MessagePack of " + code);
            readOrRefuse(Reader.ENVELOPE, packed, "an envelope of " + code);
            byte[] smile = new byte[length];
            Arrays.fill(smile, (byte) code);
            System.arraycopy(
                    new byte[] {0x3a, 0x29, 0x0a, 4, (byte) 0xfa, (byte) 0x80, 'k', (byte) 0xf8}, 0, smile, 0, 8);
            readOrRefuse(Reader.SMILE_CODEC, smile, "Smile of " + code);
            byte[] text = new byte[length];
            Arrays.fill(text, (byte) code);
            System.arraycopy("{\"k\": [".getBytes(StandardCharsets.UTF_8), 0, text, 0, 7);
            readOrRefuse(Reader.JSON_CODEC, text, "JSON of " + code);
            readOrRefuse(Reader.JSON_ENVELOPE, text, "an envelope in JSON of " + code);
        }
    }

    @Test
    void keysThatWereReadBeforeMakeNoKeyExpensive() {
        Map<String, Object> message = new LinkedHashMap<>();
        for (int i = 0; i < 5_000; i++) {
            message.put("key" + i, true);
        }
        for (Reader reader : List.of(Reader.SMILE_CODEC, Reader.MESSAGE_PACK_CODEC, Reader.JSON_CODEC)) {
            MessageCodec codec = reader.codec();
            codec.decode(codec.encode(message));
            long least = Long.MAX_VALUE;
            for (int i = 0; i < WARM_UP; i++) {
                least = Math.min(least, allocatedBy(reader, codec.encode(Map.of("new" + i, i))));
            }
            assertTrue(least < BYTES_FOR_A_SHORT_ONE, reader + " takes " + least + " bytes for a key it does not know");
        }
    }

    @Test
    void manyKeysOfOneHashAreReadInTime() {
        Map<String, Object> message = new LinkedHashMap<>();
        for (int i = 0; i < 1 << 15; i++) {
            StringBuilder key = new StringBuilder();
            for (int bit = 0; bit < 15; bit++) {
                key.append((i & 1 << bit) == 0 ? "Aa" : "BB"); // which have the same hash
            }
            message.put(key.toString(), true);
        }
        for (MessageCodec codec : List.of(SMILE, MESSAGE_PACK, JSON)) {
            assertEquals(message, codec.decode(codec.encode(message)));
        }
    }

    @Test
    void theDeepestMessageIsReadOnASmallStack() throws InterruptedException {
        Object inner = 1L;
        for (int i = 2; i < MessageCodec.MAX_DEPTH; i++) {
            inner = List.of(inner);
        }
        Map<String, Object> message = Map.of("k", inner);
        Map<String, Object> tooDeep = Map.of("k", List.of(List.of(inner)));
        for (MessageCodec codec : List.of(SMILE, MESSAGE_PACK, JSON)) {
            List<Throwable> failures = new ArrayList<>();
            Thread small = new Thread(
                    null, () -> assertEquals(message, codec.decode(codec.encode(message))), "small", SMALL_STACK_BYTES);
            small.setUncaughtExceptionHandler((thread, error) -> failures.add(error));
            small.start();
            small.join();
            assertEquals(List.of(), failures);
            assertThrows(IllegalArgumentException.class, () -> codec.encode(tooDeep));
        }
    }
}
