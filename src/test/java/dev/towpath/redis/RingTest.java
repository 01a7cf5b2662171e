package dev.towpath.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names belong to the servers that Python says: recorded from channels_redis. */
class RingTest {

    @ParameterizedTest
    @CsvSource({
        "key_one, 1 2 2 4 6",
        "key_two, 0 1 1 3 4",
        "group, 0 0 1 2 2",
        "test-group, 1 2 3 6 8",
        "specific.abc!, 1 2 3 6 8",
        "specific.abc!def, 1 2 3 5 8",
        "£, 0 1 1 2 3"
    })
    void aNameHasItsServer(String name, String numbers) {
        int[] servers = {2, 3, 4, 7, 10};
        int[] expected =
                IntStream.of(servers).map(count -> Servers.ring(name, count)).toArray();
        assertEquals(
                numbers,
                String.join(
                        " ", IntStream.of(expected).mapToObj(Integer::toString).toList()));
        assertEquals(0, Servers.ring(name, 1));
    }
}
