package dev.towpath.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Is a step that a server does as a whole.
 *
 * <p>All take the time from the server. A score is the second of 1970 at which a message was sent or a channel was
 * added, with fractions. Numbers are handed to commands as numbers, because Lua would round them in text. The
 * statistics of the layer and of a queue are hashes.
 *
 * <p>A server whose memory is used up refuses what needs more only as long as the script has called nothing that
 * writes. So the first thing that a script writes is the message: then all of it is done, or nothing.
 */
enum Script {
    /**
     * Sends messages, in order, as far as there is room, and gives how many. Each gets the time as its score, or one
     * microsecond more than the last in the queue, so that the order holds when clocks step back. A last message whose
     * time is an expiry away in the future is not waited for.
     *
     * <p>KEYS queue, statistics of the layer, statistics of the queue; ARGV expiry in ms, capacity, 1 if a refusal is
     * to be counted, members…
     */
    SEND("""
        local t = redis.call('TIME')
        local now = t[1] + t[2] / 1000000
        local expiry = ARGV[1] / 1000
        local waiting = redis.call('ZCARD', KEYS[1])
        local expired = 0
        local score = now
        if waiting > 0 then
          expired = redis.call('ZCOUNT', KEYS[1], '-inf', now - expiry)
          local last = tonumber(redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
          if last >= now and last < now + expiry then score = last + 0.000001 end
        end
        local room = tonumber(ARGV[2]) - waiting + expired
        local sent = 0
        while sent < room and sent + 4 <= #ARGV do
          redis.call('ZADD', KEYS[1], score, ARGV[sent + 4])
          score = score + 0.000001
          sent = sent + 1
        end
        if expired > 0 then redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - expiry) end
        if sent > 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
        local full = (sent + 3 < #ARGV) and ARGV[3] == '1'
        for k = 2, 3 do
          if sent > 0 then redis.call('HINCRBY', KEYS[k], 'sent', sent) end
          if full then redis.call('HINCRBY', KEYS[k], 'full', 1) end
          if expired > 0 and k == 2 then redis.call('HINCRBY', KEYS[k], 'expired', expired) end
          if sent > 0 or full or expired > 0 then redis.call('EXPIRE', KEYS[k], k == 2 and 86400 or 3600) end
        end
        return sent
        """),

    /**
     * Takes the first message of the first queue that has one, and gives the number of the queue, the member and its
     * score; or 0.
     *
     * <p>KEYS queues…, statistics of the layer; ARGV expiry in ms.
     */
    TAKE("""
        local t = redis.call('TIME')
        local oldest = t[1] + t[2] / 1000000 - ARGV[1] / 1000
        local expired = 0
        local taken = {0}
        for i = 1, #KEYS - 1 do
          local m = redis.call('ZPOPMIN', KEYS[i])
          if m[1] and tonumber(m[2]) <= oldest then
            expired = expired + 1 + redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', oldest)
            m = redis.call('ZPOPMIN', KEYS[i])
          end
          if m[1] then
            taken = {i, m[1], m[2]}
            break
          end
        end
        if expired > 0 then
          redis.call('HINCRBY', KEYS[#KEYS], 'expired', expired)
          redis.call('EXPIRE', KEYS[#KEYS], 86400)
        end
        return taken
        """),

    /**
     * Takes so many messages of a queue, and gives their members, each followed by its score.
     *
     * <p>KEYS queue, statistics of the layer; ARGV expiry in ms, how many.
     */
    DRAIN("""
        local t = redis.call('TIME')
        local oldest = t[1] + t[2] / 1000000 - ARGV[1] / 1000
        local expired = redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', oldest)
        local taken = redis.call('ZPOPMIN', KEYS[1], ARGV[2])
        if expired > 0 then
          redis.call('HINCRBY', KEYS[2], 'expired', expired)
          redis.call('EXPIRE', KEYS[2], 86400)
        end
        return taken
        """),

    /**
     * Puts a member back with the score it had.
     *
     * <p>KEYS queue; ARGV expiry in ms, score, member.
     */
    PUT_BACK("""
        redis.call('ZADD', KEYS[1], 'NX', ARGV[2], ARGV[3])
        return redis.call('PEXPIRE', KEYS[1], ARGV[1])
        """),

    /**
     * Counts a message that has expired.
     *
     * <p>KEYS statistics of the layer.
     */
    COUNT_EXPIRED("""
        redis.call('HINCRBY', KEYS[1], 'expired', 1)
        return redis.call('EXPIRE', KEYS[1], 86400)
        """),

    /**
     * Sends a message to several queues, and gives the numbers of those that are full, or are something else. The
     * middle of all members is the same and travels once.
     *
     * <p>KEYS statistics of the layer, then for each queue: it and its statistics; ARGV expiry in ms, middle, then for
     * each queue: start, end, capacity, number of names.
     */
    SEND_TO_GROUP("""
        local t = redis.call('TIME')
        local now = t[1] + t[2] / 1000000
        local expiry = ARGV[1] / 1000
        local full = {}
        local sent, refused, expired = 0, 0, 0
        for i = 1, (#KEYS - 1) / 2 do
          local queue, statistics, a = KEYS[2 * i], KEYS[2 * i + 1], 4 * i - 1
          local waiting = redis.pcall('ZCARD', queue)
          local score = now
          local dead = 0
          if type(waiting) == 'number' and waiting > 0 then
            dead = redis.call('ZCOUNT', queue, '-inf', now - expiry)
            local last = tonumber(redis.call('ZREVRANGE', queue, 0, 0, 'WITHSCORES')[2])
            if last >= now and last < now + expiry then score = last + 0.000001 end
          end
          if type(waiting) == 'number' and waiting - dead < tonumber(ARGV[a + 2]) then
            redis.call('ZADD', queue, score, ARGV[a] .. ARGV[2] .. ARGV[a + 1])
            if dead > 0 then redis.call('ZREMRANGEBYSCORE', queue, '-inf', now - expiry) end
            expired = expired + dead
            redis.call('PEXPIRE', queue, ARGV[1])
            redis.call('HINCRBY', statistics, 'sent', ARGV[a + 3])
            redis.call('EXPIRE', statistics, 3600)
            sent = sent + ARGV[a + 3]
          else
            full[#full + 1] = i
            refused = refused + ARGV[a + 3]
          end
        end
        if sent > 0 then redis.call('HINCRBY', KEYS[1], 'sent', sent) end
        if refused > 0 then redis.call('HINCRBY', KEYS[1], 'groupfull', refused) end
        if expired > 0 then redis.call('HINCRBY', KEYS[1], 'expired', expired) end
        redis.call('EXPIRE', KEYS[1], 86400)
        return full
        """),

    /**
     * Adds a channel to a group, or starts its expiry anew.
     *
     * <p>KEYS group; ARGV group expiry in ms, channel.
     */
    JOIN("""
        local t = redis.call('TIME')
        redis.call('ZADD', KEYS[1], t[1] + t[2] / 1000000, ARGV[2])
        return redis.call('PEXPIRE', KEYS[1], ARGV[1])
        """),

    /**
     * Gives the members of a group, those first that were added first.
     *
     * <p>KEYS group; ARGV group expiry in ms.
     */
    MEMBERS("""
        local t = redis.call('TIME')
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', t[1] + t[2] / 1000000 - ARGV[1] / 1000)
        return redis.call('ZRANGE', KEYS[1], 0, -1)
        """),

    /**
     * Gives what has been sent to a queue, how often a sender was refused, what waits, and for how many microseconds
     * the oldest has.
     *
     * <p>KEYS queue, statistics of the queue; ARGV expiry in ms.
     */
    LOOK("""
        local t = redis.call('TIME')
        local now = t[1] + t[2] / 1000000
        local alive = string.format('(%.17g', now - ARGV[1] / 1000)
        local oldest = redis.call('ZRANGEBYSCORE', KEYS[1], alive, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
        return {
          tonumber(redis.call('HGET', KEYS[2], 'sent') or 0),
          tonumber(redis.call('HGET', KEYS[2], 'full') or 0),
          redis.call('ZCOUNT', KEYS[1], alive, '+inf'),
          oldest and math.max(0, math.floor((now - oldest) * 1000000)) or 0
        }
        """),

    /**
     * Gives, for some keys, how many are queues with messages, how many messages wait there, for how many microseconds
     * the oldest has, how many are groups with members, and how many members they have. Keys of other programs are
     * passed over.
     *
     * <p>KEYS keys…; ARGV expiry in ms, group expiry in ms, start of the names of groups.
     */
    COUNT("""
        local t = redis.call('TIME')
        local now = t[1] + t[2] / 1000000
        local queues, messages, oldest, groups, members = 0, 0, now, 0, 0
        for _, key in ipairs(KEYS) do
          local isGroup = string.sub(key, 1, #ARGV[3]) == ARGV[3]
          local alive = string.format('(%.17g', now - (isGroup and ARGV[2] or ARGV[1]) / 1000)
          local count = redis.pcall('ZCOUNT', key, alive, '+inf')
          if type(count) == 'number' and count > 0 and isGroup then
            groups = groups + 1
            members = members + count
          elseif type(count) == 'number' and count > 0 then
            queues = queues + 1
            messages = messages + count
            local first = redis.call('ZRANGEBYSCORE', key, alive, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
            oldest = math.min(oldest, tonumber(first))
          end
        end
        return {queues, messages, math.floor((now - oldest) * 1000000), groups, members}
        """),

    /**
     * Removes all keys that match a pattern, but those that start with a text, and gives how many.
     *
     * <p>ARGV pattern, text.
     */
    CLEAR("""
        local removed = {}
        for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
          if string.sub(key, 1, #ARGV[2]) ~= ARGV[2] then removed[#removed + 1] = key end
        end
        for i = 1, #removed, 5000 do
          redis.call('UNLINK', unpack(removed, i, math.min(i + 4999, #removed)))
        end
        return #removed
        """);

    private final String text;
    private final String digest;

    Script(String text) {
        this.text = text;
        this.digest = HexFormat.of().formatHex(sha1(text()));
    }

    /** Redis calls scripts by their SHA-1. */
    private static byte[] sha1(byte[] text) {
        try {
            return MessageDigest.getInstance("SHA-1").digest(text);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no SHA-1", e);
        }
    }

    byte[] text() {
        return text.getBytes(UTF_8);
    }

    byte[] digest() {
        return digest.getBytes(UTF_8);
    }
}
