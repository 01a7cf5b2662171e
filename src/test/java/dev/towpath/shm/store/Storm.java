package dev.towpath.shm.store;

import java.util.List;
import java.util.Random;

/** Performs operations in a random order, on few channels and one group, so that all are used again and again. */
final class Storm {

    static final List<String> CHANNELS = List.of("c", "d", "v", "w", "x");

    private static final List<String> MEMBERS = List.of("c", "d", Tally.UNCERTAIN);
    private static final int[] LENGTHS = {200, 200, 300, 1_000};

    private final Client client;
    private final Random random;

    Storm(Client client, Random random) {
        this.client = client;
        this.random = random;
    }

    void rage(int operations) {
        for (int i = 0; i < operations; i++) {
            perform(random.nextInt(100));
        }
    }

    private void perform(int dice) {
        String channel = any(CHANNELS);
        if (dice < 35) {
            client.send(channel, LENGTHS[random.nextInt(LENGTHS.length)]);
        } else if (dice < 65) {
            client.receive(channel);
        } else if (dice < 70) {
            client.drain(channel);
        } else if (dice < 75) {
            client.delete(channel);
        } else if (dice < 82) {
            client.sendToGroup(MEMBERS, LENGTHS[random.nextInt(LENGTHS.length)]);
        } else if (dice < 88) {
            client.add(any(MEMBERS));
        } else if (dice < 95) {
            client.discard(any(MEMBERS));
        } else {
            client.list();
        }
    }

    private String any(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }
}
