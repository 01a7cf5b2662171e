package dev.towpath.model;

import dev.towpath.ChannelLayer;
import dev.towpath.ChannelLayerConformance;
import dev.towpath.LayerBuilder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

class ModelLayerConformanceTest extends ChannelLayerConformance {
    private final AtomicLong clock = new AtomicLong(5_000_000_000L);
    private @Nullable World world;

    @Override
    protected ChannelLayer create(Consumer<LayerBuilder<?>> options, List<Extra> extras) {
        if (world == null) {
            world = extras.contains(Extra.LITTLE_MEMORY)
                    ? new World(clock::get, 1 << 20, 1 << 18)
                    : new World(clock::get);
        }
        ModelLayer.Builder builder = ModelLayer.builder(world).evictOnExpiry(extras.contains(Extra.EVICT_ON_EXPIRY));
        options.accept(builder);
        return builder.open();
    }

    @Override
    public void advance(Duration time) {
        clock.addAndGet(time.toNanos());
    }
}
