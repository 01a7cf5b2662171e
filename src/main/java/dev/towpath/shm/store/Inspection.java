package dev.towpath.shm.store;

import dev.towpath.shm.memory.BootClock;
import dev.towpath.shm.memory.LockFile;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.RegionFault;
import dev.towpath.shm.memory.RegionSpec;
import dev.towpath.shm.memory.RegionView;
import dev.towpath.shm.memory.SegmentWords;
import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks through a region, in use or at rest, without disturbing it: tells what is in it, and what is wrong.
 *
 * <p>The region is mapped for reading only. The one thing that others could notice are the locks of the participants,
 * each of which is probed for a moment, as every participant does all the time.
 *
 * <h2>Why findings in a living region are true</h2>
 *
 * A checker of a region that others are changing sees words of different moments, and most of what looks wrong is only
 * in transit. So a living region is looked through several times, with pauses, and what counts is found each time with
 * the same evidence: owner words, which have another generation after every use. What is unfinished can stay so for as
 * long as somebody is stopped in the middle of it; it is wrong only when nobody is left who could finish it or would
 * recover it.
 *
 * @param path the region
 * @param sizeBytes its size
 * @param messageMemoryBytes its memory for messages
 * @param groupMemoryBytes its memory for groups
 * @param ageMillis how long ago it was made
 * @param survey what is in it
 * @param damage what is wrong
 * @param unfinished what somebody is in the middle of, or has died in the middle of and is not recovered
 */
public record Inspection(
        Path path,
        long sizeBytes,
        long messageMemoryBytes,
        long groupMemoryBytes,
        long ageMillis,
        Survey survey,
        List<String> damage,
        List<String> unfinished) {

    private static final int LOOKS = 5;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /**
     * Looks through the region of a prefix.
     *
     * @param base where the directory of regions is
     * @param prefix the prefix
     * @return what was found, or null if there is no region
     * @throws RegionFault if the region is of another format or version, or its header is damaged, or its files are not
     *     this user's alone
     */
    public static @Nullable Inspection of(Path base, String prefix) {
        RegionDirectory directory = RegionDirectory.find(base);
        if (directory == null) {
            return null;
        }
        try (RegionView view = RegionView.open(directory, prefix, spec())) {
            return view == null ? null : new Inspector(directory, prefix, view).inspect();
        }
    }

    /** Describes any region of this build. */
    static RegionSpec spec() {
        return new RegionSpec(0, 0, Structures.fingerprint(), RegionLayout::sizeOf, segment -> {}, BootClock::nanoTime);
    }

    /** Does it. */
    private static final class Inspector {

        private final RegionDirectory directory;
        private final String prefix;
        private final RegionView view;
        private final Structures structures;
        private final Participants participants;
        private final GenerationChecker generations;

        Inspector(RegionDirectory directory, String prefix, RegionView view) {
            this.directory = directory;
            this.prefix = prefix;
            this.view = view;
            RegionLayout layout = RegionLayout.of(
                    view.header().messageMemoryBytes(), view.header().groupMemoryBytes());
            Words words = new SegmentWords(view.segment());
            this.structures = Structures.of(words, layout, view.header().hashSeed(), Control.NOBODY);
            this.participants = new Participants(words, layout, directory, prefix);
            this.generations = new GenerationChecker(structures);
        }

        Inspection inspect() {
            List<Finding> confirmed = look();
            for (int i = 1; i < LOOKS && (!confirmed.isEmpty() || i == 1) && isInUse(); i++) {
                LockSupport.parkNanos(PAUSE_NANOS);
                Set<Finding> again = new HashSet<>(look());
                confirmed = confirmed.stream().filter(again::contains).toList();
            }
            boolean joined = participants.joinedCount() > 0;
            List<String> damage = new ArrayList<>();
            List<String> unfinished = new ArrayList<>();
            for (Finding finding : confirmed) {
                (finding.unfinished() && joined ? unfinished : damage).add(finding.text());
            }
            return new Inspection(
                    view.path(),
                    view.segment().byteSize(),
                    view.header().messageMemoryBytes(),
                    view.header().groupMemoryBytes(),
                    TimeUnit.NANOSECONDS.toMillis(
                            BootClock.nanoTime() - view.header().createdAtNanos()),
                    Survey.of(structures, participants, this::isHeld),
                    damage,
                    unfinished);
        }

        private List<Finding> look() {
            List<Finding> findings = new ArrayList<>(checkParticipants());
            findings.addAll(RegionChecker.find(structures, owner -> participants.isOwner(owner)));
            findings.addAll(generations.look());
            return findings;
        }

        /** Whether anybody could change the region between two looks. */
        private boolean isInUse() {
            for (int slot = 0; slot < RegionLayout.PARTICIPANTS; slot++) {
                if (participants.isJoined(slot) && isHeld(slot)) {
                    return true;
                }
            }
            return false;
        }

        private boolean isHeld(int slot) {
            return LockFile.isHeld(directory.participantLock(prefix, slot));
        }

        private List<Finding> checkParticipants() {
            List<Finding> findings = new ArrayList<>();
            for (int slot = 0; slot < RegionLayout.PARTICIPANTS; slot++) {
                long control = structures.words().getVolatile(participants.at(slot));
                if (!participants.isValid(slot)) {
                    findings.add(Finding.damage(
                            "participant " + slot + " is in state " + Control.state(control) + " and owner "
                                    + Control.owner(control),
                            control));
                } else if (participants.isJoined(slot) && !Files.exists(directory.participantLock(prefix, slot))) {
                    findings.add(Finding.damage(
                            "participant " + slot + " has joined and its lock file is gone: others take it for dead",
                            control));
                }
            }
            return findings;
        }
    }
}
