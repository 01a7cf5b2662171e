package dev.towpath;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/**
 * Says what every channel layer does. The test of a layer extends this class, and tells how its layers are opened.
 *
 * <p>The limit on time only ends a test that hangs.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ChannelLayerConformance
        implements MessagesConformance,
                NamesConformance,
                WaitingConformance,
                FuturesConformance,
                ClosingConformance,
                CapacityConformance,
                ExpiryConformance,
                GroupsConformance,
                StatisticsConformance,
                ConcurrencyConformance {
    private final List<ChannelLayer> opened = new ArrayList<>();

    /** Opens a layer that shares what it holds with the others that this object opens. */
    protected abstract ChannelLayer create(Consumer<LayerBuilder<?>> options, List<Extra> extras);

    @Override
    public final ChannelLayer open(Consumer<LayerBuilder<?>> options, Extra... extras) {
        ChannelLayer layer = create(options, List.of(extras));
        opened.add(layer);
        return layer;
    }

    @AfterEach
    void closeAll() {
        opened.forEach(ChannelLayer::close);
    }
}
