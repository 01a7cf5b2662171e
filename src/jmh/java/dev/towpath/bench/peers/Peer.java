package dev.towpath.bench.peers;

/** Names what is compared, and says what each cannot do. */
enum Peer {
    /** This library. */
    TOWPATH("Towpath", ""),
    /** Aeron with one writer to a stream. */
    AERON("Aeron IPC exclusive", "names, capacity error, expiry, groups, competing consumers, several writers"),
    /** Aeron with many writers to a stream. */
    AERON_CONCURRENT("Aeron IPC concurrent", "names, capacity error, expiry, groups, competing consumers"),
    /** Chronicle Queue. */
    CHRONICLE("Chronicle Queue", "capacity error, expiry, groups, competing consumers; keeps what was read"),
    /** ZeroMQ in Java. */
    JEROMQ("JeroMQ ipc", "names, expiry, groups; a death loses what waits"),
    /** A bare socket. */
    SOCKET("Unix-domain socket", "names, capacity error, expiry, groups, competing consumers"),
    /** Redis lists. */
    REDIS("Redis lists", "capacity error, expiry, groups"),
    /** RabbitMQ queues, without asking whether a message has arrived in one. */
    RABBITMQ("RabbitMQ, unconfirmed", "capacity error"),
    /** RabbitMQ queues, where the server confirms, or refuses, what is sent at once. */
    RABBITMQ_CONFIRMED("RabbitMQ, confirmed", "");

    private final String title;
    private final String lacks;

    Peer(String title, String lacks) {
        this.title = title;
        this.lacks = lacks;
    }

    String title() {
        return title;
    }

    /** What it lacks of what a channel layer has; empty if nothing. */
    String lacks() {
        return lacks;
    }

    /** Whether each round gets a connection of its own, because the peer keeps everything that was sent. */
    boolean isFreshEachRound() {
        return this == CHRONICLE;
    }

    /** Whether its threads wait for a server, so that their share of a core says nothing of disturbances. */
    boolean hasServer() {
        return this == REDIS || this == RABBITMQ || this == RABBITMQ_CONFIRMED;
    }

    /** Whether it takes part in the quick mode. */
    boolean isQuick() {
        return this != AERON_CONCURRENT && this != JEROMQ;
    }

    /** Opens one end. */
    Link open(Endpoint endpoint) throws Exception {
        return switch (this) {
            case TOWPATH -> new TowpathLink(endpoint);
            case AERON -> new AeronLink(endpoint, true);
            case AERON_CONCURRENT -> new AeronLink(endpoint, false);
            case CHRONICLE -> new ChronicleLink(endpoint);
            case JEROMQ -> new JeroMqLink(endpoint);
            case SOCKET -> new SocketLink(endpoint);
            case REDIS -> new RedisLink(endpoint);
            case RABBITMQ -> new RabbitLink(endpoint, false);
            case RABBITMQ_CONFIRMED -> new RabbitLink(endpoint, true);
        };
    }
}
