package dev.towpath.redis;

import redis.clients.jedis.exceptions.JedisDataException;

/** Says that a server did nothing because its memory is used up; the API has an exception for each place. */
final class ServerMemoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ServerMemoryException(JedisDataException refusal) {
        super(refusal.getMessage(), refusal);
    }
}
