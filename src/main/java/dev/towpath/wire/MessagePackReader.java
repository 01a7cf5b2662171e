package dev.towpath.wire;

import dev.towpath.MessageCodec;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads values in MessagePack, one after the other, in whatever form they are written. Not thread-safe.
 *
 * <p>Refuses with an {@link IllegalArgumentException} what no message holds, and what claims to be longer than it is,
 * before any memory is used for it.
 */
public final class MessagePackReader {
    private static final int NIL = 0xc0;

    private final ByteBuffer in;

    /** Creates a reader that starts at the first byte. */
    public MessagePackReader(byte[] encoded) {
        in = ByteBuffer.wrap(encoded);
    }

    /** Gives the place of the next byte. */
    public int position() {
        return in.position();
    }

    /** Insists that everything has been read. */
    public void requireEnd() {
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(in.remaining() + " bytes follow the map");
        }
    }

    /** Reads the start of a map, and gives the number of its entries. */
    public int readMapStart() {
        int code = next();
        if ((code & 0xf0) == 0x80) {
            return plausible(code & 0x0f, 2);
        }
        return switch (code) {
            case 0xde -> plausible(unsigned(2), 2);
            case 0xdf -> plausible(unsigned(4), 2);
            default -> throw new IllegalArgumentException("it has " + named(code) + " where a map should start");
        };
    }

    /** Reads text. */
    public String readText() {
        int code = next();
        if ((code & 0xe0) == 0xa0) {
            return text(code & 0x1f);
        }
        return switch (code) {
            case 0xd9 -> text(unsigned(1));
            case 0xda -> text(unsigned(2));
            case 0xdb -> text(unsigned(4));
            default -> throw new IllegalArgumentException("it has " + named(code) + " where text should be");
        };
    }

    /** Reads a value of those that {@link MessageCodec} promises. */
    public @Nullable Object readValue() {
        return value(1);
    }

    /** Reads a map with text keys, the values of which are nested one deeper than the map. */
    Map<String, @Nullable Object> readMap() {
        return map(readMapStart(), 1);
    }

    private Map<String, @Nullable Object> map(int size, int depth) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            map.put(readText(), value(depth));
        }
        return map;
    }

    private List<@Nullable Object> list(int size, int depth) {
        List<@Nullable Object> list = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            list.add(value(depth));
        }
        return list;
    }

    /**
     * Reads a value.
     *
     * @param depth how deep the map or list is that it stands in
     */
    private @Nullable Object value(int depth) {
        int code = peek();
        if (code < 0x80 || code >= 0xe0) {
            return (long) in.get();
        }
        if (code < 0x90 || code == 0xde || code == 0xdf) {
            return map(readMapStart(), deeper(depth));
        }
        if (code < 0xa0 || code == 0xdc || code == 0xdd) {
            return list(listStart(), deeper(depth));
        }
        if (code < 0xc0 || code >= 0xd9) {
            return readText();
        }
        in.get();
        return switch (code) {
            case NIL -> null;
            case 0xc2 -> false;
            case 0xc3 -> true;
            case 0xc4, 0xc5, 0xc6 -> bytes(unsigned(1 << (code - 0xc4)));
            case 0xca -> (double) Float.intBitsToFloat((int) signed(4));
            case 0xcb -> Double.longBitsToDouble(signed(8));
            case 0xcc, 0xcd, 0xce -> unsigned(1 << (code - 0xcc));
            case 0xcf -> withinLong(signed(8));
            case 0xd0, 0xd1, 0xd2, 0xd3 -> signed(1 << (code - 0xd0));
            default -> throw new IllegalArgumentException("it has " + named(code) + ", which no message holds");
        };
    }

    /** Passes over a value, and looks only at where it ends. */
    public void skip() {
        long values = 1;
        while (values > 0) {
            values += skipped() - 1;
        }
    }

    /** Passes over one code and its bytes, and tells how many values follow that belong to it. */
    private long skipped() {
        int code = peek();
        if (code < 0x80 || code >= 0xe0) {
            in.get();
            return 0;
        }
        if (code < 0x90 || code == 0xde || code == 0xdf) {
            return 2L * readMapStart();
        }
        if (code < 0xa0 || code == 0xdc || code == 0xdd) {
            return listStart();
        }
        in.get();
        if (code < 0xc0) {
            return passOver(code & 0x1f);
        }
        return switch (code) {
            case NIL, 0xc2, 0xc3 -> 0;
            case 0xc4, 0xc5, 0xc6 -> passOver(unsigned(1 << (code - 0xc4)));
            case 0xd9, 0xda, 0xdb -> passOver(unsigned(1 << (code - 0xd9)));
            case 0xca -> passOver(4);
            case 0xcb -> passOver(8);
            case 0xcc, 0xcd, 0xce, 0xcf -> passOver(1 << (code - 0xcc));
            case 0xd0, 0xd1, 0xd2, 0xd3 -> passOver(1 << (code - 0xd0));
            default -> throw new IllegalArgumentException("it has " + named(code) + ", which no message holds");
        };
    }

    private long passOver(long length) {
        in.position(in.position() + plausible(length, 1));
        return 0;
    }

    private int listStart() {
        int code = next();
        return switch (code) {
            case 0xdc -> plausible(unsigned(2), 1);
            case 0xdd -> plausible(unsigned(4), 1);
            default -> plausible(code & 0x0f, 1);
        };
    }

    private static int deeper(int depth) {
        if (depth >= MessageCodec.MAX_DEPTH) {
            throw new IllegalArgumentException("it is nested deeper than " + MessageCodec.MAX_DEPTH);
        }
        return depth + 1;
    }

    private byte[] bytes(long length) {
        byte[] bytes = new byte[plausible(length, 1)];
        in.get(bytes);
        return bytes;
    }

    private String text(long length) {
        byte[] utf8 = bytes(length);
        for (byte b : utf8) {
            if (b < 0) {
                return wide(utf8);
            }
        }
        return new String(utf8, StandardCharsets.ISO_8859_1);
    }

    private static String wide(byte[] utf8) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("it has text that is not UTF-8", e);
        }
    }

    /** Gives a count back if so many things, each of so many bytes at least, can follow. */
    private int plausible(long count, int leastBytes) {
        if (count * leastBytes > in.remaining()) {
            throw endsEarly();
        }
        return (int) count;
    }

    private static long withinLong(long unsigned) {
        if (unsigned < 0) {
            throw new IllegalArgumentException("it has the integer " + Long.toUnsignedString(unsigned)
                    + ", which does not fit 64 bits with a sign");
        }
        return unsigned;
    }

    private int peek() {
        if (!in.hasRemaining()) {
            throw endsEarly();
        }
        return in.get(in.position()) & 0xff;
    }

    private int next() {
        int code = peek();
        in.get();
        return code;
    }

    private long unsigned(int byteCount) {
        long number = signed(byteCount);
        return byteCount == 8 ? number : number & ((1L << (8 * byteCount)) - 1);
    }

    private long signed(int byteCount) {
        try {
            return switch (byteCount) {
                case 1 -> in.get();
                case 2 -> in.getShort();
                case 4 -> in.getInt();
                default -> in.getLong();
            };
        } catch (BufferUnderflowException e) {
            throw endsEarly();
        }
    }

    private static IllegalArgumentException endsEarly() {
        return new IllegalArgumentException("it ends in the middle of a value");
    }

    private static String named(int code) {
        return "the code 0x" + Integer.toHexString(code);
    }
}
