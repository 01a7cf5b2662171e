package dev.towpath.shm.memory;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Does the work of a {@link SteppedFileSystem}: asks before what changes anything, and has others do it. */
final class SteppedFiles extends FileSystemProvider {

    private final FileSystemProvider files;
    private final SteppedFileSystem system;
    private final SteppedFileSystem.Hook hook;

    SteppedFiles(FileSystemProvider files, SteppedFileSystem system, SteppedFileSystem.Hook hook) {
        this.files = files;
        this.system = system;
        this.hook = hook;
    }

    private Path before(String step, Path path) {
        hook.before(step + " " + path.getFileName());
        return SteppedFileSystem.unwrap(path);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        boolean creates =
                options.contains(StandardOpenOption.CREATE_NEW) || options.contains(StandardOpenOption.CREATE);
        Path file = creates ? before("create", path) : SteppedFileSystem.unwrap(path);
        return new SteppedFileChannel(files.newFileChannel(file, options, attributes), path, hook);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public void createDirectory(Path directory, FileAttribute<?>... attributes) throws IOException {
        files.createDirectory(before("create", directory), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
        files.delete(before("delete", path));
    }

    @Override
    public void move(Path source, Path target, CopyOption... options) throws IOException {
        files.move(before("move", source), SteppedFileSystem.unwrap(target), options);
    }

    @Override
    public void copy(Path source, Path target, CopyOption... options) throws IOException {
        files.copy(SteppedFileSystem.unwrap(source), before("copy to", target), options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) throws IOException {
        files.setAttribute(before("set " + attribute + " of", path), attribute, value, options);
    }

    /** Whoever asks for a view is about to change what is in it; else he would read the attributes. */
    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return files.getFileAttributeView(before("set attributes of", path), type, options);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> stream = files.newDirectoryStream(
                SteppedFileSystem.unwrap(directory), path -> filter.accept(system.wrap(path)))) {
            stream.forEach(path -> found.add(system.wrap(path)));
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found.iterator();
            }

            @Override
            public void close() {
                found.clear();
            }
        };
    }

    @Override
    public boolean isSameFile(Path path, Path other) throws IOException {
        return files.isSameFile(SteppedFileSystem.unwrap(path), SteppedFileSystem.unwrap(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
        return files.isHidden(SteppedFileSystem.unwrap(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
        return files.getFileStore(SteppedFileSystem.unwrap(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        files.checkAccess(SteppedFileSystem.unwrap(path), modes);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return files.readAttributes(SteppedFileSystem.unwrap(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return files.readAttributes(SteppedFileSystem.unwrap(path), attributes, options);
    }

    @Override
    public String getScheme() {
        return "stepped";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }
}
