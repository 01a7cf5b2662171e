package dev.towpath.bench.peers;

import java.nio.file.Path;

/**
 * Says where one end of a connection is.
 *
 * @param folder a folder in memory that belongs to the connection
 * @param number which of several connections in this folder
 * @param left whether this is the left end, which is opened first
 * @param bytes the length of its messages
 * @param sleeping whether the ends wait asleep
 */
record Endpoint(Path folder, int number, boolean left, int bytes, boolean sleeping) {

    /** What both ends call the way from left to right, or the way back. */
    String way(boolean there) {
        return (there ? "there" : "back") + number;
    }

    /** The way on which this end sends. */
    String out() {
        return way(left);
    }

    /** The way on which this end receives. */
    String in() {
        return way(!left);
    }

    /** A name that no other run uses. */
    String unique() {
        return folder.getFileName().toString();
    }
}
