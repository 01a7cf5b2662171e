package dev.towpath.shm.memory;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A file of a {@link SteppedFileSystem}; what is written to it is written in two halves. */
final class SteppedFileChannel extends FileChannel {

    private final FileChannel channel;
    private final Path path;
    private final SteppedFileSystem.Hook hook;

    SteppedFileChannel(FileChannel channel, Path path, SteppedFileSystem.Hook hook) {
        this.channel = channel;
        this.path = path;
        this.hook = hook;
    }

    private FileChannel before(String step) {
        hook.before(step + " " + path.getFileName());
        return channel;
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
        int end = source.limit();
        int half = source.remaining() / 2;
        int written = before("write").write(source.limit(source.position() + half), position);
        return written + before("write").write(source.limit(end), position + written);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return before("write").write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        return before("write").write(sources, offset, length);
    }

    @Override
    public MemorySegment map(MapMode mode, long offset, long size, Arena arena) throws IOException {
        return before("map").map(mode, offset, size, arena);
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
        return before("map").map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) throws IOException {
        return before("lock").lock(position, size, shared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return before("lock").tryLock(position, size, shared);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        return before("truncate").truncate(size);
    }

    @Override
    public void force(boolean metaData) throws IOException {
        before("force").force(metaData);
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) throws IOException {
        return before("write").transferFrom(source, position, count);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) throws IOException {
        return channel.transferTo(position, count, target);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        return channel.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        return channel.read(targets, offset, length);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        return channel.read(target, position);
    }

    @Override
    public long position() throws IOException {
        return channel.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        channel.position(position);
        return this;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    /** No step: the kernel closes the files of the dead too. */
    @Override
    protected void implCloseChannel() throws IOException {
        channel.close();
    }
}
