/** An example. */
module dev.towpath.example {
    requires dev.towpath;
    requires java.net.http;
    requires jdk.httpserver;
}
