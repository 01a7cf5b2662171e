/** The channel layer on Redis servers, which shares channels and groups with programs that use channels_redis. */
package dev.towpath.redis;
