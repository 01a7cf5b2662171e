package dev.towpath;

import java.io.OutputStream;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.dataformat.smile.SmileFactory;
import tools.jackson.dataformat.smile.SmileReadFeature;
import tools.jackson.dataformat.smile.SmileWriteFeature;

/**
 * Encodes messages in Smile with Jackson's streaming API. The only class that knows Jackson.
 *
 * <p>The limits on depth are the same for writing and for reading, and the limits on lengths are off: a payload is in
 * memory already, and nothing in it can decode to more than a small multiple of its length. So what can be sent can be
 * read.
 *
 * <p>Buffers come from a pool that threads share, not from thread-locals, which virtual threads would each fill anew.
 *
 * <p>Where in the message a value stands is asked of Jackson's own context only when the value is refused, so that
 * writing keeps no path.
 */
final class SmileCodec implements MessageCodec {
    static final SmileCodec INSTANCE = new SmileCodec();

    private static final Pattern SIMPLE_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
    private static final int LONGEST_PATH = 200;
    private static final String ALLOWED = "a value must be null, Boolean, an integer of at most 64 bits, Float, Double,"
            + " String, byte[], or a List, an array or a Map of these";

    private final SmileFactory factory = SmileFactory.builder()
            .enable(SmileWriteFeature.WRITE_HEADER)
            .disable(SmileWriteFeature.WRITE_END_MARKER)
            .disable(SmileWriteFeature.ENCODE_BINARY_AS_7BIT)
            .disable(SmileWriteFeature.CHECK_SHARED_NAMES)
            .disable(SmileWriteFeature.CHECK_SHARED_STRING_VALUES)
            .disable(SmileWriteFeature.LENIENT_UTF_ENCODING)
            .enable(SmileReadFeature.REQUIRE_HEADER)
            .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
            .build();

    private SmileCodec() {}

    @Override
    public byte[] encode(Map<String, ?> message) {
        Objects.requireNonNull(message, "message");
        Output output = new Output();
        try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), output)) {
            try {
                writeMap(generator, message);
            } catch (JacksonException e) {
                String path = path(generator.streamWriteContext());
                throw new IllegalArgumentException(path + ": " + e.getOriginalMessage(), e);
            }
        }
        return output.toByteArray();
    }

    private static void writeValue(JsonGenerator generator, @Nullable Object value) {
        switch (value) {
            case null -> generator.writeNull();
            case String text -> generator.writeString(text);
            case byte[] bytes -> generator.writeBinary(bytes);
            case Long number -> generator.writeNumber(number.longValue());
            case Integer number -> generator.writeNumber(number.longValue());
            case Short number -> generator.writeNumber(number.longValue());
            case Byte number -> generator.writeNumber(number.longValue());
            case Boolean truth -> generator.writeBoolean(truth);
            case Double number -> generator.writeNumber(number.doubleValue());
            case Float number -> generator.writeNumber(number.doubleValue());
            case BigInteger number -> writeBigInteger(generator, number);
            case Map<?, ?> map -> writeMap(generator, map);
            case Set<?> set ->
                throw refusal(generator, "a set (" + set.getClass().getName() + ") has no order; send a list");
            case Collection<?> list -> writeList(generator, list, list);
            case Object[] array -> writeList(generator, array, Arrays.asList(array));
            case boolean[] array -> writeArray(generator, array);
            case short[] array -> writeArray(generator, array);
            case int[] array -> writeArray(generator, array);
            case long[] array -> writeArray(generator, array);
            case float[] array -> writeArray(generator, array);
            case double[] array -> writeArray(generator, array);
            default -> throw refusal(generator, value.getClass().getName() + " is not allowed: " + ALLOWED);
        }
    }

    private static void writeBigInteger(JsonGenerator generator, BigInteger number) {
        if (number.bitLength() >= Long.SIZE) {
            throw refusal(generator, "an integer of " + (number.bitLength() + 1) + " bits does not fit 64 bits");
        }
        generator.writeNumber(number.longValue());
    }

    private static void writeMap(JsonGenerator generator, Map<?, ?> map) {
        checkDepth(generator, map);
        generator.writeStartObject(map);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw badKey(generator, entry.getKey());
            }
            if (key.equals(RESERVED_KEY) && generator.streamWriteContext().getNestingDepth() == 1) {
                throw new IllegalArgumentException(key + ": the key is reserved");
            }
            generator.writeName(key);
            writeValue(generator, entry.getValue());
        }
        generator.writeEndObject();
    }

    /** Writes the elements of what is a collection or an array to the user. */
    private static void writeList(JsonGenerator generator, Object listOrArray, Collection<?> elements) {
        checkDepth(generator, listOrArray);
        generator.writeStartArray(listOrArray);
        for (Object element : elements) {
            writeValue(generator, element);
        }
        generator.writeEndArray();
    }

    private static void writeArray(JsonGenerator generator, Object numbersOrTruths) {
        checkDepth(generator, numbersOrTruths);
        generator.writeStartArray();
        switch (numbersOrTruths) {
            case boolean[] array -> {
                for (boolean truth : array) {
                    generator.writeBoolean(truth);
                }
            }
            case float[] array -> {
                for (float number : array) {
                    generator.writeNumber((double) number);
                }
            }
            case double[] array -> {
                for (double number : array) {
                    generator.writeNumber(number);
                }
            }
            case short[] array -> {
                for (short number : array) {
                    generator.writeNumber((long) number);
                }
            }
            case int[] array -> {
                for (int number : array) {
                    generator.writeNumber((long) number);
                }
            }
            case long[] array -> {
                for (long number : array) {
                    generator.writeNumber(number);
                }
            }
            default -> throw new AssertionError(numbersOrTruths);
        }
        generator.writeEndArray();
    }

    private static void checkDepth(JsonGenerator generator, Object mapOrList) {
        TokenStreamContext context = generator.streamWriteContext();
        if (context.getNestingDepth() < MAX_DEPTH) {
            return;
        }
        if (!isAmong(context, mapOrList)) {
            throw refusal(generator, "it is nested deeper than " + MAX_DEPTH);
        }
        TokenStreamContext closing = context;
        for (TokenStreamContext c = context; c != null; c = c.getParent()) {
            closing = isAmong(c.getParent(), c.currentValue()) ? c.getParent() : closing;
        }
        throw new IllegalArgumentException(path(closing) + ": it contains itself");
    }

    @SuppressWarnings("ReferenceEquality") // only the very same map or list makes a cycle
    private static boolean isAmong(@Nullable TokenStreamContext innermost, @Nullable Object mapOrList) {
        TokenStreamContext context = innermost;
        while (context != null && context.currentValue() != mapOrList) {
            context = context.getParent();
        }
        return context != null && mapOrList != null;
    }

    /** Refuses a value that has not been started yet. */
    private static IllegalArgumentException refusal(JsonGenerator generator, String why) {
        TokenStreamContext context = generator.streamWriteContext();
        int index = context.hasCurrentIndex() ? context.getCurrentIndex() + 1 : 0;
        return new IllegalArgumentException(path(context, index) + ": " + why);
    }

    private static IllegalArgumentException badKey(JsonGenerator generator, @Nullable Object key) {
        String where = path(generator.streamWriteContext().getParent());
        String what = key == null ? "null" : key.getClass().getName() + (key instanceof Number ? " " + key : "");
        return new IllegalArgumentException(where + ": a key must be a String, not " + what);
    }

    /** Names the place of the value that has been started last. */
    private static String path(TokenStreamContext innermost) {
        return path(innermost, innermost.getCurrentIndex());
    }

    /**
     * Names a place in the message, such as {@code headers[3].date}.
     *
     * @param innermost the map or list that the value is in
     * @param innermostIndex the place in it, if it is a list
     */
    private static String path(TokenStreamContext innermost, int innermostIndex) {
        StringBuilder path = new StringBuilder();
        int index = innermostIndex;
        for (TokenStreamContext c = innermost; !c.inRoot(); c = c.getParent()) {
            path.insert(0, c.inArray() ? "[" + index + "]" : step(c.currentName()));
            index = c.getParent().getCurrentIndex();
        }
        if (path.isEmpty()) {
            return "the message";
        }
        String whole = path.charAt(0) == '.' ? path.substring(1) : path.toString();
        return whole.length() <= LONGEST_PATH ? whole : "…" + whole.substring(whole.length() - LONGEST_PATH);
    }

    private static String step(String key) {
        return SIMPLE_KEY.matcher(key).matches() ? "." + key : "[\"" + key + "\"]";
    }

    @Override
    public Map<String, @Nullable Object> decode(byte[] payload) {
        Objects.requireNonNull(payload, "payload");
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), payload)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("it does not start with a map");
            }
            Map<String, @Nullable Object> message = readMap(parser);
            long end = parser.currentLocation().getByteOffset();
            if (end != payload.length) {
                throw new IllegalArgumentException((payload.length - end) + " bytes follow the map");
            }
            return message;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    private static @Nullable Object readValue(JsonParser parser, JsonToken token) {
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> readDouble(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_EMBEDDED_OBJECT -> parser.getBinaryValue();
            case START_ARRAY -> readList(parser);
            case START_OBJECT -> readMap(parser);
            default -> throw new IllegalArgumentException("it has a " + token + " where a value should be");
        };
    }

    private static Map<String, @Nullable Object> readMap(JsonParser parser) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            map.put(key, readValue(parser, nextToken(parser)));
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw new IllegalArgumentException("it ends in the middle of a map");
        }
        return map;
    }

    private static List<@Nullable Object> readList(JsonParser parser) {
        List<@Nullable Object> list = new ArrayList<>();
        for (JsonToken token = nextToken(parser); token != JsonToken.END_ARRAY; token = nextToken(parser)) {
            list.add(readValue(parser, token));
        }
        return list;
    }

    /** Reads a double; a decimal that some other program wrote is not one. */
    private static Double readDouble(JsonParser parser) {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_DECIMAL) {
            throw new IllegalArgumentException("it has a decimal number, which is neither an integer nor a double");
        }
        return parser.getDoubleValue();
    }

    private static JsonToken nextToken(JsonParser parser) {
        JsonToken token = parser.nextToken();
        if (token == null) {
            throw new IllegalArgumentException("it ends in the middle of a list or a map");
        }
        return token;
    }

    /** Collects what a generator writes; a short message comes in one piece and is copied once, to its exact length. */
    private static final class Output extends OutputStream {
        private byte[] bytes = {};
        private int length;

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] source, int offset, int count) {
            int needed = Math.addExact(length, count);
            if (needed > bytes.length) {
                bytes = Arrays.copyOf(bytes, length == 0 ? needed : (int) Math.min(2L * needed, Integer.MAX_VALUE - 8));
            }
            System.arraycopy(source, offset, bytes, length, count);
            length = needed;
        }

        byte[] toByteArray() {
            return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
        }
    }
}
