package dev.towpath;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Says how groups are joined, left and sent to. */
public interface GroupsConformance extends LayerUnderTest {
    private static Group groupOf(ChannelLayer layer, String name, String... channels) {
        Group group = layer.group(name);
        for (String channel : channels) {
            group.add(channel);
        }
        return group;
    }

    /** What a layer says when a message to a group reached so many members and none was full. */
    private GroupSend delivered(int members) {
        return new GroupSend(differs(Difference.OWN_GROUP_MEMBERS) ? 1 : members, 0);
    }

    @Test
    default void aMessageReachesTheTwoOfThreeThatWereNotDiscarded() {
        ChannelLayer layer = open();
        Group group = groupOf(layer, "tg", "a", "b", "c");
        group.discard("b");
        assertEquals(delivered(2), group.send(Map.of("value", "orange")));
        assertEquals(Map.of("value", "orange"), layer.tryReceive("a").map());
        assertEquals(Map.of("value", "orange"), layer.tryReceive("c").map());
        assertNull(layer.tryReceive("a", "b", "c"));
    }

    @Test
    default void theSameHoldsForProcessLocalMembers() {
        ChannelLayer layer = open();
        Group group = groupOf(layer, "tg", "p!a", "p!b", "p!c");
        group.discard("p!b");
        assertEquals(delivered(2), group.send(new byte[1]));
        Set<String> reached = new HashSet<>();
        reached.add(layer.tryReceive("p!").channel());
        reached.add(layer.tryReceive("p!").channel());
        assertEquals(Set.of("p!a", "p!c"), reached);
        assertNull(layer.tryReceive("p!"));
    }

    @Test
    default void membersAreListedBeforeAndAfterADiscard() {
        ChannelLayer layer = open();
        Group group = groupOf(layer, "tg", "a", "b!x", "c?y");
        assertEquals(Set.of("a", "b!x", "c?y"), group.channels());
        assertEquals(3, group.size());
        group.discard("b!x");
        assertEquals(Set.of("a", "c?y"), group.channels());
        assertEquals(2, group.size());
    }

    @Test
    default void theListOfMembersIsASnapshotThatCannotBeChanged() {
        ChannelLayer layer = open();
        Group group = groupOf(layer, "g", "a");
        Set<String> before = group.channels();
        group.add("b");
        assertEquals(Set.of("a"), before);
        assertThrows(UnsupportedOperationException.class, () -> before.add("c"));
        assertThrows(UnsupportedOperationException.class, () -> before.remove("a"));
    }

    @Test
    default void aGroupNobodyKnowsIsEmpty() {
        ChannelLayer layer = open();
        Group group = layer.group("nobody");
        assertEquals(Set.of(), group.channels());
        assertEquals(0, group.size());
        assertEquals(new GroupSend(0, 0), group.send(Map.of()));
        assertEquals(new GroupSend(0, 0), group.send(new byte[1]));
        group.discard("a");
        assertEquals(0, group.size());
    }

    @Test
    default void addingAgainAndDiscardingAStrangerChangeNothing() {
        ChannelLayer layer = open();
        Group group = groupOf(layer, "g", "a", "a", "a");
        group.discard("b");
        assertEquals(Set.of("a"), group.channels());
        assertEquals(new GroupSend(1, 0), group.send(new byte[1]));
        group.discard("a");
        group.discard("a");
        assertEquals(0, group.size());
        group.add("a");
        assertEquals(1, group.size());
    }

    @Test
    default void groupsOfDifferentNamesAreDifferent() {
        ChannelLayer layer = open();
        Group one = groupOf(layer, "one", "a", "both");
        Group two = groupOf(layer, "two", "b", "both");
        one.discard("both");
        assertEquals(Set.of("a"), one.channels());
        assertEquals(Set.of("b", "both"), two.channels());
        assertEquals(Set.of("a"), layer.group("one").channels());
    }

    @Test
    default void aGroupAndAChannelMayHaveOneName() {
        ChannelLayer layer = open();
        groupOf(layer, "name", "name").send(new byte[2]);
        assertEquals(2, layer.tryReceive("name").bytes().length);
        assertNull(layer.tryReceive("name"));
    }

    @Test
    default void allLayersThatShareAPlaceShareItsGroups() {
        ChannelLayer one = open();
        ChannelLayer other = open();
        groupOf(one, "g", "a", "b");
        Set<String> known = differs(Difference.OWN_GROUP_MEMBERS) ? Set.of() : Set.of("a", "b");
        assertEquals(known, other.group("g").channels());
        other.group("g").discard("a");
        assertEquals(new GroupSend(1, 0), one.group("g").send(new byte[1]));
        assertNotNull(other.tryReceive("b"));
        assertNull(other.tryReceive("a"));
    }

    @Test
    default void membersThatAreFullAreSkippedAndCounted() {
        ChannelLayer layer = open(options -> options.capacity(2).capacity("small", 1));
        Group group = groupOf(layer, "g", "small", "large", "p!x", "p!y");
        boolean onePlace = differs(Difference.ONE_PLACE_FOR_ALL_MEMBERS_OF_A_QUEUE);
        if (differs(Difference.OWN_GROUP_MEMBERS)) {
            assertEquals(new GroupSend(1, 0), group.send(new byte[1]));
            assertEquals(new GroupSend(0, 1), group.send(new byte[2]));
            assertEquals(new GroupSend(0, 1), group.send(new byte[3]));
            assertEquals(1, layer.statistics("small").messagesPending());
            assertEquals(2, layer.statistics("large").messagesPending());
            assertEquals(2, layer.statistics("p!").messagesPending());
            return;
        }
        assertEquals(new GroupSend(4, 0), group.send(new byte[1]));
        assertEquals(onePlace ? new GroupSend(3, 1) : new GroupSend(1, 3), group.send(new byte[2]));
        assertEquals(new GroupSend(0, 4), group.send(new byte[3]));
        assertEquals(1, layer.statistics("small").messagesPending());
        assertEquals(2, layer.statistics("large").messagesPending());
        assertEquals(2, layer.statistics("p!").messagesPending());
    }

    @Test
    default void sendingToAGroupOftenerThanItsCapacityNeverFails() {
        ChannelLayer layer = open(options -> options.capacity(3));
        Group group = groupOf(layer, "g", "a");
        for (int i = 0; i < 4; i++) {
            group.send(Map.of("i", i));
        }
        for (long i = 0; i < 3; i++) {
            assertEquals(i, layer.tryReceive("a").map().get("i"));
        }
        assertNull(layer.tryReceive("a"));
    }

    @Test
    default void messagesToAGroupKeepTheirPlaceAmongTheOthers() {
        ChannelLayer layer = open();
        Group group = groupOf(layer, "g", "a");
        layer.send("a", new byte[1]);
        group.send(new byte[2]);
        layer.send("a", new byte[3]);
        group.send(MemorySegment.ofArray(new byte[4]));
        for (int i = 1; i <= 4; i++) {
            assertEquals(i, layer.tryReceive("a").bytes().length);
        }
    }

    @Test
    default void aGroupMayHaveManyMembers() {
        ChannelLayer layer = open();
        Group group = layer.group("many");
        Set<String> members = new HashSet<>();
        int many = differs(Difference.OWN_GROUP_MEMBERS) ? 100 : 1000;
        for (int i = 0; i < many; i++) {
            members.add("member?" + i);
            group.add("member?" + i);
        }
        assertEquals(members, group.channels());
        assertEquals(many, group.size());
        byte[] payload = new byte[700];
        payload[699] = 7;
        assertEquals(delivered(many), group.send(payload));
        for (String member : members) {
            Message message = layer.tryReceive(member);
            assertEquals(member, message.channel());
            assertEquals(7, message.bytes()[699]);
        }
        assertEquals(0, layer.statistics().messagesPending());
        members.forEach(group::discard);
        assertEquals(0, group.size());
    }

    @Test
    default void aChannelMayBeInManyGroups() {
        ChannelLayer layer = open(options -> options.capacity(200));
        for (int i = 0; i < 200; i++) {
            layer.group("g" + i).add("a");
        }
        for (int i = 0; i < 200; i++) {
            assertEquals(new GroupSend(1, 0), layer.group("g" + i).send(new byte[i]));
        }
        for (int i = 0; i < 200; i++) {
            assertEquals(i, layer.tryReceive("a").bytes().length);
        }
    }
}
