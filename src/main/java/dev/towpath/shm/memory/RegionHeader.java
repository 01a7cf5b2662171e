package dev.towpath.shm.memory;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Holds the header of a region as it was read once, and judges it.
 *
 * @param magic see {@link HeaderLayout}
 * @param formatVersion see {@link HeaderLayout}
 * @param bootId see {@link HeaderLayout}
 * @param fingerprint see {@link HeaderLayout}
 * @param messageMemoryBytes see {@link HeaderLayout}
 * @param groupMemoryBytes see {@link HeaderLayout}
 * @param regionSizeBytes see {@link HeaderLayout}
 * @param createdAtNanos see {@link HeaderLayout}
 * @param hashSeed see {@link HeaderLayout}
 * @param checksum see {@link HeaderLayout}
 */
public record RegionHeader(
        long magic,
        long formatVersion,
        BootId bootId,
        long fingerprint,
        long messageMemoryBytes,
        long groupMemoryBytes,
        long regionSizeBytes,
        long createdAtNanos,
        long hashSeed,
        long checksum) {

    /**
     * Makes the header of a new region.
     *
     * @param spec what is wanted
     * @param sizeBytes the region's size
     * @param hashSeed a random number
     * @return the header
     */
    static RegionHeader of(RegionSpec spec, long sizeBytes, long hashSeed) {
        RegionHeader header = new RegionHeader(
                HeaderLayout.MAGIC,
                HeaderLayout.FORMAT_VERSION,
                BootId.current(),
                spec.fingerprint(),
                spec.messageMemoryBytes(),
                spec.groupMemoryBytes(),
                sizeBytes,
                spec.nanoClock().getAsLong(),
                hashSeed,
                0);
        return header.withChecksum();
    }

    /**
     * Completes a header.
     *
     * @return the same header with the checksum that it must have
     */
    RegionHeader withChecksum() {
        return new RegionHeader(
                magic,
                formatVersion,
                bootId,
                fingerprint,
                messageMemoryBytes,
                groupMemoryBytes,
                regionSizeBytes,
                createdAtNanos,
                hashSeed,
                computeChecksum());
    }

    /**
     * Reads a header.
     *
     * @param bytes at least {@link HeaderLayout#SIZE_BYTES} of them from index 0, in native order
     * @return the header
     */
    static RegionHeader read(ByteBuffer bytes) {
        return new RegionHeader(
                word(bytes, HeaderLayout.MAGIC_AT),
                word(bytes, HeaderLayout.FORMAT_VERSION_AT),
                new BootId(word(bytes, HeaderLayout.BOOT_ID_HIGH_AT), word(bytes, HeaderLayout.BOOT_ID_LOW_AT)),
                word(bytes, HeaderLayout.FINGERPRINT_AT),
                word(bytes, HeaderLayout.MESSAGE_MEMORY_BYTES_AT),
                word(bytes, HeaderLayout.GROUP_MEMORY_BYTES_AT),
                word(bytes, HeaderLayout.REGION_SIZE_BYTES_AT),
                word(bytes, HeaderLayout.CREATED_AT_NANOS_AT),
                word(bytes, HeaderLayout.HASH_SEED_AT),
                word(bytes, HeaderLayout.CHECKSUM_AT));
    }

    private static long word(ByteBuffer bytes, long offset) {
        return bytes.getLong(Math.toIntExact(offset));
    }

    /**
     * Writes everything but the magic number.
     *
     * @param words the region
     */
    void write(Words words) {
        words.set(HeaderLayout.FORMAT_VERSION_AT, formatVersion);
        words.set(HeaderLayout.BOOT_ID_HIGH_AT, bootId.high());
        words.set(HeaderLayout.BOOT_ID_LOW_AT, bootId.low());
        words.set(HeaderLayout.FINGERPRINT_AT, fingerprint);
        words.set(HeaderLayout.MESSAGE_MEMORY_BYTES_AT, messageMemoryBytes);
        words.set(HeaderLayout.GROUP_MEMORY_BYTES_AT, groupMemoryBytes);
        words.set(HeaderLayout.REGION_SIZE_BYTES_AT, regionSizeBytes);
        words.set(HeaderLayout.CREATED_AT_NANOS_AT, createdAtNanos);
        words.set(HeaderLayout.HASH_SEED_AT, hashSeed);
        words.set(HeaderLayout.CHECKSUM_AT, checksum);
    }

    /**
     * Refuses a header that is no region's, or damaged.
     *
     * <p>Of a header of another version only the magic number and the boot are understood.
     *
     * @param file the region
     * @throws RegionFault of kind FORMAT or CORRUPTED
     */
    void verifyReadable(Path file) {
        if (magic != HeaderLayout.MAGIC) {
            throw RegionFault.format(file, "is not a region");
        }
        if (formatVersion == HeaderLayout.FORMAT_VERSION && checksum != computeChecksum()) {
            throw RegionFault.corrupted(file, "has a damaged header");
        }
    }

    /**
     * Says whether the region was made before the machine was started.
     *
     * <p>Where boots have no identity, the shared clock tells: it starts anew with the machine.
     *
     * @param boot the present boot
     * @param nowNanos the shared clock
     * @return whether nobody who knew the region can be alive
     */
    boolean isOfEarlierBoot(BootId boot, long nowNanos) {
        if (boot.isKnown() || bootId.isKnown()) {
            return !boot.equals(bootId);
        }
        return formatVersion == HeaderLayout.FORMAT_VERSION && createdAtNanos - nowNanos > 0;
    }

    /**
     * Refuses a region that this build, this file or this clock does not fit.
     *
     * @param file the region
     * @param fileSizeBytes the file's size
     * @param spec what is wanted
     * @throws RegionFault of kind FORMAT or CORRUPTED
     */
    void verify(Path file, long fileSizeBytes, RegionSpec spec) {
        if (formatVersion != HeaderLayout.FORMAT_VERSION) {
            throw RegionFault.format(
                    file, "has format version " + formatVersion + " and not " + HeaderLayout.FORMAT_VERSION);
        }
        if (fingerprint != spec.fingerprint()) {
            throw RegionFault.format(
                    file,
                    "was made by another build of this library (layout " + Long.toHexString(fingerprint) + " and not "
                            + Long.toHexString(spec.fingerprint()) + ")");
        }
        if (regionSizeBytes != fileSizeBytes) {
            throw RegionFault.corrupted(file, "has " + fileSizeBytes + " of " + regionSizeBytes + " bytes");
        }
        if (messageMemoryBytes < 0 || groupMemoryBytes < 0 || !sizesFit(spec)) {
            throw RegionFault.corrupted(
                    file,
                    "has " + regionSizeBytes + " bytes, which do not fit its memories of " + messageMemoryBytes
                            + " and " + groupMemoryBytes);
        }
        if (createdAtNanos - spec.nanoClock().getAsLong() > 0) {
            throw RegionFault.corrupted(
                    file,
                    "was made in the future of this process's monotonic clock, which must be the same for all (is this"
                            + " process in a time namespace of its own, and has no /proc?)");
        }
    }

    private boolean sizesFit(RegionSpec spec) {
        try {
            return spec.size().applyAsLong(messageMemoryBytes, groupMemoryBytes) == regionSizeBytes;
        } catch (IllegalArgumentException | ArithmeticException e) {
            return false;
        }
    }

    private long computeChecksum() {
        ByteBuffer bytes = ByteBuffer.allocate(9 * Long.BYTES);
        bytes.putLong(formatVersion).putLong(bootId.high()).putLong(bootId.low());
        bytes.putLong(fingerprint).putLong(messageMemoryBytes).putLong(groupMemoryBytes);
        bytes.putLong(regionSizeBytes).putLong(createdAtNanos).putLong(hashSeed);
        CRC32C crc = new CRC32C();
        crc.update(bytes.flip());
        return crc.getValue();
    }
}
