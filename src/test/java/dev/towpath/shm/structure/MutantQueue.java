package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;

/** Queues that lack one step of the algorithm, each of which a test must notice. */
public class MutantQueue extends ChannelQueue {

    final Words words;
    final Blocks blocks;
    final BlockArena arena;
    final int owner;

    MutantQueue(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        super(blocks, arena, records, owner);
        this.words = blocks.words();
        this.blocks = blocks;
        this.arena = arena;
        this.owner = owner;
    }

    /** Believes what it has read behind a tail that has moved on. */
    public static MutantQueue withoutTailCheck(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        return new MutantQueue(blocks, arena, records, owner) {
            @Override
            boolean tailIsStill(Channel channel, long tail) {
                return true;
            }
        };
    }

    /** Believes what it has read behind a head that has moved on. */
    public static MutantQueue withoutHeadCheck(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        return new MutantQueue(blocks, arena, records, owner) {
            @Override
            boolean headIsStill(Channel channel, long head) {
                return true;
            }
        };
    }

    /** Moves tail on for a receiver though head has moved on. */
    public static MutantQueue withBlindHelp(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        return new MutantQueue(blocks, arena, records, owner) {
            private boolean blind;

            @Override
            long readTail(Channel channel, long head, long next) {
                blind = true;
                long position = super.readTail(channel, head, next);
                blind = false;
                return position;
            }

            @Override
            boolean headIsStill(Channel channel, long head) {
                return blind || super.headIsStill(channel, head);
            }
        };
    }

    /** Does not look at the generation under which the last link was read. */
    public static MutantQueue withUntaggedLinks(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        return new MutantQueue(blocks, arena, records, owner) {
            @Override
            boolean linkBehind(int last, long next, long first) {
                long now = words.getVolatile(blocks.next(last));
                return Reference.index(now) == Reference.NULL && super.linkBehind(last, now, first);
            }
        };
    }

    /** Frees blocks by the generations that they have after the delivery. */
    public static MutantQueue withLateGenerations(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        return new MutantQueue(blocks, arena, records, owner) {
            @Override
            void freePassed(Run run) {
                for (int i = 0; i < run.count(); i++) {
                    int block = Reference.index(run.block(i));
                    arena.free(Reference.to(words.getVolatile(blocks.control(block)), block));
                }
            }
        };
    }

    /** Does not say that it is about to link a block. */
    public static MutantQueue withoutLinking(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        return new MutantQueue(blocks, arena, records, owner) {
            @Override
            void stamp(Channel channel, Run run, int count, long position) {
                super.stamp(channel, run, count, position);
                for (int i = 0; i < count; i++) {
                    changeState(run.block(i), owner, BlockArena.LINKING, BlockArena.ALLOCATED);
                }
            }

            @Override
            void release(Run run, int count) {
                for (int i = 0; i < count; i++) {
                    changeState(run.block(i), Control.NOBODY, BlockArena.ALLOCATED, BlockArena.QUEUED);
                }
            }
        };
    }

    void changeState(long reference, int newOwner, int from, int to) {
        long at = blocks.control(Reference.index(reference));
        long control = words.getVolatile(at);
        if (Reference.names(reference, control) && Control.state(control) == from) {
            words.compareAndSet(at, control, Control.withState(control, newOwner, to));
        }
    }
}
