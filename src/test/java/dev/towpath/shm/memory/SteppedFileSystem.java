package dev.towpath.shm.memory;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Set;

/**
 * The files of another file system, in which a hook is asked before every step that changes one: the twin of {@link
 * SteppedWords}.
 *
 * <p>Every file operation of Java goes through the provider of its path. So there is no step that a program could take
 * past the hook, and nothing need be known about the program. Only a socket is bound without being asked about; but
 * what is done with its file before and after that is.
 */
public final class SteppedFileSystem extends FileSystem {

    private final FileSystem files;
    private final SteppedFiles provider;

    /** Is asked before every step. */
    @FunctionalInterface
    public interface Hook {

        /** Returns when the step may be taken. */
        void before(String step);
    }

    private SteppedFileSystem(FileSystem files, Hook hook) {
        this.files = files;
        this.provider = new SteppedFiles(files.provider(), this, hook);
    }

    /** The same path, below which a hook is asked. */
    public static Path view(Path path, Hook hook) {
        return new SteppedFileSystem(path.getFileSystem(), hook).wrap(path);
    }

    /** The same path in this file system. */
    Path wrap(Path path) {
        return (Path) Proxy.newProxyInstance(
                SteppedFileSystem.class.getClassLoader(), new Class<?>[] {Path.class}, new Name(path));
    }

    /** The same path in the other file system. */
    static Path unwrap(Path path) {
        return Proxy.isProxyClass(path.getClass()) && Proxy.getInvocationHandler(path) instanceof Name name
                ? name.path
                : path;
    }

    /** Does what a path does, which is all about names. */
    private final class Name implements InvocationHandler {
        private final Path path;

        Name(Path path) {
            this.path = path;
        }

        @Override
        public Object invoke(Object self, Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("getFileSystem")) {
                return SteppedFileSystem.this;
            }
            Object[] unwrapped = arguments == null ? new Object[0] : arguments.clone();
            for (int i = 0; i < unwrapped.length; i++) {
                unwrapped[i] = unwrapped[i] instanceof Path other ? unwrap(other) : unwrapped[i];
            }
            try {
                Object result = method.invoke(path, unwrapped);
                return result instanceof Path other ? wrap(other) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    @Override
    public FileSystemProvider provider() {
        return provider;
    }

    @Override
    public void close() throws IOException {
        files.close();
    }

    @Override
    public boolean isOpen() {
        return files.isOpen();
    }

    @Override
    public boolean isReadOnly() {
        return files.isReadOnly();
    }

    @Override
    public String getSeparator() {
        return files.getSeparator();
    }

    @Override
    public Iterable<Path> getRootDirectories() {
        return files.getRootDirectories();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
        return files.getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
        return files.supportedFileAttributeViews();
    }

    @Override
    public Path getPath(String first, String... more) {
        return wrap(files.getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
        return files.getPathMatcher(pattern);
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
        return files.getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() throws IOException {
        return files.newWatchService();
    }
}
