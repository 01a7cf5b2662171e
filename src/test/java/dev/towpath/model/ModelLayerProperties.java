package dev.towpath.model;

import dev.towpath.ChannelLayer;
import dev.towpath.ChannelLayerProperties;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Compares the model with itself: what the comparison finds in other layers is then not its own. */
class ModelLayerProperties extends ChannelLayerProperties {
    private final Map<AtomicLong, World> worlds = new WeakHashMap<>();

    @Override
    protected ChannelLayer open(AtomicLong clock, boolean evictOnExpiry) {
        World world = worlds.computeIfAbsent(clock, each -> new World(each::get));
        return configured(ModelLayer.builder(world))
                .evictOnExpiry(evictOnExpiry)
                .open();
    }
}
