package dev.towpath.shm;

import dev.towpath.CapacityRules;
import dev.towpath.shm.store.Mailbox;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Remembers the mailboxes of names that were used lately, so that sending by name costs little more than by handle.
 *
 * <p>When too many names have come by, all are forgotten: reply channels come once and never again. Thread-safe.
 */
final class Addresses {

    private static final int MOST = 8_192;

    private final CapacityRules capacityRules;
    private final ConcurrentMap<String, Mailbox> mailboxes = new ConcurrentHashMap<>();

    Addresses(CapacityRules capacityRules) {
        this.capacityRules = capacityRules;
    }

    /** Gives the mailbox of a valid name. */
    Mailbox of(String fullName) {
        Mailbox known = mailboxes.get(fullName);
        if (known != null) {
            return known;
        }
        Mailbox mailbox = Mailbox.of(fullName.getBytes(StandardCharsets.US_ASCII), capacityRules.capacityOf(fullName));
        if (mailboxes.size() >= MOST) {
            mailboxes.clear();
        }
        Mailbox earlier = mailboxes.putIfAbsent(fullName, mailbox);
        return earlier != null ? earlier : mailbox;
    }
}
