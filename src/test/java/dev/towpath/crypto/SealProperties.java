package dev.towpath.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class SealProperties {

    @Property(tries = 300)
    void whatIsSealedOpensInItsContextWithItsKeyAlone(
            @ForAll byte[] plain,
            @ForAll byte[] context,
            @ForAll byte[] otherContext,
            @ForAll @NotEmpty String key,
            @ForAll @NotEmpty String otherKey,
            @ForAll @IntRange(max = 100) int offset) {
        Seal seal = Seal.of(List.of(key));
        byte[] sealed = seal.seal(plain, context, offset);
        assertArrayEquals(plain, seal.open(sealed, offset, context));
        assertEquals(offset + plain.length + Seal.OVERHEAD_BYTES, sealed.length);
        if (!Arrays.equals(context, otherContext)) {
            assertThrows(IllegalArgumentException.class, () -> seal.open(sealed, offset, otherContext));
        }
        if (isOther(key, otherKey)) {
            Seal other = Seal.of(List.of(otherKey));
            assertThrows(IllegalArgumentException.class, () -> other.open(sealed, offset, context));
        }
    }

    @Property(tries = 200)
    void anyOfTheKeysOpensATokenAndNoOtherDoes(
            @ForAll byte[] plain,
            @ForAll @Size(min = 1, max = 4) List<@NotEmpty String> keys,
            @ForAll @NotEmpty String otherKey) {
        long now = 1_700_000_000L;
        Fernet all = Fernet.of(keys);
        for (String key : keys) {
            assertArrayEquals(plain, all.decrypt(Fernet.of(List.of(key)).encrypt(plain, now), now, 60));
        }
        Assume.that(keys.stream().allMatch(key -> isOther(key, otherKey)));
        byte[] token = Fernet.of(List.of(otherKey)).encrypt(plain, now);
        assertThrows(IllegalArgumentException.class, () -> all.decrypt(token, now, 60));
    }

    @Property(tries = 1000)
    void anyBytesAreRefusedInOneWay(@ForAll byte[] bytes) {
        Seal seal = Seal.of(List.of("key"));
        assertThrows(IllegalArgumentException.class, () -> seal.open(bytes, 0, new byte[0]));
        Fernet fernet = Fernet.of(List.of("key"));
        assertThrows(IllegalArgumentException.class, () -> fernet.decrypt(bytes, 0, 60));
    }

    /** Texts with half a surrogate pair are other texts, but the same bytes in UTF-8. */
    private static boolean isOther(String key, String other) {
        return !Arrays.equals(key.getBytes(UTF_8), other.getBytes(UTF_8));
    }
}
