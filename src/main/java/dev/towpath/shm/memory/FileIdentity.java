package dev.towpath.shm.memory;

import java.nio.file.attribute.FileTime;

/**
 * Tells a file from another that has the same path at another time.
 *
 * <p>The inode number alone is not enough: some file systems give the number of a deleted file to the next one.
 *
 * @param key the inode where the file system has them, else the path
 * @param created when the file was made
 */
record FileIdentity(String key, FileTime created) {}
