package dev.towpath.redis;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/**
 * Says where a server is and how to log in there, as the URI does that it comes from.
 *
 * @param uri the URI, without user and password
 * @param hosts the server; or with a master's name, the sentinels that know it; none for a Unix socket
 * @param masterName the name under which the sentinels know the server, if they are to be asked
 * @param socket the path of a Unix socket, if it is one
 * @param tls whether the connections are encrypted, to the server and to the sentinels
 * @param user the user, if not the default one
 * @param password the password, if one is needed
 * @param database the number of the database
 */
record ServerAddress(
        URI uri,
        List<HostAndPort> hosts,
        @Nullable String masterName,
        @Nullable Path socket,
        boolean tls,
        @Nullable String user,
        @Nullable String password,
        int database) {
    private static final String RULE = "it must be redis://[user:password@]host[:port][/database], the same with"
            + " rediss:// for TLS, unix:///path[?db=number], or"
            + " redis-sentinel:// or, for TLS, rediss-sentinel://[user:password@]host[:port][,host[:port]…][/database]"
            + "#master";
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    /** Reads a URI. */
    static ServerAddress of(String text) {
        Objects.requireNonNull(text, "uri");
        try {
            URI uri = URI.create(text);
            return switch (String.valueOf(uri.getScheme())) {
                case "redis", "rediss" -> network(uri, PORT, null);
                case "redis-sentinel", "rediss-sentinel" ->
                    network(uri, SENTINEL_PORT, Objects.requireNonNull(uri.getFragment()));
                case "unix" -> unix(uri);
                default -> throw new IllegalArgumentException("unknown scheme");
            };
        } catch (IllegalArgumentException | NullPointerException e) {
            String shown = text.replaceFirst("//[^/]*@", "//…@");
            throw new IllegalArgumentException("bad uri \"" + shown + "\": " + RULE, e);
        }
    }

    private static ServerAddress network(URI uri, int defaultPort, @Nullable String masterName) {
        String authority = Objects.requireNonNull(uri.getRawAuthority());
        int at = authority.lastIndexOf('@');
        List<HostAndPort> hosts = Arrays.stream(authority.substring(at + 1).split(",", -1))
                .map(host -> hostAndPort(host, defaultPort))
                .toList();
        if (masterName == null && hosts.size() > 1) {
            throw new IllegalArgumentException("more than one host");
        }
        String path = uri.getPath().replaceFirst("^/", "");
        int database = path.isEmpty() ? 0 : database(path);
        return new ServerAddress(
                withoutUser(uri, authority, at),
                hosts,
                masterName,
                null,
                uri.getScheme().startsWith("rediss"),
                user(authority, at),
                password(authority, at),
                database);
    }

    private static ServerAddress unix(URI uri) {
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        int at = authority.lastIndexOf('@');
        if (at + 1 < authority.length() || uri.getPath().isEmpty()) {
            throw new IllegalArgumentException("no path");
        }
        String query = uri.getQuery();
        int database = query == null ? 0 : database(query.replaceFirst("^db=", ""));
        return new ServerAddress(
                withoutUser(uri, authority, at),
                List.of(),
                null,
                Path.of(uri.getPath()),
                false,
                user(authority, at),
                password(authority, at),
                database);
    }

    private static HostAndPort hostAndPort(String text, int defaultPort) {
        int colon = text.lastIndexOf(':');
        boolean hasPort = colon > text.lastIndexOf(']');
        String host = hasPort ? text.substring(0, colon) : text;
        int port = hasPort ? Integer.parseInt(text.substring(colon + 1)) : defaultPort;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("bad port");
        }
        return new HostAndPort(host.isEmpty() ? "localhost" : host.replaceAll("^\\[|]$", ""), port);
    }

    private static int database(String number) {
        int database = Integer.parseInt(number);
        if (database < 0) {
            throw new IllegalArgumentException("bad database");
        }
        return database;
    }

    private static @Nullable String user(String authority, int at) {
        String login = authority.substring(0, Math.max(at, 0));
        int colon = login.indexOf(':');
        return colon <= 0 ? null : decoded(login.substring(0, colon));
    }

    /** What follows the first colon; or all, where there is none. */
    private static @Nullable String password(String authority, int at) {
        return at <= 0
                ? null
                : decoded(authority.substring(authority.substring(0, at).indexOf(':') + 1, at));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static URI withoutUser(URI uri, String authority, int at) {
        return at < 0 ? uri : URI.create(uri.toString().replace(authority.substring(0, at + 1), ""));
    }

    @Override
    public String toString() {
        return uri.toString();
    }
}
