package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Words;

/** Queues that lack one step of the algorithm, each of which a test must notice. */
public class MutantQueue extends ChannelQueue {

    final Words words;
    final Blocks blocks;
    final BlockArena arena;
    final int owner;

    MutantQueue(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        this(arena, records, new QueueEnds(blocks, records), owner);
    }

    private MutantQueue(BlockArena arena, RecordTable records, QueueEnds ends, int owner) {
        super(arena, records, ends, owner);
        this.blocks = arena.blocks();
        this.words = blocks.words();
        this.arena = arena;
        this.owner = owner;
    }

    /** Takes the block that tail refers to for part of the queue, whatever generation it has. */
    public static MutantQueue withoutTailCheck(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        QueueEnds ends = new QueueEnds(blocks, records) {
            @Override
            boolean isOf(long reference, long link) {
                return true;
            }
        };
        return new MutantQueue(arena, records, ends, owner);
    }

    /** Knows no more than four bits of the generation of the block that tail refers to. */
    public static MutantQueue withNarrowTail(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        QueueEnds ends = new QueueEnds(blocks, records) {
            @Override
            boolean isOf(long reference, long link) {
                return (Reference.tag(reference) & 0xF) == (Reference.tag(link) & 0xF);
            }
        };
        return new MutantQueue(arena, records, ends, owner);
    }

    /** Does not look whether head has overtaken its walk to the end. */
    public static MutantQueue withBlindWalk(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        QueueEnds ends = new QueueEnds(blocks, records) {
            @Override
            boolean isUnpassed(Channel channel, long position) {
                return true;
            }
        };
        return new MutantQueue(arena, records, ends, owner);
    }

    /** Walks to the end of whatever the record and the blocks on the way are used for meanwhile. */
    public static MutantQueue withWalkBeyondLife(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        QueueEnds ends = new QueueEnds(blocks, records) {
            @Override
            boolean isUnpassed(Channel channel, long position) {
                return headPosition(channel) - position <= 0;
            }
        };
        return new MutantQueue(arena, records, ends, owner);
    }

    /** Moves tail, whichever life the record has by now. */
    public static MutantQueue withTailBeyondLife(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        Words words = blocks.words();
        QueueEnds ends = new QueueEnds(blocks, records) {
            @Override
            void moveTail(Channel channel, long last) {
                words.compareAndSet(channel.tailAt(), words.getVolatile(channel.tailAt()), last);
            }
        };
        return new MutantQueue(arena, records, ends, owner);
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

    /** Does not look at the generation under which the last link was read. */
    public static MutantQueue withUntaggedLinks(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        return new MutantQueue(blocks, arena, records, owner) {
            @Override
            boolean linkBehind(long last, long first) {
                long now = words.getVolatile(blocks.next(Reference.index(last)));
                return Reference.index(now) == Reference.NULL
                        && super.linkBehind(Reference.of(Reference.tag(now), Reference.index(last)), first);
            }
        };
    }

    /** Frees what it is going to pass before it has. */
    public static MutantQueue withEarlyFreeing(Blocks blocks, BlockArena arena, RecordTable records, int owner) {
        return new MutantQueue(blocks, arena, records, owner) {
            @Override
            boolean deliver(Channel channel, long head, int last, Run run) {
                freePassed(run);
                return super.deliver(channel, head, last, run);
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
