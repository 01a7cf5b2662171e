package dev.towpath.rabbitmq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.towpath.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {
    private final List<Long> acknowledged = new ArrayList<>();
    private final Window window = new Window(3, acknowledged::add);
    private final Box a = new Box();
    private final Box b = new Box();

    private void arrive(long tag, Box... boxes) {
        Window.Place place = window.new Place(tag);
        for (Box box : boxes) {
            box.add(new Box.Copy(new Message("x", new byte[0], Parcel.FORMAT.codec()), place));
        }
        place.releaseIfUnkept();
        window.makeRoom();
    }

    @Test
    void whatNobodyKeepsIsAcknowledgedAtOnce() {
        arrive(1);
        assertEquals(List.of(1L), acknowledged);
    }

    @Test
    void whoKeepsTheMostPlacesGivesOneUp() {
        arrive(1, a);
        arrive(2, b);
        arrive(3, b);
        assertEquals(List.of(2L), acknowledged);
        assertEquals(2, b.size(), "the message goes on waiting");
        assertEquals(1, b.places());
    }

    @Test
    void nobodyGivesUpHisLastPlace() {
        Box c = new Box();
        arrive(1, a);
        arrive(2, b);
        arrive(3, c);
        assertEquals(List.of(), acknowledged);
    }

    @Test
    void aMessageToManyHasItsPlaceUntilTheLastHasGivenItUp() {
        arrive(1, a, b);
        arrive(2, a, b);
        a.giveUpPlace();
        assertEquals(List.of(), acknowledged);
        arrive(3, a, b);
        assertEquals(List.of(1L), acknowledged);
        assertEquals(2, a.places());
        assertEquals(2, b.places());
    }

    @Test
    void whatHasWaitedForLongGoesOnWithoutAPlace() {
        arrive(1, a);
        arrive(2, a);
        a.giveUpPlaces(Long.MAX_VALUE);
        assertEquals(List.of(), acknowledged);
        a.giveUpPlaces(-1);
        assertEquals(List.of(1L, 2L), acknowledged);
        assertEquals(2, a.size());
        assertEquals(0, a.places());
    }
}
