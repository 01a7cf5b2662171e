package dev.towpath.wire;

import dev.towpath.MessageCodec;
import dev.towpath.MessageCodecProperties;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

class MessagePackCodecProperties extends MessageCodecProperties {
    @Override
    protected MessageCodec codec() {
        return new MessagePackCodec(MessageCodec.RESERVED_KEY);
    }

    @Provide
    @Override
    protected Arbitrary<String> starts() {
        return Arbitraries.of("80", "81", "82", "8f", "de0001", "df00000002");
    }

    /** Makes keys, starts, numbers and lengths of all sizes. */
    @Override
    protected Arbitrary<String> frequentTokens() {
        return Arbitraries.of(
                "a16b",
                "a161",
                "a178",
                "d90162",
                "da000163",
                "db0000000164",
                "00",
                "7f",
                "ff",
                "c0",
                "c2",
                "c3",
                "81",
                "82",
                "91",
                "92",
                "dc0002",
                "dd00000002",
                "de0001",
                "df00000001",
                "c401",
                "c50001",
                "c600000001",
                "ca",
                "cb",
                "cc",
                "cd",
                "ce",
                "cf",
                "d0",
                "d1",
                "d2",
                "d3",
                "c7",
                "d4",
                "c1",
                "ffffffff");
    }
}
