package dev.towpath.shm.store;

import dev.towpath.shm.memory.Scheduler;
import dev.towpath.shm.structure.Channel;
import dev.towpath.shm.structure.Life;
import dev.towpath.shm.structure.Reference;
import dev.towpath.shm.structure.Run;
import dev.towpath.shm.structure.Taker;
import java.util.ArrayList;
import java.util.List;

/** One thread that uses one life of a channel, in the name of an owner of its own. */
final class QueueActor implements Scheduler.Actor<QueueOperation>, Taker {

    private final Structures structures;
    private final Channel channel;
    private final Runnable sweep;
    private final List<QueueModel.Taken> taken = new ArrayList<>();

    QueueActor(Structures structures, long channel, Runnable sweep) {
        this.structures = structures;
        this.channel = structures.channels().open(channel);
        this.sweep = sweep;
    }

    @Override
    public Object perform(QueueOperation operation) {
        return switch (operation) {
            case QueueOperation.Send send -> send(send);
            case QueueOperation.Receive receive -> receive(receive);
            case QueueOperation.Delete delete -> structures.channels().delete(channel);
            case QueueOperation.Sweep some -> {
                sweep.run();
                yield "done";
            }
        };
    }

    private int send(QueueOperation.Send send) {
        Run run = new Run(send.count());
        int linked = QueueOperation.NO_MEMORY;
        for (int i = 0; i < send.count(); i++) {
            long block = structures.arena().allocate(0);
            if (block != Reference.NONE) {
                int index = Reference.index(block);
                structures.words().set(structures.blocks().payload(index), send.number() + i);
                structures
                        .words()
                        .set(structures.blocks().life(index), Life.of(send.deadline(), Life.INLINE, Long.BYTES));
                run.add(block);
            }
        }
        if (run.count() == send.count()) {
            linked = structures.queue().link(channel, run, send.capacity());
        }
        for (int i = Math.max(0, linked); i < run.count(); i++) {
            structures.arena().free(run.block(i));
        }
        finishIfGone(linked);
        return linked;
    }

    private Object receive(QueueOperation.Receive receive) {
        Run run = new Run(4);
        int count = structures.queue().take(channel, run, this, receive.limit(), receive::now, Long.MAX_VALUE);
        finishIfGone(count);
        return count == Channel.GONE ? "gone" : List.copyOf(taken.subList(0, count));
    }

    private void finishIfGone(int result) {
        if (result == Channel.GONE) {
            structures.channels().finishDeletion(channel);
        }
    }

    @Override
    public void begin() {
        taken.clear();
    }

    @Override
    public boolean copy(int i, int block, long life, boolean expired) {
        int number = (int) structures.words().get(structures.blocks().payload(block));
        taken.add(new QueueModel.Taken(number, expired));
        return true;
    }
}
