package dev.towpath.bench.peers;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Does what a worker is told with a link: sends, receives, answers, asks. */
final class Work {
    /** The first byte of a message that ends the answering. */
    private static final byte LAST = 1;

    private static final long SETTLING_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(30);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(20);

    private Work() {}

    /**
     * Sends for some time, one by one or in batches.
     *
     * @return the share of its core that the thread had
     */
    static double send(List<Link> links, int bytes, int batch, long millis) throws Exception {
        byte[] message = new byte[bytes];
        List<byte[]> messages = Collections.nCopies(batch, message);
        CpuShare share = new CpuShare();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < links.size(); i++) {
                sendSome(links.get(i), message, messages, links.size() == 1 ? 256 : 1);
            }
        }
        return share.now();
    }

    private static void sendSome(Link link, byte[] message, List<byte[]> messages, int times) throws Exception {
        for (int i = 0; i < times; i++) {
            boolean sent = messages.size() == 1 ? link.offer(message) : link.offerAll(messages) > 0;
            if (!sent) {
                Thread.onSpinWait();
            }
        }
    }

    /**
     * Receives for some time and counts after a tenth of a second, then goes on until nothing comes any more.
     *
     * @return messages per second, and the share of its core that the thread had
     */
    static double[] receive(List<Link> links, int batch, long millis) throws Exception {
        long begin = System.nanoTime() + SETTLING_NANOS;
        receiveUntil(links, batch, begin);
        CpuShare share = new CpuShare();
        long began = System.nanoTime();
        long received = receiveUntil(links, batch, began + TimeUnit.MILLISECONDS.toNanos(millis));
        double seconds = (System.nanoTime() - began) / 1e9;
        double[] result = {received / seconds, share.now()};
        receiveRest(links);
        return result;
    }

    private static long receiveUntil(List<Link> links, int batch, long end) throws Exception {
        long received = 0;
        while (System.nanoTime() - end < 0) {
            for (int i = 0; i < links.size(); i++) {
                received += receiveSome(links.get(i), batch, links.size() == 1 ? 256 : 1);
            }
        }
        return received;
    }

    private static long receiveSome(Link link, int batch, int times) throws Exception {
        long received = 0;
        for (int i = 0; i < times; i++) {
            int polled = link.poll(batch);
            received += polled;
            if (polled == 0) {
                Thread.onSpinWait();
            }
        }
        return received;
    }

    private static void receiveRest(List<Link> links) throws Exception {
        long now = System.nanoTime();
        long giveUp = now + LONGEST_NANOS;
        long last = now + SETTLING_NANOS;
        while (now - last < QUIET_NANOS && now < giveUp) {
            boolean any = false;
            for (Link link : links) {
                any |= link.poll(64) > 0;
            }
            now = System.nanoTime();
            last = any ? Math.max(last, now) : last;
        }
    }

    /** Sends every message back until the last one comes. */
    static void answer(Link link, int bytes, boolean sleeping) throws Exception {
        byte[] message = new byte[bytes];
        int first;
        do {
            first = await(link, sleeping);
            push(link, message);
        } while (first != LAST);
    }

    /** Asks one question after the other; the times in nanoseconds. */
    static Histogram ask(Link link, int bytes, boolean sleeping, long millis) throws Exception {
        Histogram histogram = new Histogram(3);
        byte[] message = new byte[bytes];
        long now = System.nanoTime();
        long end = now + TimeUnit.MILLISECONDS.toNanos(millis);
        while (now - end < 0) {
            long asked = now;
            push(link, message);
            await(link, sleeping);
            now = System.nanoTime();
            histogram.recordValue(now - asked);
        }
        message[0] = LAST;
        push(link, message);
        await(link, sleeping);
        return histogram;
    }

    /** Asks at a fixed rate, and counts from when a question should have been asked. */
    static Histogram askAtRate(Link link, int bytes, boolean sleeping, long millis, int perSecond) throws Exception {
        Histogram histogram = new Histogram(3);
        byte[] message = new byte[bytes];
        long interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
        long due = System.nanoTime();
        long end = due + TimeUnit.MILLISECONDS.toNanos(millis);
        while (due - end < 0) {
            while (System.nanoTime() - due < 0) {
                Thread.onSpinWait();
            }
            push(link, message);
            await(link, sleeping);
            histogram.recordValue(System.nanoTime() - due);
            due += interval;
        }
        message[0] = LAST;
        push(link, message);
        await(link, sleeping);
        return histogram;
    }

    private static void push(Link link, byte[] message) throws Exception {
        while (!link.offer(message)) {
            Thread.onSpinWait();
        }
    }

    private static int await(Link link, boolean sleeping) throws Exception {
        if (sleeping) {
            return link.take();
        }
        int first = link.tryTake();
        while (first < 0) {
            Thread.onSpinWait();
            first = link.tryTake();
        }
        return first;
    }
}
