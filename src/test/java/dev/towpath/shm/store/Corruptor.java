package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Damages a region: each kind of word that a struct has with each kind of value, or many words at random, or whole
 * areas. What it does follows from the numbers it is given, so that it can be done again.
 *
 * <p>Records that are in use when the corruptor is made are hit more often than the others.
 */
public final class Corruptor {

    private static final int MOST_DAMAGES = 8;
    private static final int MOST_AREA_WORDS = 512;
    private static final int LOW_BITS = 20;

    private final Words words;
    private final long sizeBytes;
    private final List<Target> targets = new ArrayList<>();

    /** A word of a struct, in all its records. */
    private record Target(MappedRegion.Section section, int word, int[] used) {

        long at(int record) {
            return section.base() + record * section.struct().byteSize() + (long) word * Long.BYTES;
        }

        int any(RandomGenerator random) {
            return used.length > 0 && random.nextInt(4) > 0
                    ? used[random.nextInt(used.length)]
                    : random.nextInt((int) section.count());
        }

        String name(int record) {
            return section.name() + "[" + record + "]."
                    + section.struct().memberLayouts().get(word).name().orElseThrow();
        }
    }

    /** What a word becomes. */
    private enum Value {
        ZERO,
        ALL_ONES,
        SMALLEST,
        LARGEST,
        ONE_MORE,
        ONE_LESS,
        OF_OTHER_RECORD,
        OF_OTHER_WORD,
        LINK_TO_SELF,
        LINK_TO_OTHER,
        LINK_OUTSIDE,
        LINK_TO_END,
        OTHER_LOW_BITS,
        OTHER_STATE,
        OTHER_KIND,
        FLIPPED_BIT,
        FLIPPED_BYTE,
        RANDOM
    }

    /** Makes a corruptor of a region, as it is now. */
    public Corruptor(MappedRegion region) {
        this.words = region.words;
        long[] saved = region.save();
        this.sizeBytes = (long) saved.length * Long.BYTES;
        for (MappedRegion.Section section : region.sections()) {
            int[] used = used(region, section);
            for (int word = 0; word < section.wordsOfRecord(); word++) {
                targets.add(new Target(section, word, used));
            }
        }
    }

    private static int[] used(MappedRegion region, MappedRegion.Section section) {
        boolean ofBlocks = section.count() == region.section("block.control").count();
        List<Integer> used = new ArrayList<>();
        for (int record = 0; record < section.count(); record++) {
            if (ofBlocks ? isBlockInUse(region, record) : hasContent(region.words, section, record)) {
                used.add(record);
            }
        }
        return used.stream().mapToInt(Integer::intValue).toArray();
    }

    private static boolean isBlockInUse(MappedRegion region, int block) {
        int state = Control.state(region.get("block.control", block, "control"));
        return state != BlockArena.FREE && state != BlockArena.COVERED;
    }

    private static boolean hasContent(Words words, MappedRegion.Section section, int record) {
        long at = section.base() + record * section.struct().byteSize();
        long bits = 0;
        for (int word = 0; word < section.wordsOfRecord(); word++) {
            bits |= words.get(at + (long) word * Long.BYTES);
        }
        return bits != 0;
    }

    /** How many pairs there are of a kind of word and a kind of value. */
    public int pairs() {
        return targets.size() * Value.values().length;
    }

    /** Gives one word, of the kind and with the value that a number stands for; says which. */
    public String damageOne(int pair, RandomGenerator random) {
        Target target = targets.get(Math.floorMod(pair, targets.size()));
        return damage(target, Value.values()[Math.floorMod(pair, pairs()) / targets.size()], random);
    }

    /** Damages anything in any way; says what. */
    public String damageAny(RandomGenerator random) {
        return switch (random.nextInt(10)) {
            case 0 -> fillArea(random);
            case 1 -> copyArea(random);
            case 2 -> fillStruct(random);
            case 3 -> cutOff(random);
            default -> damageMany(1 + random.nextInt(MOST_DAMAGES), random);
        };
    }

    private String damageMany(int count, RandomGenerator random) {
        StringBuilder done = new StringBuilder();
        for (int i = 0; i < count; i++) {
            done.append(damageOne(random.nextInt(pairs()), random)).append("; ");
        }
        return done.toString();
    }

    private String damage(Target target, Value value, RandomGenerator random) {
        int record = target.any(random);
        long at = target.at(record);
        long old = words.getVolatile(at);
        long damaged = damaged(target, record, old, value, random);
        words.getAndSet(at, damaged);
        return target.name(record) + " " + Long.toHexString(old) + " -> " + Long.toHexString(damaged) + " (" + value
                + ")";
    }

    private long damaged(Target target, int record, long old, Value value, RandomGenerator random) {
        return switch (value) {
            case ZERO -> 0;
            case ALL_ONES -> -1;
            case SMALLEST -> Long.MIN_VALUE;
            case LARGEST -> Long.MAX_VALUE;
            case ONE_MORE -> old + 1;
            case ONE_LESS -> old - 1;
            case OF_OTHER_RECORD -> words.getVolatile(target.at(target.any(random)));
            case OF_OTHER_WORD -> {
                Target other = targets.get(random.nextInt(targets.size()));
                yield words.getVolatile(other.at(other.any(random)));
            }
            case LINK_TO_SELF -> link(old, record);
            case LINK_TO_OTHER -> link(old, target.any(random));
            case LINK_OUTSIDE -> link(old, (int) target.section().count() + random.nextInt(3) - 1);
            case LINK_TO_END -> link(old, Reference.MAX_COUNT + random.nextInt(2));
            case OTHER_LOW_BITS -> old >>> LOW_BITS << LOW_BITS | random.nextInt(1 << LOW_BITS);
            case OTHER_STATE -> old & ~0xFL | random.nextInt(16);
            case OTHER_KIND -> old & ~0xF0L | random.nextInt(16) << 4;
            case FLIPPED_BIT -> old ^ 1L << random.nextInt(Long.SIZE);
            case FLIPPED_BYTE -> old ^ (long) random.nextInt(256) << Byte.SIZE * random.nextInt(Long.BYTES);
            case RANDOM -> random.nextLong();
        };
    }

    private static long link(long old, int index) {
        return Reference.of(Reference.tag(old), index);
    }

    /** Noise, zeros or ones over a stretch of memory. */
    private String fillArea(RandomGenerator random) {
        long from = anywhere(random);
        long to = Math.min(sizeBytes, from + (long) Long.BYTES * (1 + random.nextInt(MOST_AREA_WORDS)));
        int kind = random.nextInt(3);
        for (long at = from; at < to; at += Long.BYTES) {
            words.getAndSet(at, kind == 2 ? random.nextLong() : -kind);
        }
        return "noise of kind " + kind + " from " + from + " to " + to;
    }

    /** Noise over all records of one struct. */
    private String fillStruct(RandomGenerator random) {
        MappedRegion.Section section =
                targets.get(random.nextInt(targets.size())).section();
        long to = section.base() + section.count() * section.struct().byteSize();
        for (long at = section.base(); at < to; at += Long.BYTES) {
            words.getAndSet(at, random.nextLong());
        }
        return "noise over all of " + section.name();
    }

    private String copyArea(RandomGenerator random) {
        long from = anywhere(random);
        long to = anywhere(random);
        long length = (long) Long.BYTES * (1 + random.nextInt(MOST_AREA_WORDS));
        for (long i = 0; i < length && Math.max(from, to) + i < sizeBytes; i += Long.BYTES) {
            words.getAndSet(to + i, words.getVolatile(from + i));
        }
        return length + " bytes from " + from + " to " + to;
    }

    /** A file of which only the beginning was written. */
    private String cutOff(RandomGenerator random) {
        long from = anywhere(random);
        for (long at = from; at < sizeBytes; at += Long.BYTES) {
            words.getAndSet(at, 0);
        }
        return "zeros from " + from;
    }

    private long anywhere(RandomGenerator random) {
        Target target = targets.get(random.nextInt(targets.size()));
        return target.at(target.any(random));
    }
}
