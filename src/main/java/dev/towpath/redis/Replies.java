package dev.towpath.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.regex.Pattern;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Understands what a server answers.
 *
 * <p>Servers before 7 wrap what went wrong inside a script into a sentence about the script, so it is looked for
 * anywhere.
 */
final class Replies {
    /** Stands for the answer that there is nothing. */
    enum Nil {
        NIL
    }

    private static final Pattern NOT_EXECUTED =
            Pattern.compile("(?:^|[ -])(?:READONLY|LOADING|MASTERDOWN|UNBLOCKED|BUSY|TRYAGAIN|NOREPLICAS) ");
    private static final Pattern OUT_OF_MEMORY = Pattern.compile("(?:^|[ -])OOM ");
    private static final Pattern WRONG_TYPE = Pattern.compile("(?:^|[ -])WRONGTYPE ");

    private Replies() {}

    /** Whether the answer is that there is nothing. */
    static boolean isNil(Object reply) {
        return reply == Nil.NIL;
    }

    static long number(Object reply) {
        return (Long) reply;
    }

    static byte[] bytes(Object reply) {
        return (byte[]) reply;
    }

    static String text(Object reply) {
        return new String(bytes(reply), UTF_8);
    }

    @SuppressWarnings("unchecked") // what Jedis returns for an array
    static List<Object> list(Object reply) {
        return (List<Object>) reply;
    }

    /** A score, which is a number or an infinity. */
    static double score(Object reply) {
        String score = text(reply);
        return Double.parseDouble(score.endsWith("inf") ? score.replace("inf", "Infinity") : score);
    }

    /** Whether the server has certainly not done what it was asked, and will do it later, or another will. */
    static boolean isNotExecuted(JedisDataException refusal) {
        return NOT_EXECUTED.matcher(String.valueOf(refusal.getMessage())).find();
    }

    /** Whether the server has no memory left. It says so before a script changes anything, or not at all. */
    static boolean isOutOfMemory(JedisDataException refusal) {
        return OUT_OF_MEMORY.matcher(String.valueOf(refusal.getMessage())).find();
    }

    /** Whether there is something else under a key than expected. */
    static boolean isWrongType(JedisDataException refusal) {
        return WRONG_TYPE.matcher(String.valueOf(refusal.getMessage())).find();
    }
}
