package dev.towpath;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Provide;

class SmileCodecProperties extends MessageCodecProperties {
    @Override
    protected MessageCodec codec() {
        return MessageCodec.smile();
    }

    @Provide
    @Override
    protected Arbitrary<String> starts() {
        return Arbitraries.integers().between(0, 255).map(flags -> "3a290a" + hex(flags) + "fa");
    }

    /** Makes keys, starts and ends, references, numbers and lengths of all sizes. */
    @Override
    protected Arbitrary<String> frequentTokens() {
        return Arbitraries.of(
                "806b",
                "8061",
                "8178c3",
                "20",
                "21",
                "22",
                "23",
                "c2",
                "fa",
                "fb",
                "f8",
                "f9",
                "01",
                "40",
                "41",
                "30",
                "3100",
                "ec01",
                "fc",
                "24",
                "25",
                "26",
                "28",
                "29",
                "2a",
                "e0",
                "e4",
                "e8",
                "fd",
                "34",
                "0f7f7f7fbf",
                "7f7f7f7fbf",
                "80",
                "81",
                "bf",
                "01bf");
    }
}
