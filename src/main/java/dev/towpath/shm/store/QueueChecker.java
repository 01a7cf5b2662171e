package dev.towpath.shm.store;

import dev.towpath.shm.memory.Words;
import dev.towpath.shm.structure.BlockArena;
import dev.towpath.shm.structure.Blocks;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.ChannelMeter;
import dev.towpath.shm.structure.Control;
import dev.towpath.shm.structure.FanOuts;
import dev.towpath.shm.structure.Finding;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks the queues of channels and what their messages consist of (I1, I2, I3, I7), for {@link RegionChecker}; only
 * reads.
 *
 * <p>A walk goes from the dummy to the end, by positions. Where receivers are faster than the walk it goes astray, on
 * blocks that are in other use by now; so if it has found something and the head has moved on meanwhile, it is begun
 * anew, a few times. The first block in a wrong place ends it.
 */
final class QueueChecker {

    private static final int WALKS = 20;

    private final Structures structures;
    private final Words words;
    private final Blocks blocks;
    private final IntPredicate isAlive;
    private final Claims claims;

    QueueChecker(Structures structures, IntPredicate isAlive, Claims claims) {
        this.structures = structures;
        this.words = structures.words();
        this.blocks = structures.blocks();
        this.isAlive = isAlive;
        this.claims = claims;
    }

    /** Checks a channel, which is LIVE. */
    List<Finding> check(Channel channel) {
        ChannelMeter.Head head = structures.meter().head(channel);
        List<Finding> findings = walk(channel, head);
        for (int i = 1; i < WALKS && !findings.isEmpty(); i++) {
            ChannelMeter.Head now = structures.meter().head(channel);
            if (now.equals(head)) {
                break;
            }
            head = now;
            findings = walk(channel, head);
        }
        return findings;
    }

    private List<Finding> walk(Channel channel, ChannelMeter.Head head) {
        List<Finding> findings = new ArrayList<>();
        int record = Reference.index(channel.reference());
        long tail = structures.meter().tail(channel);
        boolean tailSeen = false;
        int block = head.dummy();
        long position = head.position();
        while (position - head.position() <= blocks.granules()) { // more there cannot be, each at a place of its own
            Claims.Role role = position == head.position() ? Claims.Role.DUMMY : Claims.Role.MESSAGE;
            Finding finding = checkPlace(channel, block, position, role.of(record));
            if (finding != null) {
                findings.add(finding);
                return findings;
            }
            long control = control(block);
            add(findings, claims.claim(block, control, role, record));
            if (role == Claims.Role.MESSAGE) {
                add(findings, checkContent(block, control, record));
            }
            tailSeen |= block == Reference.index(tail);
            int next = Reference.index(words.getVolatile(blocks.next(block)));
            if (!blocks.exists(next)) {
                add(
                        findings,
                        checkEnd(channel, block, next, tailSeen || hasPassed(channel, tail) ? Reference.NONE : tail));
                return findings;
            }
            block = next;
            position++;
        }
        findings.add(Finding.damage("the queue of channel record " + record + " does not end", channel.reference()));
        return findings;
    }

    private static void add(List<Finding> findings, @Nullable Finding finding) {
        if (finding != null) {
            findings.add(finding);
        }
    }

    private long control(int block) {
        return words.getVolatile(blocks.control(block));
    }

    private @Nullable Finding checkPlace(Channel channel, int block, long position, String place) {
        long control = control(block);
        long sequence = words.get(blocks.sequence(block));
        String what = place + ", block " + block + ", ";
        boolean linking = Control.state(control) == BlockArena.LINKING && isAlive.test(Control.owner(control));
        if (Control.state(control) != BlockArena.QUEUED && !linking) {
            return Finding.damage(what + "is in state " + Control.state(control), control);
        }
        if (sequence != position || words.get(blocks.channel(block)) != channel.reference()) {
            return Finding.damage(what + "is stamped for another place than " + position, control, sequence);
        }
        if (!Reference.names(words.getVolatile(blocks.next(block)), control)) {
            return Finding.damage(what + "has a link of another generation", control, sequence);
        }
        return null;
    }

    private @Nullable Finding checkEnd(Channel channel, int last, int next, long unseenTail) {
        int record = Reference.index(channel.reference());
        if (!Reference.isEnd(next)) {
            return Finding.damage(
                    "in channel record " + record + ", block " + last + " leads to block " + next
                            + ", which does not exist",
                    control(last));
        }
        if (unseenTail != Reference.NONE) {
            return Finding.damage(
                    "tail of channel record " + record + " is block " + Reference.index(unseenTail)
                            + ", which has never been in its queue",
                    control(last),
                    unseenTail);
        }
        if (structures.channels().isGone(channel)) {
            return Finding.unfinished("channel record " + record + " is closed and still LIVE", channel.reference());
        }
        return null;
    }

    /** Whether what tail refers to was in the queue once: it is in another life now, or head has passed it. */
    private boolean hasPassed(Channel channel, long tail) {
        int block = Reference.index(tail);
        return Reference.tag(words.getVolatile(blocks.next(block))) != Reference.tag(tail)
                || (words.get(blocks.channel(block)) == channel.reference()
                        && words.get(blocks.sequence(block))
                                <= structures.meter().head(channel).position());
    }

    private @Nullable Finding checkContent(int block, long control, int record) {
        long life = words.get(blocks.life(block));
        long content = words.get(blocks.payload(block));
        String what = Claims.Role.MESSAGE.of(record) + ", block " + block + ", ";
        return switch (Life.kind(life)) {
            case Life.INLINE ->
                Life.length(life) <= Blocks.GRANULE_BYTES
                        ? null
                        : Finding.damage(what + "has " + Life.length(life) + " bytes in its own block", control, life);
            case Life.PARTS ->
                checkParts(
                        content,
                        Life.length(life),
                        Reference.to(control, block),
                        Payloads.OF_MESSAGE,
                        Claims.Role.PART,
                        record);
            case Life.SHARED -> checkShare(block, content, control, what);
            default -> Finding.damage(what + "has no kind of payload", control, life);
        };
    }

    private @Nullable Finding checkShare(int block, long fanOut, long control, String what) {
        long member = words.get(blocks.payload(block) + Payloads.SHARED_MEMBER_AT);
        boolean exists = member >= 0 && member < FanOuts.MEMBERS;
        if (!exists || !structures.fanOuts().exists(fanOut)) {
            return Finding.damage(what + "shares nothing that exists", control, fanOut, member);
        }
        return claims.share(fanOut, (int) member, block)
                ? null
                : Finding.damage(what + "shares a bit of its fan-out with another message", control, fanOut, member);
    }

    /**
     * Follows the parts of a payload.
     *
     * @param first the reference to the first of them
     * @param length bytes that they must hold; -1 if that is not known
     * @param parent what they must name as their parent
     * @param parentKind and what that is
     * @param role what they are
     * @param record of which record
     * @return what is wrong, or null
     */
    @Nullable
    Finding checkParts(long first, long length, long parent, long parentKind, Claims.Role role, int record) {
        String what = role.of(record) + ", block ";
        int block = Reference.index(first);
        long held = 0;
        for (int i = 0; i <= blocks.granules(); i++) {
            if (length >= 0 ? held >= length : !blocks.exists(block)) {
                return Reference.isEnd(block)
                        ? null
                        : Finding.damage(what + block + ", is more than the payload needs", parent, block);
            }
            if (!blocks.exists(block)) {
                return Finding.damage(what + block + ", does not exist", parent, block);
            }
            long control = control(block);
            if (Control.state(control) != BlockArena.PART
                    || words.get(blocks.sequence(block)) != parent
                    || words.get(blocks.channel(block)) != parentKind) {
                return Finding.damage(what + block + ", is not its part", parent, control);
            }
            Finding taken = claims.claim(block, control, role, record);
            if (taken != null) {
                return taken;
            }
            held += blocks.bytes(block);
            block = Reference.index(words.getVolatile(blocks.next(block)));
        }
        return Finding.damage(what + block + ", is one of parts that do not end", parent);
    }
}
