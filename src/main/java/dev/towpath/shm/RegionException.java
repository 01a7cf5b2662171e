package dev.towpath.shm;

import dev.towpath.ChannelLayerException;
import java.nio.file.Path;

/** Says that the memory of a layer cannot be opened or used; each kind is a final subclass. */
public abstract class RegionException extends ChannelLayerException {

    private static final long serialVersionUID = 1L;

    /** The file or directory; as text because a path cannot be serialized. */
    private final String path;

    RegionException(String message, Path path, Throwable cause) {
        super(message, cause);
        this.path = path.toString();
    }

    /**
     * Returns which file or directory is meant.
     *
     * @return its path
     */
    public Path path() {
        return Path.of(path);
    }
}
