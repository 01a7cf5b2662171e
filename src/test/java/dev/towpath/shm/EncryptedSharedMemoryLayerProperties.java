package dev.towpath.shm;

import java.util.List;
import net.jqwik.api.Tag;

/** Compares encrypted layers with the model. */
@Tag("stress")
class EncryptedSharedMemoryLayerProperties extends SharedMemoryLayerProperties {

    @Override
    SharedMemoryLayer.Builder builder() {
        return super.builder().encryptionKeys(List.of("a key of not fewer than 32 bytes"));
    }
}
