package dev.towpath;

import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TSFBuilder;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.core.util.MinimalPrettyPrinter;
import tools.jackson.dataformat.smile.SmileFactory;
import tools.jackson.dataformat.smile.SmileReadFeature;
import tools.jackson.dataformat.smile.SmileWriteFeature;

/**
 * Encodes messages in one of the formats that Jackson's streaming API knows. The only class that knows Jackson.
 *
 * <p>The limits on depth are the same for writing and for reading, and the limits on lengths are off: a payload is in
 * memory already, and nothing in it can decode to more than a small multiple of its length. So what can be sent can be
 * read.
 *
 * <p>Keys are read anew each time: a table of those that have been read is copied for each message that has a new one,
 * which costs a hundred times as much as reading.
 *
 * <p>Buffers come from a pool that threads share, not from thread-locals, which virtual threads would each fill anew.
 */
abstract class JacksonCodec implements MessageCodec {
    private static final Set<String> RESERVED_KEYS = Set.of(RESERVED_KEY);

    private final TokenStreamFactory factory;
    private final ObjectWriteContext style;

    /**
     * Creates a codec.
     *
     * @param format the format with its own options; those that all formats have are set here
     * @param style how it is set out
     */
    JacksonCodec(TSFBuilder<?, ?> format, ObjectWriteContext style) {
        this.factory = format.disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
                .streamWriteConstraints(StreamWriteConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .recyclerPool(JsonRecyclerPools.newConcurrentDequePool())
                .build();
        this.style = style;
    }

    @Override
    public final byte[] encode(Map<String, ?> message) {
        Output output = new Output();
        try (JsonGenerator generator = factory.createGenerator(style, output)) {
            walk(generator).walk(message);
        }
        return output.toByteArray();
    }

    /** Gives what hands the values of a message to a generator. */
    Walk walk(JsonGenerator generator) {
        return new Walk(generator);
    }

    /** Hands the values of a message to a generator. */
    static class Walk extends MessageWalk {
        private final JsonGenerator generator;

        Walk(JsonGenerator generator) {
            super(RESERVED_KEYS);
            this.generator = generator;
        }

        @Override
        protected void writeNull() {
            generator.writeNull();
        }

        @Override
        protected void writeBoolean(boolean truth) {
            generator.writeBoolean(truth);
        }

        @Override
        protected void writeLong(long number) {
            generator.writeNumber(number);
        }

        @Override
        protected void writeDouble(double number) {
            generator.writeNumber(number);
        }

        @Override
        protected void writeText(String text) {
            try {
                generator.writeString(text);
            } catch (JacksonException e) {
                throw new IllegalArgumentException(e.getOriginalMessage(), e);
            }
        }

        @Override
        protected void writeKey(String key) {
            try {
                generator.writeName(key);
            } catch (JacksonException e) {
                throw new IllegalArgumentException(e.getOriginalMessage(), e);
            }
        }

        @Override
        protected void writeBytes(byte[] bytes) {
            generator.writeBinary(bytes);
        }

        @Override
        protected void startMap(int size) {
            generator.writeStartObject();
        }

        @Override
        protected void endMap() {
            generator.writeEndObject();
        }

        @Override
        protected void startList(int size) {
            generator.writeStartArray();
        }

        @Override
        protected void endList() {
            generator.writeEndArray();
        }
    }

    @Override
    public final Map<String, @Nullable Object> decode(byte[] payload) {
        Objects.requireNonNull(payload, "payload");
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), payload)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("it does not start with a map");
            }
            Map<String, @Nullable Object> message = readMap(parser);
            requireEnd(parser, payload.length);
            return message;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /** Insists that nothing follows the map that has been read. */
    abstract void requireEnd(JsonParser parser, int length);

    /** Gives the text, or refuses it. */
    String checked(String text) {
        return text;
    }

    private @Nullable Object readValue(JsonParser parser, JsonToken token) {
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> readDouble(parser);
            case VALUE_STRING -> checked(parser.getString());
            case VALUE_EMBEDDED_OBJECT -> parser.getBinaryValue();
            case START_ARRAY -> readList(parser);
            case START_OBJECT -> readMap(parser);
            default -> throw new IllegalArgumentException("it has a " + token + " where a value should be");
        };
    }

    private Map<String, @Nullable Object> readMap(JsonParser parser) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            map.put(checked(key), readValue(parser, nextToken(parser)));
        }
        if (parser.currentToken() != JsonToken.END_OBJECT) {
            throw new IllegalArgumentException("it ends in the middle of a map");
        }
        return map;
    }

    private List<@Nullable Object> readList(JsonParser parser) {
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

    /** Encodes messages in Smile. */
    static final class Smile extends JacksonCodec {
        static final Smile INSTANCE = new Smile();

        private Smile() {
            super(
                    SmileFactory.builder()
                            .enable(SmileWriteFeature.WRITE_HEADER)
                            .disable(SmileWriteFeature.WRITE_END_MARKER)
                            .disable(SmileWriteFeature.ENCODE_BINARY_AS_7BIT)
                            .disable(SmileWriteFeature.CHECK_SHARED_NAMES)
                            .disable(SmileWriteFeature.CHECK_SHARED_STRING_VALUES)
                            .disable(SmileWriteFeature.LENIENT_UTF_ENCODING)
                            .enable(SmileReadFeature.REQUIRE_HEADER),
                    ObjectWriteContext.empty());
        }

        @Override
        void requireEnd(JsonParser parser, int length) {
            long end = parser.currentLocation().getByteOffset();
            if (end != length) {
                throw new IllegalArgumentException((length - end) + " bytes follow the map");
            }
        }
    }

    /** Encodes messages in JSON, set out and escaped as Python's {@code json.dumps} does it. */
    static final class Json extends JacksonCodec {
        static final Json INSTANCE = new Json();

        private Json() {
            super(
                    JsonFactory.builder()
                            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                            .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE, JsonWriteFeature.WRITE_NAN_AS_STRINGS)
                            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS),
                    new Style());
        }

        @Override
        void requireEnd(JsonParser parser, int length) {
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("something follows the map");
            }
        }

        /** Refuses text with half a surrogate pair, which JSON can write and nothing else can. */
        @Override
        String checked(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (Character.isSurrogate(text.charAt(i))
                        && !Character.isSupplementaryCodePoint(text.codePointAt(i++))) {
                    throw new IllegalArgumentException("it is text with half a surrogate pair, at character " + i);
                }
            }
            return text;
        }

        @Override
        Walk walk(JsonGenerator generator) {
            return new Walk(generator) {
                @Override
                protected void writeText(String text) {
                    super.writeText(checked(text));
                }

                @Override
                protected void writeKey(String key) {
                    super.writeKey(checked(key));
                }

                @Override
                protected void writeBytes(byte[] bytes) {
                    throw new IllegalArgumentException("JSON has no bytes: send them as text, such as Base64");
                }
            };
        }

        /** Puts a space after each comma and colon. */
        private static final class Style extends ObjectWriteContext.Base {
            private final PrettyPrinter printer = new MinimalPrettyPrinter() {
                private static final long serialVersionUID = 1L;

                @Override
                public void writeObjectNameValueSeparator(JsonGenerator generator) {
                    generator.writeRaw(": ");
                }

                @Override
                public void writeObjectEntrySeparator(JsonGenerator generator) {
                    generator.writeRaw(", ");
                }

                @Override
                public void writeArrayValueSeparator(JsonGenerator generator) {
                    generator.writeRaw(", ");
                }
            };

            @Override
            public PrettyPrinter getPrettyPrinter() {
                return printer;
            }

            @Override
            public boolean hasPrettyPrinter() {
                return true;
            }
        }
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
