package dev.towpath.shm;

import dev.towpath.ChannelLayer;
import dev.towpath.LayerBuilder;
import java.util.List;
import java.util.function.Consumer;

/** An encrypted layer does what every layer does. */
class EncryptedSharedMemoryLayerConformanceTest extends SharedMemoryLayerConformanceTest {

    @Override
    protected ChannelLayer create(Consumer<LayerBuilder<?>> options, List<Extra> extras) {
        return super.create(
                options.andThen(builder -> builder.encryptionKeys(List.of("a key of not fewer than 32 bytes"))),
                extras);
    }
}
