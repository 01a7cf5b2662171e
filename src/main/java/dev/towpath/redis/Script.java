package dev.towpath.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Is a step that a server does as a whole.
 *
 * <p>All take the time from the server. A score is the second of 1970 at which a message was sent or a channel was
 * added, with fractions. Numbers are handed to commands as numbers, because Lua would round them in text.
 *
 * <p>What is counted for the layer is a hash, in which each figure has its name. What is counted for queues is a hash
 * for each figure and hour, in which each queue has its name: so one call counts for a queue, and no time to live has
 * to be set anew each time. Who counts the first in an hour takes over what was counted in the hour before. What cannot
 * be counted, because there is something else, is not.
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
     * <p>KEYS queue, statistics; ARGV expiry in ms, capacity, 1 if a refusal is to be counted, members…
     */
    SEND(Lua.COUNTING + """
        local expiry = ARGV[1] / 1000
        local waiting = call('ZCARD', KEYS[1])
        local expired = 0
        local score = now
        if waiting > 0 then
          expired = call('ZCOUNT', KEYS[1], '-inf', now - expiry)
          local last = tonumber(call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2])
          if last >= now and last < now + expiry then score = last + 0.000001 end
        end
        local room = tonumber(ARGV[2]) - waiting + expired
        local sent = 0
        while sent < room and sent + 4 <= #ARGV do
          call('ZADD', KEYS[1], score, ARGV[sent + 4])
          score = score + 0.000001
          sent = sent + 1
        end
        if expired > 0 then call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - expiry) end
        if sent > 0 then call('PEXPIRE', KEYS[1], ARGV[1]) end
        local full = (sent + 3 < #ARGV and ARGV[3] == '1') and 1 or 0
        count(KEYS[2], 'sent', sent)
        count(KEYS[2], 'full', full)
        count(KEYS[2], 'expired', expired)
        countOf(KEYS[1], KEYS[2], 'sent', sent)
        countOf(KEYS[1], KEYS[2], 'full', full)
        return sent
        """),

    /**
     * Takes the first message of the first queue that has one, and gives the number of the queue, the member and its
     * score; or 0.
     *
     * <p>KEYS queues…, statistics; ARGV expiry in ms.
     */
    TAKE(Lua.COUNTING + """
        local oldest = now - ARGV[1] / 1000
        local expired = 0
        local taken = {0}
        for i = 1, #KEYS - 1 do
          local m = call('ZPOPMIN', KEYS[i])
          if m[1] and tonumber(m[2]) <= oldest then
            expired = expired + 1 + call('ZREMRANGEBYSCORE', KEYS[i], '-inf', oldest)
            m = call('ZPOPMIN', KEYS[i])
          end
          if m[1] then
            taken = {i, m[1], m[2]}
            break
          end
        end
        count(KEYS[#KEYS], 'expired', expired)
        return taken
        """),

    /**
     * Takes so many messages of some queues, the first queue first, and gives the number of each queue that had any,
     * followed by its members, each followed by its score. A queue that is something else is an error, unless there are
     * messages that would be lost with it; then those of the queues before it are all.
     *
     * <p>KEYS queues…, statistics; ARGV expiry in ms, how many.
     */
    DRAIN(Lua.COUNTING + """
        local oldest = now - ARGV[1] / 1000
        local left, expired = tonumber(ARGV[2]), 0
        local taken = {}
        for i = 1, #KEYS - 1 do
          if left == 0 then break end
          local dead = redis.pcall('ZREMRANGEBYSCORE', KEYS[i], '-inf', oldest)
          if type(dead) ~= 'number' then
            if #taken == 0 then taken = dead end
            break
          end
          expired = expired + dead
          local some = call('ZPOPMIN', KEYS[i], left)
          if #some > 0 then
            left = left - #some / 2
            taken[#taken + 1] = i
            taken[#taken + 1] = some
          end
        end
        count(KEYS[#KEYS], 'expired', expired)
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
     * <p>KEYS statistics.
     */
    COUNT_EXPIRED(Lua.COUNTING + """
        count(KEYS[1], 'expired', 1)
        return 1
        """),

    /**
     * Sends a message to several queues, and gives the numbers of those that are full, or are something else. The start
     * of all members is the same and travels once; so are their random bytes, which need to differ in one queue only.
     *
     * <p>A server needs most of a microsecond for each call, and a call for each queue is a thousand. So nothing more
     * is asked of a queue whose messages have all been sent within the last expiry, which one call tells; numbers are
     * made text once, names of hashes likewise; and what is the same for queues that follow each other is said once.
     *
     * <p>KEYS statistics, queues…; ARGV expiry in ms, start, then for queues that follow each other: how many they are,
     * capacity, number of names, and the end for each.
     */
    SEND_TO_GROUP(Lua.COUNTING + """
        local expiry, start = ARGV[1], ARGV[2]
        local score = string.format('%.17g', now)
        local oldest = string.format('%.17g', now - expiry / 1000)
        local alive, before = '(' .. oldest, '(' .. score
        local counts = countsOf(KEYS[1], 'sent')
        local sent, refused, expired = 0, 0, 0
        local full = {}
        local capacity, names, namesText

        local function send(queue, ending)
          local waiting = redis.pcall('ZCARD', queue)
          if type(waiting) ~= 'number' then return false end
          local own, dead = score, 0
          if waiting > 0 and call('ZCOUNT', queue, alive, before) < waiting then
            dead = call('ZCOUNT', queue, '-inf', oldest)
            local last = tonumber(call('ZREVRANGE', queue, 0, 0, 'WITHSCORES')[2])
            if last >= now and last < now + expiry / 1000 then own = last + 0.000001 end
          end
          if waiting - dead >= capacity then return false end
          call('ZADD', queue, own, start .. ending)
          call('PEXPIRE', queue, expiry)
          if dead > 0 then expired = expired + call('ZREMRANGEBYSCORE', queue, '-inf', oldest) end
          local name = nameOf(queue)
          if redis.pcall('HINCRBY', counts.this, name, namesText) == names then takeOver(counts, name) end
          return true
        end

        local i, a = 2, 3
        while i <= #KEYS do
          local alike = ARGV[a]
          capacity, names, namesText = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), ARGV[a + 2]
          for k = a + 3, a + 2 + alike do
            if send(KEYS[i], ARGV[k]) then
              sent = sent + names
            else
              full[#full + 1] = i - 1
              refused = refused + names
            end
            i = i + 1
          end
          a = a + 3 + alike
        end
        count(KEYS[1], 'sent', sent)
        count(KEYS[1], 'groupfull', refused)
        count(KEYS[1], 'expired', expired)
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
     * Gives how many members a group has.
     *
     * <p>KEYS group; ARGV group expiry in ms.
     */
    COUNT_MEMBERS("""
        local t = redis.call('TIME')
        local alive = string.format('(%.17g', t[1] + t[2] / 1000000 - ARGV[1] / 1000)
        return redis.call('ZCOUNT', KEYS[1], alive, '+inf')
        """),

    /**
     * Gives what has been sent to a queue, how often a sender was refused, what waits, and for how many microseconds
     * the oldest has.
     *
     * <p>KEYS queue, statistics; ARGV expiry in ms.
     */
    LOOK(Lua.COUNTING + """
        local alive = string.format('(%.17g', now - ARGV[1] / 1000)
        local oldest = call('ZRANGEBYSCORE', KEYS[1], alive, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2]
        return {
          countedOf(KEYS[1], KEYS[2], 'sent'),
          countedOf(KEYS[1], KEYS[2], 'full'),
          call('ZCOUNT', KEYS[1], alive, '+inf'),
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

    /** What several scripts begin with. */
    private static final class Lua {
        /**
         * Takes the time, and counts for the layer and for queues.
         *
         * <p>The hash of an hour gets its time to live whenever a queue is new in it: the last in that hour, so that it
         * stays until the next is over.
         */
        static final String COUNTING = """
                local call = redis.call
                local t = call('TIME')
                local now = t[1] + t[2] / 1000000
                local hour = math.floor(t[1] / 3600)
                local thisHour, lastHour = ':' .. hour, ':' .. hour - 1

                local function count(statistics, what, number)
                  if number == 0 then return end
                  redis.pcall('HINCRBY', statistics, what, number)
                  redis.pcall('EXPIRE', statistics, 86400)
                end

                local function nameOf(queue)
                  local mark = string.find(queue, '?', 1, true)
                  return mark and string.sub(queue, 1, mark) or queue
                end

                local function countsOf(statistics, what)
                  local counts = statistics .. ':' .. what
                  return {this = counts .. thisHour, last = counts .. lastHour}
                end

                local function countedOf(queue, statistics, what)
                  local counts, name = countsOf(statistics, what), nameOf(queue)
                  return tonumber(call('HGET', counts.this, name) or call('HGET', counts.last, name) or 0)
                end

                local function takeOver(counts, name)
                  local before = redis.pcall('HGET', counts.last, name)
                  if type(before) == 'string' then redis.pcall('HINCRBY', counts.this, name, before) end
                  redis.pcall('EXPIRE', counts.this, 7200)
                end

                local function countOf(queue, statistics, what, number)
                  if number == 0 then return end
                  local counts, name = countsOf(statistics, what), nameOf(queue)
                  if redis.pcall('HINCRBY', counts.this, name, number) == number then takeOver(counts, name) end
                end

                """;
    }

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
