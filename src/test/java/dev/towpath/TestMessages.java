package dev.towpath;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Makes random messages, and says what is to come back of them.
 *
 * <p>What was sent and what was received are compared in a common form: integers are {@code Long}, floating-point
 * numbers {@code Double}, bytes a {@link ByteBuffer}, lists and arrays a list of values, maps a list of entries, so
 * that their order counts.
 */
public final class TestMessages {
    private static final int FEW = 4;
    private static final int DEPTH = 3;

    private TestMessages() {}

    /** Makes messages: trees of all that is allowed, in all the Java types it may come in. */
    public static Arbitrary<Map<String, @Nullable Object>> messages() {
        return messages(Arbitraries.oneOf(
                scalars(), scalars(), Arbitraries.bytes().array(byte[].class).ofMaxSize(300)));
    }

    /** Makes messages without bytes. */
    public static Arbitrary<Map<String, @Nullable Object>> messagesWithoutBytes() {
        return messages(scalars());
    }

    private static Arbitrary<Map<String, @Nullable Object>> messages(Arbitrary<@Nullable Object> scalars) {
        Arbitrary<String> keys = texts().filter(key -> !key.equals(MessageCodec.RESERVED_KEY));
        return Arbitraries.maps(keys, values(DEPTH, scalars))
                .ofMaxSize(FEW)
                .<Map<String, @Nullable Object>>map(LinkedHashMap::new)
                .withoutEdgeCases();
    }

    /** Makes text of any characters but lone surrogates, often too long for the short forms of an encoding. */
    public static Arbitrary<String> texts() {
        Arbitrary<String> any = Arbitraries.strings().all().ofMaxLength(80).map(text -> text.replaceAll("\\p{Cs}", ""));
        Arbitrary<String> ascii = Arbitraries.strings().ascii().ofMaxLength(200);
        Arbitrary<String> wide = Arbitraries.of("£", "é", "€", "\ud83d\ude00", "x")
                .list()
                .ofMaxSize(70)
                .map(characters -> String.join("", characters));
        return Arbitraries.oneOf(any, ascii, wide);
    }

    private static Arbitrary<@Nullable Object> values(int depth, Arbitrary<@Nullable Object> scalars) {
        if (depth == 0) {
            return scalars;
        }
        Arbitrary<@Nullable Object> inner = values(depth - 1, scalars);
        return Arbitraries.frequencyOf(
                Tuple.of(3, scalars),
                Tuple.of(1, arrays()),
                Tuple.of(1, inner.array(Object[].class).ofMaxSize(FEW)),
                Tuple.of(1, inner.list().ofMaxSize(FEW)),
                Tuple.of(1, Arbitraries.maps(texts(), inner).ofMaxSize(FEW).map(LinkedHashMap::new)));
    }

    private static Arbitrary<@Nullable Object> scalars() {
        return Arbitraries.oneOf(
                Arbitraries.just(null),
                Arbitraries.of(true, false),
                Arbitraries.of(Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, -1L << 31, Double.NaN, -0.0, Double.MIN_VALUE),
                Arbitraries.longs(),
                Arbitraries.longs().map(BigInteger::valueOf),
                Arbitraries.integers(),
                Arbitraries.shorts(),
                Arbitraries.bytes(),
                Arbitraries.longs().map(Double::longBitsToDouble),
                Arbitraries.integers().map(Float::intBitsToFloat),
                texts());
    }

    private static Arbitrary<@Nullable Object> arrays() {
        return Arbitraries.oneOf(
                Arbitraries.of(true, false).array(boolean[].class).ofMaxSize(FEW),
                Arbitraries.shorts().array(short[].class).ofMaxSize(FEW),
                Arbitraries.integers().array(int[].class).ofMaxSize(FEW),
                Arbitraries.longs().array(long[].class).ofMaxSize(FEW),
                Arbitraries.floats().array(float[].class).ofMaxSize(FEW),
                Arbitraries.doubles().array(double[].class).ofMaxSize(FEW));
    }

    /** Gives the common form of a value that was sent. */
    public static @Nullable Object sent(@Nullable Object value) {
        return switch (value) {
            case Byte number -> number.longValue();
            case Short number -> number.longValue();
            case Integer number -> number.longValue();
            case BigInteger number -> number.longValueExact();
            case Float number -> number.doubleValue();
            case byte[] bytes -> ByteBuffer.wrap(bytes.clone());
            case Map<?, ?> map ->
                entries(map).stream()
                        .map(entry -> entry(entry.getKey(), sent(entry.getValue())))
                        .toList();
            case Collection<?> list -> list.stream().map(TestMessages::sent).toList();
            case null -> null;
            default -> value.getClass().isArray() ? sent(listOf(value)) : value;
        };
    }

    /** Gives the common form of a value that was received, and insists that it has one of the types promised. */
    public static @Nullable Object received(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Boolean truth -> truth;
            case Long number -> number;
            case Double number -> number;
            case String text -> text;
            case byte[] bytes -> ByteBuffer.wrap(bytes);
            case LinkedHashMap<?, ?> map ->
                entries(map).stream()
                        .map(entry -> entry((String) entry.getKey(), received(entry.getValue())))
                        .toList();
            case List<?> list -> list.stream().map(TestMessages::received).toList();
            default -> throw new AssertionError("received a " + value.getClass());
        };
    }

    private static List<Map.Entry<?, ?>> entries(Map<?, ?> map) {
        return new ArrayList<>(map.entrySet());
    }

    private static Object entry(@Nullable Object key, @Nullable Object value) {
        List<@Nullable Object> entry = new ArrayList<>();
        entry.add("entry");
        entry.add(key);
        entry.add(value);
        return entry;
    }

    private static List<Object> listOf(Object array) {
        return IntStream.range(0, Array.getLength(array))
                .mapToObj(i -> Array.get(array, i))
                .toList();
    }
}
