package dev.towpath.bench.peers;

import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sends and receives as fast as it goes. */
final class Work {
    private static final long SETTLING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(30);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final int STEPS = 256;

    private Work() {}

    /**
     * Sends for some time.
     *
     * @return the share of its core that the thread had
     */
    static double send(List<Link> links, Traffic traffic, long millis) throws Exception {
        int steps = stepsFor(links);
        CpuShare share = new CpuShare();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() - end < 0) {
            for (Link link : links) {
                for (int i = 0; i < steps; i++) {
                    if (!traffic.send(link)) {
                        Thread.onSpinWait();
                    }
                }
            }
        }
        return share.now();
    }

    /**
     * Receives for some time and counts after a tenth of a second, then goes on until nothing comes any more.
     *
     * @return messages per second, and the share of its core that the thread had
     */
    static double[] receive(List<Link> links, Traffic traffic, long millis) throws Exception {
        receiveUntil(links, traffic, System.nanoTime() + SETTLING_NANOS);
        CpuShare share = new CpuShare();
        long began = System.nanoTime();
        long received = receiveUntil(links, traffic, began + TimeUnit.MILLISECONDS.toNanos(millis));
        double seconds = (System.nanoTime() - began) / 1e9;
        double[] result = {received / seconds, share.now()};
        receiveRest(links, traffic);
        return result;
    }

    private static long receiveUntil(List<Link> links, Traffic traffic, long end) throws Exception {
        int steps = stepsFor(links);
        long received = 0;
        while (System.nanoTime() - end < 0) {
            for (Link link : links) {
                for (int i = 0; i < steps; i++) {
                    int more = traffic.receive(link);
                    received += more;
                    if (more == 0) {
                        Thread.onSpinWait();
                    }
                }
            }
        }
        return received;
    }

    /** With one link the clock is read seldom; several are served in turn. */
    private static int stepsFor(List<Link> links) {
        return links.size() == 1 ? STEPS : 1;
    }

    private static void receiveRest(List<Link> links, Traffic traffic) throws Exception {
        long now = System.nanoTime();
        long giveUp = now + LONGEST_NANOS;
        long last = now + SETTLING_NANOS;
        while (now - last < QUIET_NANOS && now < giveUp) {
            boolean any = false;
            for (Link link : links) {
                any |= traffic.receive(link) > 0;
            }
            now = System.nanoTime();
            last = any ? Math.max(last, now) : last;
        }
    }
}
