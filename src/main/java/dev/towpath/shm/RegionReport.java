package dev.towpath.shm;

import dev.towpath.shm.store.Inspection;
import dev.towpath.shm.store.Survey;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes for people what an inspection of a region has found. */
final class RegionReport {

    private static final List<String> STATES =
            List.of("free", "allocated", "linking", "queued", "part", "covered", "claimed", "(none)");
    private static final double MILLIS_PER_SECOND = 1_000;

    private final Inspection inspection;
    private final int most;
    private final StringBuilder text = new StringBuilder();

    RegionReport(Inspection inspection, int most) {
        this.inspection = inspection;
        this.most = most;
    }

    String text() {
        Survey survey = inspection.survey();
        line(String.format(
                Locale.ROOT,
                "%s: %,d bytes, %,d for messages and %,d for groups; made %s ago",
                inspection.path(),
                inspection.sizeBytes(),
                inspection.messageMemoryBytes(),
                inspection.groupMemoryBytes(),
                seconds(inspection.ageMillis())));
        list("participants", survey.participants(), this::participant, Integer.MAX_VALUE);
        list("channels", survey.channels(), this::channel, most);
        list("groups", survey.groups(), group -> name(group.name()) + ": " + group.members() + " members", most);
        blocks(survey);
        list("unfinished", inspection.unfinished(), Function.identity(), most);
        list("damage", inspection.damage(), Function.identity(), most);
        return text.toString();
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private <T> void list(String what, List<T> rows, Function<T, String> describe, int limit) {
        line(what + ": " + rows.size());
        rows.stream().limit(limit).forEach(row -> line("  " + describe.apply(row)));
        if (rows.size() > limit) {
            line("  and " + (rows.size() - limit) + " more");
        }
    }

    private String participant(Survey.Participant who) {
        return String.format(
                Locale.ROOT,
                "slot %d: process %d, %s, joined %s ago; holds %d blocks, %d records, %d slabs",
                who.slot(),
                who.process(),
                who.alive() ? who.sleeping() ? "alive, asleep" : "alive" : "dead and not recovered yet",
                seconds(inspection.ageMillis() - who.joinedAtMillis()),
                who.blocks(),
                who.records(),
                who.slabs());
    }

    private String channel(Survey.ChannelRow channel) {
        StringBuilder row = new StringBuilder(name(channel.name()));
        row.append(": ").append(channel.pending()).append(" waiting, ");
        row.append(channel.accepted()).append(" accepted, ");
        row.append(channel.refused()).append(" refused");
        if (channel.oldestDeadlineMillis() >= 0) {
            long left = channel.oldestDeadlineMillis() - inspection.ageMillis();
            row.append(left > 0 ? "; the oldest expires in " + seconds(left) : "; the oldest has expired");
        }
        appendSlots(row, "; receivers wait: ", channel.receivers());
        appendSlots(row, "; senders wait: ", channel.senders());
        return row.toString();
    }

    /** A bit stands for the slots that have its number modulo 64; those who have joined are meant. */
    private void appendSlots(StringBuilder row, String what, long bits) {
        if (bits != 0) {
            List<Integer> slots = new ArrayList<>();
            for (Survey.Participant who : inspection.survey().participants()) {
                if ((bits & 1L << who.slot()) != 0) {
                    slots.add(who.slot());
                }
            }
            row.append(what).append("slots ").append(slots);
        }
    }

    private static String name(@Nullable Name name) {
        return name == null ? "(unreadable name)" : name.toString();
    }

    private void blocks(Survey survey) {
        int slabs = 0;
        for (int cut : survey.cuts()) {
            slabs += cut;
        }
        int busy = survey.cuts().get(BlockArena.SIZE_CLASSES);
        line("slabs: " + slabs + ", of which " + busy + " are being cut; payloads that are shared: "
                + survey.fanOuts());
        for (int sizeClass = 0; sizeClass < BlockArena.SIZE_CLASSES; sizeClass++) {
            List<String> counts = new ArrayList<>();
            for (int state = 0; state < Survey.BLOCK_STATES; state++) {
                long count = survey.blocks().get(sizeClass).get(state);
                if (count > 0 && state != BlockArena.COVERED) {
                    counts.add(count + " " + STATES.get(state));
                }
            }
            if (!counts.isEmpty()) {
                line("  blocks of " + BlockArena.blockBytes(sizeClass) + " bytes: " + String.join(", ", counts));
            }
        }
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.1f s", millis / MILLIS_PER_SECOND);
    }
}
