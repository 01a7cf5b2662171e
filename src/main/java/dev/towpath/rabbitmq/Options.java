package dev.towpath.rabbitmq;

import dev.towpath.CapacityRules;
import java.net.URI;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** What a layer is opened with. */
record Options(
        URI uri,
        @Nullable SSLContext sslContext,
        Duration connectTimeout,
        Duration commandTimeout,
        Duration expiry,
        Duration groupExpiry,
        CapacityRules capacityRules,
        int maxMessageSize,
        int windowSize,
        int remoteCapacity,
        String groupsExchange,
        String queuePrefix) {}
