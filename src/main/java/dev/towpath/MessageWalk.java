package dev.towpath;

import java.lang.reflect.Array;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a message value by value, refuses what no message may hold, and hands over the rest to be written. For
 * those who write a {@link MessageCodec}, whose table it keeps to.
 *
 * <p>Where in the message a value stands is found out only when it is refused, on the way back up: going through a
 * message keeps no path. A method that writes may refuse a value too, by an {@link IllegalArgumentException}, and the
 * path is put before what it says.
 *
 * <p>Not thread-safe.
 */
public abstract class MessageWalk {
    private static final Pattern SIMPLE_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");
    private static final int LONGEST_PATH = 200;
    private static final String ALLOWED = "a value must be null, Boolean, an integer of at most 64 bits, Float, Double,"
            + " String, byte[], or a List, an array or a Map of these";

    private final Set<String> reservedKeys;

    /**
     * Creates a walk.
     *
     * @param reservedKeys the keys that no message may have at its top
     */
    protected MessageWalk(Set<String> reservedKeys) {
        this.reservedKeys = Set.copyOf(reservedKeys);
    }

    /** Writes null. */
    protected abstract void writeNull();

    /**
     * Writes a truth value.
     *
     * @param truth the value
     */
    protected abstract void writeBoolean(boolean truth);

    /**
     * Writes an integer.
     *
     * @param number the value
     */
    protected abstract void writeLong(long number);

    /**
     * Writes a floating-point number.
     *
     * @param number the value
     */
    protected abstract void writeDouble(double number);

    /**
     * Writes text.
     *
     * @param text the value
     */
    protected abstract void writeText(String text);

    /**
     * Writes the key of a map, before its value. Unless it is overridden, a key is written as any text is.
     *
     * @param key the key
     */
    protected void writeKey(String key) {
        writeText(key);
    }

    /**
     * Writes bytes.
     *
     * @param bytes the value, not to be kept
     */
    protected abstract void writeBytes(byte[] bytes);

    /**
     * Starts a map; a key and a value for each entry follow.
     *
     * @param size how many entries
     */
    protected abstract void startMap(int size);

    /** Ends the map that was started last. Unless it is overridden, nothing is written. */
    protected void endMap() {}

    /**
     * Starts a list; its elements follow.
     *
     * @param size how many elements
     */
    protected abstract void startList(int size);

    /** Ends the list that was started last. Unless it is overridden, nothing is written. */
    protected void endList() {}

    /**
     * Goes through a message.
     *
     * @param message the message
     * @throws IllegalArgumentException if it holds anything but what {@link MessageCodec} allows, or has a reserved
     *     key; it names the path to it, such as {@code headers[3].date}
     */
    public final void walk(Map<String, ?> message) {
        Objects.requireNonNull(message, "message");
        try {
            map(message, 1);
        } catch (Refusal refusal) {
            throw refusal.explained();
        }
    }

    /** Goes through a value. What is nested goes through here, once for each level: so it needs little of the stack. */
    private void value(@Nullable Object value, int depth) {
        if (value == null) {
            writeNull();
            return;
        }
        if (isScalar(value)) {
            return;
        }
        switch (value) {
            case Map<?, ?> map -> map(map, depth + 1);
            case Set<?> set -> throw refusal(set);
            case Collection<?> list -> list(list, list, depth + 1);
            case Object[] array -> list(array, Arrays.asList(array), depth + 1);
            default -> array(value, depth + 1);
        }
    }

    /** Writes a value if there is none inside it; or else says so. */
    private boolean isScalar(Object value) {
        switch (value) {
            case String text -> writeText(text);
            case byte[] bytes -> writeBytes(bytes);
            case Long number -> writeLong(number);
            case Integer number -> writeLong(number);
            case Short number -> writeLong(number);
            case Byte number -> writeLong(number);
            case Boolean truth -> writeBoolean(truth);
            case Double number -> writeDouble(number);
            case Float number -> writeDouble(number);
            case BigInteger number -> writeLong(withinLong(number));
            default -> {
                return false;
            }
        }
        return true;
    }

    private static Refusal refusal(Set<?> set) {
        return new Refusal("a set (" + set.getClass().getName() + ") has no order; send a list");
    }

    private static long withinLong(BigInteger number) {
        if (number.bitLength() >= Long.SIZE) {
            throw new Refusal("an integer of " + (number.bitLength() + 1) + " bits does not fit 64 bits");
        }
        return number.longValue();
    }

    private void map(Map<?, ?> map, int depth) {
        int size = map.size();
        checkDepth(map, depth);
        startMap(size);
        int written = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new Refusal(badKey(entry.getKey()));
            }
            try {
                if (depth == 1 && reservedKeys.contains(key)) {
                    throw new Refusal("the key is reserved");
                }
                writeKey(key);
                value(entry.getValue(), depth);
            } catch (Refusal refusal) {
                throw refusal.below(map, step(key));
            } catch (IllegalArgumentException e) {
                throw new Refusal(e.getMessage()).below(map, step(key));
            }
            written++;
        }
        checkSize(size, written);
        endMap();
    }

    /** Writes the elements of what is a collection or an array to the user. */
    private void list(Object listOrArray, Collection<?> elements, int depth) {
        int size = elements.size();
        checkDepth(listOrArray, depth);
        startList(size);
        int written = 0;
        for (Object element : elements) {
            try {
                value(element, depth);
            } catch (Refusal refusal) {
                throw refusal.below(listOrArray, "[" + written + "]");
            } catch (IllegalArgumentException e) {
                throw new Refusal(e.getMessage()).below(listOrArray, "[" + written + "]");
            }
            written++;
        }
        checkSize(size, written);
        endList();
    }

    private void array(Object numbersOrTruths, int depth) {
        Class<?> type = numbersOrTruths.getClass();
        if (!type.isArray() || type == char[].class) {
            throw new Refusal(type.getName() + " is not allowed: " + ALLOWED);
        }
        checkDepth(numbersOrTruths, depth);
        int length = Array.getLength(numbersOrTruths);
        startList(length);
        for (int i = 0; i < length; i++) {
            switch (numbersOrTruths) {
                case boolean[] array -> writeBoolean(array[i]);
                case short[] array -> writeLong(array[i]);
                case int[] array -> writeLong(array[i]);
                case long[] array -> writeLong(array[i]);
                case float[] array -> writeDouble(array[i]);
                case double[] array -> writeDouble(array[i]);
                default -> throw new AssertionError(numbersOrTruths);
            }
        }
        endList();
    }

    private static void checkDepth(Object mapOrList, int depth) {
        if (depth > MessageCodec.MAX_DEPTH) {
            Refusal refusal = new Refusal("it is nested deeper than " + MessageCodec.MAX_DEPTH);
            refusal.deepest = mapOrList;
            throw refusal;
        }
    }

    /** Insists that as many were written as were announced: others may have changed the map or list meanwhile. */
    private static void checkSize(int announced, int written) {
        if (announced != written) {
            throw new Refusal("it changed while it was sent: it had " + announced + " elements, and then " + written);
        }
    }

    private static String badKey(@Nullable Object key) {
        String what = key == null ? "null" : key.getClass().getName() + (key instanceof Number ? " " + key : "");
        return "a key must be a String, not " + what;
    }

    private static String step(String key) {
        return SIMPLE_KEY.matcher(key).matches() ? "." + key : "[\"" + key + "\"]";
    }

    /** Carries a refusal up through the message, and collects the path to it, the innermost step first. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient List<Object> containers = new ArrayList<>();
        private final transient List<String> steps = new ArrayList<>();
        private transient @Nullable Object deepest;

        Refusal(@Nullable String why) {
            super(why, null, false, false);
        }

        Refusal below(Object container, String step) {
            containers.add(container);
            steps.add(step);
            return this;
        }

        IllegalArgumentException explained() {
            int closing = closingStep();
            if (closing >= 0) {
                return new IllegalArgumentException(path(closing) + ": it contains itself");
            }
            return new IllegalArgumentException(path(0) + ": " + getMessage());
        }

        /** Finds the outermost step that leads back into what it is in, or -1 when the message is only deep. */
        @SuppressWarnings("ReferenceEquality") // only the very same map or list makes a cycle
        private int closingStep() {
            for (int i = containers.size() - 1; deepest != null && i >= 0; i--) {
                Object inside = i == 0 ? deepest : containers.get(i - 1);
                for (int above = i; above < containers.size(); above++) {
                    if (containers.get(above) == inside) {
                        return i;
                    }
                }
            }
            return -1;
        }

        private String path(int innermost) {
            String whole =
                    String.join("", steps.subList(innermost, steps.size()).reversed());
            if (whole.isEmpty()) {
                return "the message";
            }
            String path = whole.charAt(0) == '.' ? whole.substring(1) : whole;
            return path.length() <= LONGEST_PATH ? path : "…" + path.substring(path.length() - LONGEST_PATH);
        }
    }
}
