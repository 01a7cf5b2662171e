package dev.towpath.shm.structure;

import dev.towpath.shm.memory.Layouts;
import java.lang.foreign.StructLayout;

/**
 * The words of a channel record: what everybody reads and few write in two cache lines, what receivers write and what
 * senders write in a line of its own each.
 *
 * <p>{@code base} is the position of the first dummy: positions go on over the lives of a record, so the sum over all
 * records is the number of messages ever accepted. {@code full} counts refused sends in the same way. {@code receivers}
 * and {@code senders} are the waiters: bit {@code i} stands for the participants whose slot is {@code i} modulo 64.
 */
final class ChannelLayout {

    static final StructLayout RECORD = Layouts.struct(
            "channel",
            "control",
            "base",
            "receivers",
            "senders",
            "whoLine4",
            "whoLine5",
            "name0",
            "name1",
            "name2",
            "name3",
            "name4",
            "name5",
            "name6",
            "name7",
            "name8",
            "name9",
            "head",
            "headLine1",
            "headLine2",
            "headLine3",
            "headLine4",
            "headLine5",
            "headLine6",
            "headLine7",
            "tail",
            "full",
            "fullBase",
            "tailLine3",
            "tailLine4",
            "tailLine5",
            "tailLine6",
            "tailLine7");

    static final long BYTES = RECORD.byteSize();
    static final long BASE = Layouts.offset(RECORD, "base");
    static final long FULL = Layouts.offset(RECORD, "full");
    static final long FULL_BASE = Layouts.offset(RECORD, "fullBase");
    static final long RECEIVERS = Layouts.offset(RECORD, "receivers");
    static final long SENDERS = Layouts.offset(RECORD, "senders");
    static final long NAME = Layouts.offset(RECORD, "name0");
    static final long HEAD = Layouts.offset(RECORD, "head");
    static final long TAIL = Layouts.offset(RECORD, "tail");

    private ChannelLayout() {}
}
