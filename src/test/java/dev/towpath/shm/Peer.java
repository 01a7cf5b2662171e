package dev.towpath.shm;

import dev.towpath.ChannelFullException;
import dev.towpath.Group;
import dev.towpath.Message;
import dev.towpath.Receiver;
import dev.towpath.Sender;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays one part in a JVM of its own: {@code part directory prefix capacity ...}.
 *
 * <p>Says "ready" and its slot when the layer is open. Parts without an end go on until a line comes in, then say
 * "done". A part after {@code pulsing file} has a {@link Pulse} beside it, which notes in that file. An {@code
 * understudy directory} loads all that a part needs, says so, and waits for a line that says which part it is, with
 * tabs between the arguments.
 */
final class Peer {

    static final Duration LONG = Duration.ofMinutes(2);

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int PARAMETERS = 4;

    private static volatile boolean stopping;

    private final SharedMemoryLayer layer;
    private final String[] arguments;
    private final Scanner input;

    private Peer(SharedMemoryLayer layer, String[] arguments, Scanner input) {
        this.layer = layer;
        this.arguments = arguments;
        this.input = input;
    }

    /** Opens the layer as all who take part do. */
    static SharedMemoryLayer open(Path directory, String prefix, int capacity) {
        return SharedMemoryLayer.builder(prefix)
                .directory(directory)
                .messageMemory(8 << 20)
                .groupMemory(256 << 10)
                .capacity(capacity)
                .expiry(Duration.ofMinutes(20))
                .open();
    }

    /** Plays a part. */
    public static void main(String[] arguments) throws Exception {
        Scanner input = new Scanner(System.in);
        if (arguments[0].equals("understudy")) {
            rehearse(Path.of(arguments[1]));
            System.out.println("understudy");
            play(input.nextLine().split("\t"), input);
        } else {
            play(arguments, input);
        }
    }

    /** Loads classes, in a region that nobody cares about. */
    private static void rehearse(Path directory) {
        try (SharedMemoryLayer layer = open(directory, "rehearsal", 10)) {
            layer.group("all").add("one");
            layer.group("all").send(new byte[1_000]);
            layer.tryReceive("one");
            layer.group("all").discard("one");
        }
    }

    private static void play(String[] arguments, Scanner input) throws Exception {
        if (arguments[0].equals("pulsing")) {
            String[] rest = Arrays.copyOfRange(arguments, 2, arguments.length);
            play(rest, input, layer -> Pulse.start(layer, Path.of(arguments[1])));
        } else {
            play(arguments, input, layer -> () -> {});
        }
    }

    private static void play(String[] arguments, Scanner input, Function<SharedMemoryLayer, AutoCloseable> beside)
            throws Exception {
        try (SharedMemoryLayer layer = open(Path.of(arguments[1]), arguments[2], Integer.parseInt(arguments[3]))) {
            Peer peer = new Peer(layer, arguments, input);
            System.out.println("ready " + slotOf(arguments[2]));
            AutoCloseable other = beside.apply(layer);
            peer.play();
            other.close();
            System.out.println("done");
        }
    }

    /** The slot of this process: its lock is left when it holds none of the dead, to sweep up after them. */
    private static String slotOf(String prefix) {
        Pattern lock = Pattern.compile(".*/" + Pattern.quote(prefix) + "@([0-9]+)\\.lock");
        while (true) {
            List<String> slots = System.getProperties().values().stream()
                    .map(value -> lock.matcher(value.toString()))
                    .filter(Matcher::matches)
                    .map(found -> found.group(1))
                    .toList();
            if (slots.size() == 1) {
                return slots.getFirst();
            }
            if (slots.isEmpty()) {
                throw new AssertionError("this process holds the lock of no slot");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private void play() throws InterruptedException {
        switch (arguments[0]) {
            case "produce" -> produce();
            case "broadcast" -> broadcast();
            case "consume" -> consume();
            case "drain" -> drain();
            case "visit" -> visit();
            case "compete" -> compete();
            case "churn" -> churn();
            case "fill" -> fill();
            case "echo" -> echo();
            case "echoInterrupted" -> echoInterrupted();
            case "ask" -> ask();
            case "member" -> member();
            case "spray" -> spray();
            case "idle" -> input.nextLine();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private String argument(int i) {
        return arguments[PARAMETERS + i];
    }

    private List<String> argumentsFrom(int i) {
        return List.of(arguments).subList(PARAMETERS + i, arguments.length);
    }

    /** A line is the sign to stop; if the parent has gone, there is nobody to say it to. */
    private void listen() {
        Thread.ofPlatform().daemon().start(() -> {
            if (input.hasNextLine()) {
                input.nextLine();
                stopping = true;
            } else {
                Runtime.getRuntime().halt(1);
            }
        });
    }

    /** Sends numbers in turn to all channels: number, journal, how many, channels. */
    private void produce() throws InterruptedException {
        listen();
        int number = Integer.parseInt(argument(0));
        Journal journal = Journal.open(Path.of(argument(1)));
        int count = Math.min(Journal.MOST, Integer.parseInt(argument(2)));
        List<Sender> senders = new ArrayList<>();
        for (String channel : argumentsFrom(3)) {
            senders.add(layer.sender(channel));
        }
        for (int i = 0; i < count && !stopping; i++) {
            byte[] payload = Stamp.payload(Stamp.of(number, i));
            journal.set(i, Ledger.ATTEMPTED);
            try {
                senders.get(i % senders.size()).send(payload, LONG);
                journal.set(i, Ledger.RETURNED + 1);
            } catch (ChannelFullException e) {
                journal.set(i, Ledger.RETURNED);
            }
        }
    }

    /** Sends numbers to a group: number, journal, how many, group. */
    private void broadcast() {
        listen();
        int number = Integer.parseInt(argument(0));
        Journal journal = Journal.open(Path.of(argument(1)));
        int count = Math.min(Journal.MOST, Integer.parseInt(argument(2)));
        Group group = layer.group(argument(3));
        for (int i = 0; i < count && !stopping; i++) {
            byte[] payload = Stamp.payload(Stamp.of(number, i));
            journal.set(i, Ledger.ATTEMPTED);
            int delivered = group.send(payload).delivered();
            journal.set(i, Ledger.RETURNED + delivered);
            if (delivered == 0) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Receives one by one until told to stop, then what is left: journal, channels. */
    private void consume() throws InterruptedException {
        listen();
        Journal journal = Journal.open(Path.of(argument(0)));
        List<String> channels = argumentsFrom(1);
        Receiver receiver = layer.receiver(channels);
        boolean last = false;
        while (!last && !journal.isFull()) {
            boolean mayBeLast = stopping;
            Message message = receiver.receive(SHORT);
            if (message != null) {
                journal.append(Ledger.receipt(Stamp.read(message.bytes()), channels.indexOf(message.channel())));
            }
            last = mayBeLast && message == null;
        }
    }

    /** Receives many at once until told to stop, then what is left: journal, channels. */
    private void drain() throws InterruptedException {
        listen();
        Journal journal = Journal.open(Path.of(argument(0)));
        List<String> channels = argumentsFrom(1);
        Receiver receiver = layer.receiver(channels);
        boolean last = false;
        while (!last && !journal.isFull()) {
            boolean mayBeLast = stopping;
            int drained = receiver.drain(
                    (channel, payload) -> journal.append(Ledger.receipt(
                            Stamp.read(payload.toArray(ValueLayout.JAVA_BYTE)), channels.indexOf(channel))),
                    5 * Ledger.DRAINED_AT_ONCE);
            last = mayBeLast && drained == 0;
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Joins and leaves the region again and again until told to stop, each time to be heard once. */
    private void visit() {
        listen();
        String mine = layer.newChannel("visit?");
        for (int i = 0; !stopping; i++) {
            try (SharedMemoryLayer another =
                    open(Path.of(arguments[1]), arguments[2], Integer.parseInt(arguments[3]))) {
                another.group(mine.replace('?', '.')).add(mine);
                another.group(mine.replace('?', '.')).send(Stamp.payload(Stamp.of(0, i)));
            }
            Message message = layer.tryReceive(mine);
            if (message == null || Stamp.read(message.bytes()) != Stamp.of(0, i)) {
                throw new AssertionError("what was sent on visit " + i + " has not come");
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        layer.group(mine.replace('?', '.')).discard(mine);
    }

    /** Makes, uses and leaves channels and memberships until told to stop. */
    private void churn() throws InterruptedException {
        listen();
        for (int i = 0; !stopping; i++) {
            String reply = layer.newChannel("reply?");
            Group group = layer.group("churn." + ThreadLocalRandom.current().nextInt(20));
            group.add(reply);
            long stamp = Stamp.of(0, i);
            Thread answer = Thread.ofVirtual().start(() -> layer.send(reply, Stamp.payload(stamp)));
            Message message = layer.receive(LONG, reply);
            if (message == null || Stamp.read(message.bytes()) != stamp) {
                throw new AssertionError("a wrong answer");
            }
            group.discard(reply);
            answer.join();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** For each line with a channel, sends until the channel has refused 100 times; says how many it took. */
    private void fill() {
        for (String channel = input.nextLine(); !channel.equals("stop"); channel = input.nextLine()) {
            int taken = 0;
            int refused = 0;
            while (refused < 100) {
                if (layer.trySend(channel, Stamp.payload(Stamp.of(0, taken)))) {
                    taken++;
                } else {
                    refused++;
                }
            }
            System.out.println(taken);
        }
    }

    /** Sends back what it receives: from, to, how many. */
    private void echo() throws InterruptedException {
        for (int i = 0; i < Integer.parseInt(argument(2)); i++) {
            layer.send(argument(1), layer.receive(argument(0)).bytes());
        }
    }

    /** Does the same, and is always interrupted when it sends. */
    private void echoInterrupted() throws InterruptedException {
        for (int i = 0; i < Integer.parseInt(argument(2)); i++) {
            byte[] payload = layer.receive(argument(0)).bytes();
            Thread.currentThread().interrupt();
            layer.send(argument(1), payload);
            if (!Thread.interrupted()) {
                throw new AssertionError("the interrupt is gone");
            }
        }
    }

    /**
     * Sends and receives as chance will have it, in rounds that all begin and end together and the first one clears up
     * after: number, how many processes, log, meeting, channel, calls in a round, rounds.
     */
    private void compete() {
        listen();
        int number = Integer.parseInt(argument(0));
        Meeting meeting = Meeting.open(Path.of(argument(3)), number, Integer.parseInt(argument(1)));
        CallLog log = new CallLog(Journal.open(Path.of(argument(2))));
        Sender sender = layer.sender(argument(4));
        Receiver receiver = layer.receiver(argument(4));
        int calls = Integer.parseInt(argument(5));
        int rounds = Integer.parseInt(argument(6));
        int sequence = 0;
        for (int round = 0; round < rounds && !log.isFull() && meeting.meet(); round++) {
            for (int i = 0; i < calls; i++) {
                if (ThreadLocalRandom.current().nextBoolean()) {
                    log.send(round, sender, Stamp.of(number, sequence++));
                } else {
                    log.receive(round, receiver);
                }
            }
            if (!meeting.meet()) {
                return;
            }
            while (number == 0 && log.receive(round, receiver)) {
                Thread.onSpinWait();
            }
        }
        meeting.end();
    }

    /** Asks for answers on channels that are this process's own: number, channel of questions, how many. */
    private void ask() throws InterruptedException {
        long number = Long.parseLong(argument(0));
        String first = layer.newProcessChannel("answers");
        String queue = first.substring(0, first.indexOf('!') + 1);
        Receiver receiver = layer.receiver(queue);
        Sender questions = layer.sender(argument(1));
        for (long i = 0; i < Long.parseLong(argument(2)); i++) {
            String reply = layer.newProcessChannel("answers");
            questions.send(layer.codec().encode(Map.of("n", number * i, "to", reply)), LONG);
            Message answer = receiver.receive(LONG);
            if (answer == null
                    || !answer.channel().equals(reply)
                    || !answer.map().get("n").equals(number * i)) {
                throw new AssertionError("asked for " + reply + " and got " + answer);
            }
        }
    }

    /** Joins a group with two channels of its own, and says how many messages came for each: group, how many. */
    private void member() throws InterruptedException {
        String one = layer.newProcessChannel("member");
        String queue = one.substring(0, one.indexOf('!') + 1);
        String other = layer.newChannel("member?");
        layer.group(argument(0)).add(one);
        layer.group(argument(0)).add(other);
        System.out.println("joined");
        int[] counts = new int[2];
        Receiver receiver = layer.receiver(queue, other);
        for (int i = 0; i < 2 * Integer.parseInt(argument(1)); i++) {
            Message message = receiver.receive();
            int which = message.channel().equals(one) ? 0 : 1;
            if (Stamp.sequence(Stamp.read(message.bytes())) != counts[which]++) {
                throw new AssertionError("out of order on " + message.channel());
            }
        }
        System.out.println(counts[0] + " and " + counts[1]);
    }

    /** Sends one message to each of many channels and many to one: prefix, how many, channel, how many. */
    private void spray() throws InterruptedException {
        for (int i = 0; i < Integer.parseInt(argument(1)); i++) {
            layer.send(argument(0) + i, Stamp.payload(Stamp.of(1, i), 40));
        }
        for (int i = 0; i < Integer.parseInt(argument(3)); i++) {
            layer.sender(argument(2)).send(Stamp.payload(Stamp.of(1, i), 40), LONG);
        }
    }
}
