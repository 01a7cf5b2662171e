package dev.towpath.rabbitmq;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Objects;

/** Checks the address of a broker, without ever saying what is in it: there may be a password. */
final class BrokerUri {
    private BrokerUri() {}

    static URI require(String text) {
        Objects.requireNonNull(text, "uri");
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("bad uri: " + e.getReason() + " at character " + (e.getIndex() + 1));
        }
        String scheme = uri.getScheme();
        boolean known = "amqp".equalsIgnoreCase(scheme) || "amqps".equalsIgnoreCase(scheme);
        if (!known || uri.getHost() == null) {
            throw new IllegalArgumentException("bad uri: it must be amqp://host or amqps://host, with user, password,"
                    + " port and virtual host if need be");
        }
        return uri;
    }
}
