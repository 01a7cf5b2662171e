package dev.towpath.shm;

import dev.towpath.Names;
import dev.towpath.shm.memory.RegionDirectory;
import dev.towpath.shm.memory.RegionFault;
import dev.towpath.shm.store.Inspection;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Checks a region, in use or at rest, and tells what is in it and who holds what.
 *
 * <p>It verifies that every block of memory is accounted for exactly once, that messages stand in their queues one
 * after the other, that everything is found under its name exactly once, that nothing free is in use, and that
 * generations only grow. It maps the region for reading only and does not join it: those who use the region do not
 * notice. In a region that is in use, only what is found wrong again and again, unchanged, counts; that takes up to
 * half a second.
 *
 * <p>From a command line: {@code java -cp towpath.jar dev.towpath.shm.RegionCheck [--directory DIR] [--all] PREFIX}
 * prints the report, of channels, groups and findings only the first 50 unless {@code --all} is given. The exit status
 * is 0 if nothing is wrong, 1 if the region is damaged, and 2 if there is none that could be checked.
 *
 * <p>Immutable.
 */
public final class RegionCheck {

    private static final int FEW = 50;
    private static final int DAMAGED = 1;
    private static final int NOT_CHECKED = 2;

    private final Inspection inspection;

    private RegionCheck(Inspection inspection) {
        this.inspection = inspection;
    }

    /**
     * Checks the region of a prefix in the default directory.
     *
     * @param prefix names the region
     * @return what was found
     * @throws RegionException if it is not a region of this version and build, or its header is damaged, or its files
     *     are not this user's alone
     * @throws UncheckedIOException if there is none, or the file system fails
     */
    public static RegionCheck of(String prefix) {
        return of(RegionDirectory.defaultBase(), prefix);
    }

    /**
     * Checks the region of a prefix.
     *
     * @param directory the directory that the layer's builder was given
     * @param prefix names the region
     * @return what was found
     * @throws RegionException if it is not a region of this version and build, or its header is damaged, or its files
     *     are not this user's alone
     * @throws UncheckedIOException if there is none, or the file system fails
     */
    public static RegionCheck of(Path directory, String prefix) {
        Objects.requireNonNull(directory, "directory");
        Names.requirePrefix(prefix);
        try {
            Inspection inspection = Inspection.of(directory, prefix);
            if (inspection == null) {
                String none = "there is no region of the prefix " + prefix + " in " + directory;
                throw new UncheckedIOException(none, new NoSuchFileException(none));
            }
            return new RegionCheck(inspection);
        } catch (RegionFault e) {
            throw RegionExceptions.translate(e);
        }
    }

    /**
     * Tells whether the region is in order.
     *
     * @return whether there is no damage
     */
    public boolean isClean() {
        return inspection.damage().isEmpty();
    }

    /**
     * Lists the damage: what no correct program leaves behind, or nobody is left to finish.
     *
     * @return what is wrong, a sentence each
     */
    public List<String> damage() {
        return inspection.damage();
    }

    /**
     * Lists what was begun and did not go on while the region was checked: by a participant that is stopped in the
     * middle of it, or dead and not recovered yet. That is no damage.
     *
     * @return what is unfinished, a sentence each
     */
    public List<String> unfinished() {
        return inspection.unfinished();
    }

    /**
     * Reports everything, on several lines: participants, channels, groups, blocks, memory, findings.
     *
     * @param all whether all channels, groups and findings are listed, and not only the first 50
     * @return the report
     */
    private String report(boolean all) {
        return new RegionReport(inspection, all ? Integer.MAX_VALUE : FEW).text();
    }

    /**
     * Reports participants, channels, groups, blocks, memory and findings, for people to read; of channels, groups and
     * findings only the first 50.
     *
     * @return the report, on several lines
     */
    @Override
    public String toString() {
        return report(false);
    }

    /**
     * Prints the report on a region, and ends the JVM.
     *
     * @param arguments {@code [--directory DIR] [--all] PREFIX}
     */
    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        Path directory = RegionDirectory.defaultBase();
        String prefix = null;
        boolean all = false;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--directory") && i + 1 < arguments.length) {
                directory = Path.of(arguments[++i]);
            } else if (arguments[i].equals("--all")) {
                all = true;
            } else if (arguments[i].startsWith("--") || prefix != null) {
                prefix = null;
                break;
            } else {
                prefix = arguments[i];
            }
        }
        if (prefix == null) {
            System.err.println("usage: RegionCheck [--directory DIR] [--all] PREFIX");
            return NOT_CHECKED;
        }
        try {
            RegionCheck check = of(directory, prefix);
            System.out.print(check.report(all));
            return check.isClean() ? 0 : DAMAGED;
        } catch (RegionException | UncheckedIOException | IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return NOT_CHECKED;
        }
    }
}
