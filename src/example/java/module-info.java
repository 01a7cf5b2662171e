/** An example: a web gateway and its workers, each a JVM of its own, joined only by a channel layer. */
module dev.towpath.example {
    requires dev.towpath;
    requires java.net.http;
    requires jdk.httpserver;
}
