package dev.towpath;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the map that a message is into bytes and back. For those who write a layer.
 *
 * <p>The keys are text. This is what the values may be, and what comes back:
 *
 * <table class="plain">
 * <caption>Values of a message</caption>
 * <thead><tr><th scope="col">Sent</th><th scope="col">Received</th></tr></thead>
 * <tbody>
 * <tr><td>{@code null}</td><td>{@code null}</td></tr>
 * <tr><td>{@link Boolean}</td><td>{@link Boolean}</td></tr>
 * <tr><td>{@link Long}, {@link Integer}, {@link Short}, {@link Byte}; {@link java.math.BigInteger} within 64 bits</td>
 *     <td>{@link Long}</td></tr>
 * <tr><td>{@link Double}, {@link Float}</td><td>{@link Double}, with the same bits</td></tr>
 * <tr><td>{@link String}</td><td>{@link String}</td></tr>
 * <tr><td>{@code byte[]}</td><td>{@code byte[]}</td></tr>
 * <tr><td>{@link java.util.Collection}, but not {@link java.util.Set}; arrays of objects, {@code boolean},
 *     {@code short}, {@code int}, {@code long}, {@code float} or {@code double}</td>
 *     <td>{@link java.util.List}, modifiable</td></tr>
 * <tr><td>{@link Map} with text keys</td><td>{@link java.util.LinkedHashMap}, in the order of the sender's</td></tr>
 * </tbody>
 * </table>
 *
 * <p>Anything else is refused when it is sent, not when it is received. So are text with half a surrogate pair, and
 * maps and lists nested deeper than {@value #MAX_DEPTH}, the message itself included, as one that contains itself
 * always is.
 *
 * <p>A codec is thread-safe.
 */
public interface MessageCodec {
    /** How deep maps and lists may be nested, the message itself included. */
    int MAX_DEPTH = 500;

    /** The key that no message may have at its top: programs on other layers use it for themselves. */
    String RESERVED_KEY = "__asgi_channel__";

    /**
     * Gives the codec that writes <a href="https://github.com/FasterXML/smile-format-specification">Smile</a>: a
     * header, one map, and no end marker. Bytes are written as they are; names and texts that occur again are written
     * again, which costs less time than looking for them. It reads whatever complies, with references to earlier names
     * and texts too.
     *
     * @return the codec
     */
    static MessageCodec smile() {
        return JacksonCodec.Smile.INSTANCE;
    }

    /**
     * Gives the codec that writes JSON, as Python's {@code json.dumps} does: only ASCII, and a space after each comma
     * and colon. It reads any JSON in UTF-8, and the numbers {@code NaN}, {@code Infinity} and {@code -Infinity} too.
     * JSON has no bytes: a {@code byte[]} is refused. A {@link Double} that is not a number comes back as
     * {@link Double#NaN}.
     *
     * @return the codec
     */
    static MessageCodec json() {
        return JacksonCodec.Json.INSTANCE;
    }

    /**
     * Turns a message into bytes.
     *
     * @param message the message, which is not kept
     * @return a new array
     * @throws IllegalArgumentException if the message holds anything but what the table allows, or has the
     *     {@linkplain #RESERVED_KEY reserved key}; it names the path to it, such as {@code headers[3].date}
     */
    byte[] encode(Map<String, ?> message);

    /**
     * Turns bytes into a message.
     *
     * @param payload the bytes, which are not kept
     * @return a new map
     * @throws IllegalArgumentException if the bytes are not exactly one encoded message; it says why. Nothing else is
     *     thrown, whatever the bytes are, and no more memory is used than bytes so many can fill.
     */
    Map<String, @Nullable Object> decode(byte[] payload);
}
