package dev.towpath.shm;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** JVMs that have been started ahead, of each kind in turn, so that whoever is killed can be replaced at once. */
final class Understudies implements AutoCloseable {

    /** How many may be starting at once: more would take the processors from those who are at work. */
    private static final int STARTING = 2;

    private final Path directory;
    private final List<JvmKind> kinds;
    private final int wanted;
    private final Deque<PeerJvm> starting = new ArrayDeque<>();
    private final Deque<PeerJvm> ready = new ArrayDeque<>();
    private int started;

    Understudies(Path directory, List<JvmKind> kinds, int wanted) {
        this.directory = directory;
        this.kinds = kinds;
        this.wanted = wanted;
    }

    private void start() {
        JvmKind kind = kinds.get(started++ % kinds.size());
        starting.add(PeerJvm.start(kind, Peer.class, "understudy", directory));
    }

    /** Sees who is ready, and starts others; to be called again and again. */
    void tend() {
        for (PeerJvm peer = starting.peek(); peer != null && peer.hasSaid("understudy"); peer = starting.peek()) {
            peer.expect("understudy");
            ready.add(starting.remove());
        }
        while (starting.size() < STARTING && starting.size() + ready.size() < wanted) {
            start();
        }
    }

    /** Whether half of those who are wanted are ready. */
    boolean areEnough() {
        return 2 * ready.size() >= wanted;
    }

    /** Waits until all are ready. */
    void await() {
        while (ready.size() < wanted) {
            tend();
            if (!starting.isEmpty()) {
                starting.peek().expect("understudy");
                ready.add(starting.remove());
            }
        }
    }

    boolean isEmpty() {
        return ready.isEmpty();
    }

    /** Gives a part to the next one, waiting for it if need be. */
    PeerJvm enter(List<Object> arguments) {
        if (ready.isEmpty() && starting.isEmpty()) {
            start();
        }
        if (ready.isEmpty()) {
            starting.peek().expect("understudy");
            ready.add(starting.remove());
        }
        PeerJvm peer = ready.remove();
        peer.say(String.join("\t", arguments.stream().map(Object::toString).toList()));
        return peer;
    }

    @Override
    public void close() {
        starting.forEach(PeerJvm::close);
        ready.forEach(PeerJvm::close);
    }
}
