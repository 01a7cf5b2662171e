package dev.towpath.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Writes values in MessagePack, each in its shortest form, as Python's library does. Not thread-safe.
 *
 * <p>See the <a href="https://github.com/msgpack/msgpack/blob/master/spec.md">specification</a> for the forms.
 */
public final class MessagePackWriter {
    private ByteBuffer out;

    /**
     * Creates a writer.
     *
     * @param expectedLength how many bytes will be written, about
     */
    public MessagePackWriter(int expectedLength) {
        out = ByteBuffer.allocate(Math.max(expectedLength, 16));
    }

    private ByteBuffer room(long length) {
        if (length > out.remaining()) {
            int capacity =
                    (int) Math.min(Math.max(2L * out.capacity(), out.position() + length), Integer.MAX_VALUE - 8);
            out = ByteBuffer.allocate(capacity).put(out.flip());
        }
        return out;
    }

    /** Writes null. */
    public void writeNull() {
        room(1).put((byte) 0xc0);
    }

    /** Writes a truth value. */
    public void writeBoolean(boolean truth) {
        room(1).put((byte) (truth ? 0xc3 : 0xc2));
    }

    /** Writes an integer. */
    public void writeLong(long number) {
        ByteBuffer room = room(9);
        if (number >= 0) {
            writeUnsigned(room, number);
        } else if (number >= -32) {
            room.put((byte) number);
        } else if (number >= Byte.MIN_VALUE) {
            room.put((byte) 0xd0).put((byte) number);
        } else if (number >= Short.MIN_VALUE) {
            room.put((byte) 0xd1).putShort((short) number);
        } else if (number >= Integer.MIN_VALUE) {
            room.put((byte) 0xd2).putInt((int) number);
        } else {
            room.put((byte) 0xd3).putLong(number);
        }
    }

    private static void writeUnsigned(ByteBuffer room, long number) {
        if (number < 1 << 7) {
            room.put((byte) number);
        } else if (number < 1 << 8) {
            room.put((byte) 0xcc).put((byte) number);
        } else if (number < 1 << 16) {
            room.put((byte) 0xcd).putShort((short) number);
        } else if (number < 1L << 32) {
            room.put((byte) 0xce).putInt((int) number);
        } else {
            room.put((byte) 0xcf).putLong(number);
        }
    }

    /** Writes a floating-point number, with the same bits. */
    public void writeDouble(double number) {
        room(9).put((byte) 0xcb).putDouble(number);
    }

    /** Writes text; refuses text with half a surrogate pair. */
    public void writeText(String text) {
        int length = utf8Length(text);
        room(5L + length);
        if (length < 32) {
            out.put((byte) (0xa0 | length));
        } else {
            writeLength(0xd9, length);
        }
        if (length == text.length()) {
            for (int i = 0; i < length; i++) {
                out.put((byte) text.charAt(i));
            }
        } else {
            putWide(text);
        }
    }

    private static int utf8Length(String text) {
        int length = text.length();
        long bytes = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x800) {
                bytes += 2;
                if (Character.isSurrogate(c)) {
                    requirePair(text, i);
                    i++; // a pair counts two characters and takes four bytes
                }
            } else if (c >= 0x80) {
                bytes++;
            }
        }
        return Math.toIntExact(bytes);
    }

    private static void requirePair(String text, int i) {
        boolean pair = Character.isHighSurrogate(text.charAt(i))
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
            throw new IllegalArgumentException("it is text with half a surrogate pair, at character " + (i + 1));
        }
    }

    private void putWide(String text) {
        for (int i = 0; i < text.length(); i++) {
            int c = text.codePointAt(i);
            if (c < 0x80) {
                out.put((byte) c);
            } else if (c < 0x800) {
                out.put((byte) (0xc0 | c >> 6));
                putTail(c, 0);
            } else if (c < 0x10000) {
                out.put((byte) (0xe0 | c >> 12));
                putTail(c, 6);
                putTail(c, 0);
            } else {
                out.put((byte) (0xf0 | c >> 18));
                putTail(c, 12);
                putTail(c, 6);
                putTail(c, 0);
                i++;
            }
        }
    }

    private void putTail(int codePoint, int shift) {
        out.put((byte) (0x80 | (codePoint >> shift & 0x3f)));
    }

    /** Writes bytes. */
    public void writeBytes(byte[] bytes) {
        writeBytes(ByteBuffer.wrap(bytes));
    }

    /** Writes the remaining bytes of a buffer, which are read. */
    public void writeBytes(ByteBuffer bytes) {
        room(5L + bytes.remaining());
        writeLength(0xc4, bytes.remaining());
        out.put(bytes);
    }

    /** Starts a list of so many elements, which follow. */
    public void startList(int size) {
        startMany(size, 0x90, 0xdc);
    }

    /** Starts a map of so many entries; a key and a value for each follow. */
    public void startMap(int size) {
        startMany(size, 0x80, 0xde);
    }

    private void startMany(int size, int fixed, int sized) {
        ByteBuffer room = room(5);
        if (size < 16) {
            room.put((byte) (fixed | size));
        } else if (size < 1 << 16) {
            room.put((byte) sized).putShort((short) size);
        } else {
            room.put((byte) (sized + 1)).putInt(size);
        }
    }

    /** Writes a length of 8, 16 or 32 bits after the first, second or third of three codes. */
    private void writeLength(int firstCode, int length) {
        if (length < 1 << 8) {
            out.put((byte) firstCode).put((byte) length);
        } else if (length < 1 << 16) {
            out.put((byte) (firstCode + 1)).putShort((short) length);
        } else {
            out.put((byte) (firstCode + 2)).putInt(length);
        }
    }

    /** Writes what is in MessagePack already. */
    public void writeEncoded(byte[] encoded, int from, int to) {
        room(to - from).put(encoded, from, to - from);
    }

    /** Gives what was written: an array of its own. */
    public byte[] toByteArray() {
        return out.position() == out.capacity() ? out.array() : Arrays.copyOf(out.array(), out.position());
    }
}
