package dev.towpath.shm.store;

import dev.towpath.shm.memory.Layouts;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of a participant. A line for who it is, one for its bell, one for what it has counted, and eight for its
 * news: a bit for each channel record modulo 4096 that something has happened to. The bell has a bit for each word of
 * news.
 *
 * <p>Counts go on over all the participants that a slot has had, so they survive the death of whoever counted.
 */
final class ParticipantLayout {

    /** Words of news. */
    static final int NEWS_WORDS = 64;

    static final StructLayout RECORD = Layouts.struct("participant", words());

    static final long BYTES = RECORD.byteSize();
    static final long CONTROL = Layouts.offset(RECORD, "control");
    static final long PROCESS = Layouts.offset(RECORD, "process");
    static final long JOINED_AT = Layouts.offset(RECORD, "joinedAtMillis");
    static final long BELL = Layouts.offset(RECORD, "bell");
    static final long SLEEPING = Layouts.offset(RECORD, "sleeping");
    static final long FULL = Layouts.offset(RECORD, "full");
    static final long EXPIRED = Layouts.offset(RECORD, "expired");
    static final long GROUP_FULL = Layouts.offset(RECORD, "groupFull");
    static final long NEWS = Layouts.offset(RECORD, "news0");

    private ParticipantLayout() {}

    private static String[] words() {
        List<String> words = new ArrayList<>();
        addLine(words, "who", "control", "process", "joinedAtMillis");
        addLine(words, "bellLine", "bell", "sleeping");
        addLine(words, "counts", "full", "expired", "groupFull");
        for (int i = 0; i < NEWS_WORDS; i++) {
            words.add("news" + i);
        }
        return words.toArray(String[]::new);
    }

    private static void addLine(List<String> words, String line, String... names) {
        words.addAll(List.of(names));
        for (int i = names.length; i < 8; i++) {
            words.add(line + i);
        }
    }
}
