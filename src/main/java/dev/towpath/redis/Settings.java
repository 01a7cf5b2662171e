package dev.towpath.redis;

import dev.towpath.CapacityRules;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Holds the options of a layer, as they were when it was opened. */
record Settings(
        List<ServerAddress> addresses,
        String prefix,
        Duration expiry,
        Duration groupExpiry,
        CapacityRules capacityRules,
        int maxMessageSize,
        List<String> encryptionKeys,
        int randomPrefixLength,
        RedisLayer.Serializer serializer,
        boolean hashed,
        Duration connectTimeout,
        Duration commandTimeout,
        Supplier<SSLSocketFactory> tls,
        @Nullable Login sentinelLogin,
        Runnable onReconnect) {

    /** How long a message may wait, as scripts want it: at least a millisecond. */
    byte[] expiryMillis() {
        return millis(expiry);
    }

    /** How long a membership lasts, as scripts want it. */
    byte[] groupExpiryMillis() {
        return millis(groupExpiry);
    }

    /** The score of the last message that has expired, at a moment of the server's clock. */
    double oldest(double now) {
        return now - expiry.toNanos() / 1e9;
    }

    private static byte[] millis(Duration duration) {
        return Keys.bytes(Long.toString(Math.max(1, duration.toMillis())));
    }
}
