package dev.towpath.shm;

import dev.towpath.ChannelFullException;
import dev.towpath.ChannelLayerException;
import dev.towpath.shm.store.Corruptor;
import dev.towpath.shm.store.MappedRegion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * Uses damaged regions in a JVM of its own: for each case the same region is put back, damaged by the numbers of the
 * seed and the case, before it is opened, between operations, or all the time; and whatever happens must be a result or
 * an exception of the API.
 *
 * <p>Prints a line for each case that fails, and a summary.
 */
public final class HostileCases {

    /** The beginning of a line about a case that went wrong. */
    static final String FAILED = "FAILED ";

    static final String PREFIX = "hostile";

    private static final long SPREAD = 0x9E3779B97F4A7C15L;
    private static final long MOST_CASE_NANOS =
            TimeUnit.SECONDS.toNanos(Integer.getInteger("towpath.case.seconds", 60));
    private static final long STRIDE = 2_741; // a prime
    private static final int MOST_FAILURES = 20;
    private static final int OPERATIONS = 6;

    private final Path directory;
    private final long seed;
    private final long[] sound;
    private final BackgroundErrors background = new BackgroundErrors();
    private final Map<String, Integer> outcomes = new TreeMap<>();
    private final Map<String, Integer> failures = new HashMap<>();
    private MappedRegion region;
    private Corruptor corruptor;
    private volatile long caseBegan = System.nanoTime();
    private volatile String current = "";

    private HostileCases(Path directory, long seed) throws Exception {
        this.directory = directory;
        this.seed = seed;
        HostileUse.fill(builder());
        region = MappedRegion.open(directory, PREFIX);
        HostileUse.plantDead(region);
        sound = region.save();
        corruptor = new Corruptor(region);
        Thread.ofPlatform().daemon().name("watchdog").start(this::watch);
    }

    /**
     * Runs cases.
     *
     * @param arguments directory, seed, first case, end of cases
     */
    public static void main(String[] arguments) throws Exception {
        HostileCases cases = new HostileCases(Path.of(arguments[0]), Long.parseLong(arguments[1]));
        int from = Integer.parseInt(arguments[2]);
        int to = Integer.parseInt(arguments[3]);
        int done = 0;
        for (int number = from; number < to && cases.failures.size() < MOST_FAILURES; number++) {
            cases.run(number);
            done++;
        }
        System.out.println("cases " + done + ", failed "
                + cases.failures.values().stream().mapToInt(Integer::intValue).sum());
        cases.outcomes.forEach((what, count) -> System.out.println("  " + count + " " + what));
        System.exit(0);
    }

    private SharedMemoryLayer.Builder builder() {
        return SharedMemoryLayer.builder(PREFIX)
                .directory(directory)
                .messageMemory(400 << 10)
                .groupMemory(8 << 10)
                .capacity(10);
    }

    /** Tells where a case hangs, and ends this JVM. */
    private void watch() {
        while (true) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
            if (System.nanoTime() - caseBegan > MOST_CASE_NANOS) {
                StringBuilder text = new StringBuilder(FAILED + current + ": it hangs");
                Thread.getAllStackTraces().forEach((thread, stack) -> {
                    if (Arrays.toString(stack).contains("towpath")) {
                        text.append(" | ").append(thread.getName()).append(' ').append(Arrays.toString(stack));
                    }
                });
                System.out.println(text);
                Runtime.getRuntime().halt(1);
            }
        }
    }

    private void run(int number) throws IOException {
        SplittableRandom random = new SplittableRandom(seed + number * SPREAD);
        restore();
        int moment = random.nextInt(4);
        current = "seed " + seed + " case " + number;
        caseBegan = System.nanoTime();
        if (number % 50 == 49) {
            useUndamaged(random);
            return;
        }
        if (moment < 2) {
            damage(number, random);
        }
        try (Meddler meddler = new Meddler(random.split())) {
            if (moment == 3) {
                meddler.begin();
            }
            use(number, random, moment == 2);
        }
        background.failure().ifPresent(error -> fail("in the background", error));
    }

    private void damage(int number, RandomGenerator random) {
        boolean targeted = number % 2 == 0;
        current += ", " + (targeted ? corruptor.damageOne(pair(number), random) : corruptor.damageAny(random));
    }

    /** Goes through all pairs before it comes back to the first, in an order that does not follow theirs. */
    private int pair(int number) {
        return (int) Math.floorMod((seed + number / 2) * STRIDE, (long) corruptor.pairs());
    }

    private void restore() throws IOException {
        if (!region.isInPlace()) {
            region.close();
            SharedMemoryLayer.delete(directory, PREFIX);
            builder().open().close();
            region = MappedRegion.open(directory, PREFIX);
            region.restore(sound);
            corruptor = new Corruptor(region);
        }
        region.restore(sound);
    }

    /** Opens a layer on the damaged region, or before it is damaged, uses it, closes it and looks at what is left. */
    private void use(int number, SplittableRandom random, boolean damageLater) {
        SharedMemoryLayer layer = null;
        try {
            layer = builder().evictOnExpiry(random.nextBoolean()).open();
            note("opened");
        } catch (Throwable e) {
            judge("open", e);
        }
        if (damageLater) {
            damage(number, random);
        }
        HostileUse use = new HostileUse(directory, layer, random);
        for (int i = 0; i < OPERATIONS && layer != null; i++) {
            attempt(use.choose(), use::act);
        }
        if (layer != null) {
            attempt("close", layer::close);
        }
        attempt("check", use::check);
    }

    /** What may fail. */
    private interface Action {
        void run() throws Exception;
    }

    private void attempt(String name, Action action) {
        try {
            action.run();
            note("done");
        } catch (Throwable e) {
            judge(name, e);
        }
    }

    /** Sees that without damage everything works, so that the cases mean something. */
    private void useUndamaged(SplittableRandom random) {
        try (SharedMemoryLayer layer = builder().open()) {
            HostileUse use = new HostileUse(directory, layer, random);
            for (int i = 0; i < OPERATIONS; i++) {
                current += ", " + use.choose();
                use.act();
            }
            note("undamaged");
        } catch (ChannelFullException e) {
            note("undamaged and full");
        } catch (Throwable e) {
            fail("undamaged", e);
        }
        RegionCheck check = RegionCheck.of(directory, PREFIX);
        if (!check.isClean()) {
            fail("undamaged", new AssertionError(check.toString()));
        }
        background.failure().ifPresent(error -> fail("in the background", error));
    }

    private void note(String outcome) {
        outcomes.merge(outcome, 1, Integer::sum);
    }

    private void judge(String operation, Throwable e) {
        boolean corrupted = e instanceof RegionCorruptedException;
        if (corrupted && !String.valueOf(e.getMessage()).contains("SharedMemoryLayer.delete")) {
            fail(operation + " does not say how to go on", e);
        } else if (e instanceof ChannelLayerException) {
            note(e.getClass().getSimpleName());
        } else {
            fail(operation, e);
        }
    }

    /** Reports the first case for each place of failure. */
    private void fail(String operation, Throwable e) {
        String kind = operation + " " + e.getClass().getName() + place(e);
        if (failures.merge(kind, 1, Integer::sum) == 1) {
            List<String> frames = new ArrayList<>();
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                frames.add(cause.toString());
                Arrays.stream(cause.getStackTrace()).limit(12).forEach(frame -> frames.add(frame.toString()));
            }
            System.out.println(FAILED + current + ": " + operation + ": " + String.join(" | ", frames));
        }
    }

    private static String place(Throwable e) {
        return Arrays.stream(e.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("dev.towpath"))
                .limit(2)
                .toList()
                .toString();
    }

    /** Damages the region all the time, while it is used. */
    private final class Meddler implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final Thread thread;

        Meddler(SplittableRandom random) {
            thread = Thread.ofPlatform().daemon().unstarted(() -> {
                while (!over.get()) {
                    corruptor.damageOne(random.nextInt(corruptor.pairs()), random);
                    LockSupport.parkNanos(random.nextInt(100_000));
                }
            });
        }

        void begin() {
            current += ", all the time";
            thread.start();
        }

        @Override
        public void close() {
            over.set(true);
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
