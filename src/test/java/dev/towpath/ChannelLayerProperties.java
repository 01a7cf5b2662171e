package dev.towpath;

import dev.towpath.LayerOperation.Payload;
import dev.towpath.LayerUnderTest.Difference;
import dev.towpath.model.ModelLayer;
import dev.towpath.model.World;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;

/**
 * Does random things with layers, and compares each result with the model's. The test of a layer extends this class,
 * and tells how its layers are opened.
 *
 * <p>The expiry times are no multiples of the steps in which time moves, so that nothing hangs on the very moment at
 * which something expires. No group has two members with one queue: which of them finds room there is for the layer
 * to choose.
 */
public abstract class ChannelLayerProperties {
    private static final List<String> CHANNELS = List.of("a", "b", "p!x", "p!y", "r?1", "wide");
    private static final List<String> QUEUES = List.of("a", "b", "p!", "r?1", "wide");
    private static final List<String> MEMBERS = List.of("a", "b", "p!x", "r?1", "q!z", "wide");
    private static final List<String> GROUPS = List.of("g", "h");

    /** Opens a layer of the kind that is tested on a place that is new for each clock. */
    protected abstract ChannelLayer open(AtomicLong clock, boolean evictOnExpiry);

    /** Lets time pass for the layers of a clock. */
    protected void advance(AtomicLong clock, Duration time) {
        clock.addAndGet(time.toNanos());
    }

    /** In what the kind of layer that is tested differs from the model. */
    protected Set<Difference> differences() {
        return Set.of();
    }

    /** How the kind of layer that is tested encodes a map. */
    protected MessageCodec codec() {
        return MessageCodec.smile();
    }

    /** Sets the options that are the same for all layers here. */
    protected static <B extends LayerBuilder<B>> B configured(B builder) {
        return builder.capacity(3)
                .capacity("wide", 9)
                .capacity(Pattern.compile("p!y"), 2)
                .expiry(Duration.ofSeconds(150))
                .groupExpiry(Duration.ofSeconds(350));
    }

    @Property(tries = 120, edgeCases = EdgeCasesMode.NONE)
    void layersDoAsTheModelDoes(@ForAll("operations") List<LayerOperation> operations) {
        run(operations, false);
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void layersThatDropMembersDoAsTheModelDoes(@ForAll("patientOperations") List<LayerOperation> operations) {
        run(operations, true);
    }

    @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
    @Tag("stress")
    void layersDoAsTheModelDoesForLong(@ForAll("operations") List<LayerOperation> operations) {
        run(operations, false);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    @Tag("stress")
    void layersThatDropMembersDoAsTheModelDoesForLong(@ForAll("patientOperations") List<LayerOperation> operations) {
        run(operations, true);
    }

    private void run(List<LayerOperation> operations, boolean asksForEviction) {
        boolean evictOnExpiry = asksForEviction && !differences().contains(Difference.NO_EVICTION);
        AtomicLong clock = new AtomicLong(System.nanoTime());
        World world = new World(clock::get);
        TwinLayers.Opener opener = new TwinLayers.Opener() {
            @Override
            public ChannelLayer openActual() {
                return ChannelLayerProperties.this.open(clock, evictOnExpiry);
            }

            @Override
            public ChannelLayer openModel() {
                return configured(ModelLayer.builder(world))
                        .evictOnExpiry(evictOnExpiry)
                        .open();
            }

            @Override
            public void advance(Duration time) {
                ChannelLayerProperties.this.advance(clock, time);
            }

            @Override
            public Set<Difference> differences() {
                return ChannelLayerProperties.this.differences();
            }

            @Override
            public MessageCodec codec() {
                return ChannelLayerProperties.this.codec();
            }
        };
        try (TwinLayers twins = new TwinLayers(opener)) {
            operations.forEach(operation -> operation.on(twins));
            List<String> allQueues = List.of("a", "b", "p!", "r?1", "q!", "wide");
            twins.compareAll(allQueues, GROUPS);
        }
    }

    @Provide
    Arbitrary<List<LayerOperation>> operations() {
        return operation(false).list().ofMaxSize(60);
    }

    @Provide
    Arbitrary<List<LayerOperation>> patientOperations() {
        return operation(true).list().ofMaxSize(30);
    }

    private static Arbitrary<LayerOperation> operation(boolean waiting) {
        Arbitrary<Integer> layers = Arbitraries.integers().between(0, 2);
        Arbitrary<String> channels = Arbitraries.of(CHANNELS);
        Arbitrary<String> members = Arbitraries.of(MEMBERS);
        Arbitrary<String> queues = Arbitraries.of(QUEUES);
        Arbitrary<String> groups = Arbitraries.of(GROUPS);
        Arbitrary<List<String>> someQueues =
                queues.list().ofMinSize(1).ofMaxSize(3).uniqueElements();
        Arbitrary<Integer> seconds = Arbitraries.frequency(Tuple.of(4, 100), Tuple.of(2, 200), Tuple.of(1, 400));
        return Arbitraries.frequencyOf(
                Tuple.of(6, Combinators.combine(layers, channels, payloads()).as(LayerOperation.TrySend::new)),
                Tuple.of(2, Combinators.combine(layers, channels, layers).as(LayerOperation.SendMap::new)),
                Tuple.of(2, Combinators.combine(layers, channels, payloads()).as(LayerOperation.SendSegment::new)),
                Tuple.of(
                        2,
                        Combinators.combine(layers, channels, payloads().list().ofMaxSize(6))
                                .as(LayerOperation.SendAll::new)),
                Tuple.of(5, Combinators.combine(layers, someQueues).as(LayerOperation.TryReceive::new)),
                Tuple.of(1, Combinators.combine(layers, someQueues).as(LayerOperation.ReceiveTimed::new)),
                Tuple.of(
                        2,
                        Combinators.combine(
                                        layers,
                                        someQueues,
                                        Arbitraries.integers().between(0, 5))
                                .as(LayerOperation.Drain::new)),
                Tuple.of(1, Combinators.combine(layers, queues, payloads()).as(LayerOperation.AskAndAnswer::new)),
                Tuple.of(1, Combinators.combine(layers, queues).as(LayerOperation.Cancel::new)),
                Tuple.of(4, Combinators.combine(layers, groups, members).as(LayerOperation.AddToGroup::new)),
                Tuple.of(1, Combinators.combine(layers, groups, members).as(LayerOperation.DiscardFromGroup::new)),
                Tuple.of(3, Combinators.combine(layers, groups, payloads()).as(LayerOperation.SendToGroup::new)),
                Tuple.of(1, Combinators.combine(layers, groups).as(LayerOperation.LookAtGroup::new)),
                Tuple.of(1, Combinators.combine(layers, channels).as(LayerOperation.LookAtChannel::new)),
                Tuple.of(1, Arbitraries.create(LayerOperation.LookAtStatistics::new)),
                Tuple.of(3, seconds.map(each -> new LayerOperation.Advance(each, waiting))),
                Tuple.of(1, layers.map(LayerOperation.Clear::new)),
                Tuple.of(1, Arbitraries.create(LayerOperation.OpenAnother::new)),
                Tuple.of(1, layers.map(LayerOperation.CloseOne::new)));
    }

    /** Makes payloads of all lengths, and often of those at which a layer may change how it stores them. */
    private static Arbitrary<Payload> payloads() {
        Arbitrary<Integer> lengths = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 300),
                Arbitraries.integers().between(0, 5_000),
                Arbitraries.of(0, 1, 255, 256, 257, 4_096, 70_000));
        return Combinators.combine(lengths, Arbitraries.integers().between(0, 99))
                .as(Payload::new);
    }
}
