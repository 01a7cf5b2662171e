package dev.towpath.shm.store;

import dev.towpath.shm.memory.Model;
import dev.towpath.shm.structure.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What one life of a channel means: a list of bounded length that can be closed while it is empty. */
final class QueueModel implements Model<QueueModel.State, QueueOperation> {

    /** The messages, in order. */
    record State(List<Message> messages, boolean closed) {
        static final State EMPTY = new State(List.of(), false);
    }

    /** A message: a number of its own, and its deadline. */
    record Message(int number, int deadline) {}

    /** A message as it was taken. */
    record Taken(int number, boolean expired) {}

    @Override
    public List<State> after(State state, QueueOperation operation, @Nullable Object result) {
        return switch (operation) {
            case QueueOperation.Send send -> send(state, send, (Integer) result);
            case QueueOperation.Receive receive -> receive(state, receive, result);
            case QueueOperation.Delete delete -> delete(state, (Boolean) result);
            case QueueOperation.Sweep sweep -> List.of(state);
        };
    }

    private static List<State> send(State state, QueueOperation.Send send, @Nullable Integer result) {
        int room = state.closed ? 0 : Math.max(0, send.capacity() - state.messages.size());
        if (result == null) {
            return IntStream.rangeClosed(1, Math.min(room, send.count()))
                    .mapToObj(count -> append(state, send, count))
                    .toList();
        }
        return switch (result) {
            case QueueOperation.NO_MEMORY -> List.of(state);
            case Channel.GONE -> state.closed ? List.of(state) : List.of();
            case 0 -> !state.closed && room == 0 ? List.of(state) : List.of();
            default -> result <= room ? List.of(append(state, send, result)) : List.of();
        };
    }

    private static State append(State state, QueueOperation.Send send, int count) {
        List<Message> messages = new ArrayList<>(state.messages);
        for (int i = 0; i < count; i++) {
            messages.add(new Message(send.number() + i, send.deadline()));
        }
        return new State(messages, false);
    }

    private static List<State> receive(State state, QueueOperation.Receive receive, @Nullable Object result) {
        if (result == null) {
            List<State> states = new ArrayList<>();
            for (int count = 1; count <= state.messages.size(); count++) {
                if (unexpired(state.messages.subList(0, count), receive) <= receive.limit()) {
                    states.add(drop(state, count));
                }
            }
            return states;
        }
        if (!(result instanceof List<?> taken)) {
            return state.closed ? List.of(state) : List.of();
        }
        if (taken.isEmpty()) {
            return !state.closed && state.messages.isEmpty() ? List.of(state) : List.of();
        }
        if (taken.size() > state.messages.size()) {
            return List.of();
        }
        List<Message> front = state.messages.subList(0, taken.size());
        boolean same = unexpired(front, receive) <= receive.limit();
        for (int i = 0; i < taken.size(); i++) {
            Message message = front.get(i);
            same &= taken.get(i).equals(new Taken(message.number, message.deadline <= receive.now()));
        }
        return same ? List.of(drop(state, taken.size())) : List.of();
    }

    private static long unexpired(List<Message> messages, QueueOperation.Receive receive) {
        return messages.stream()
                .filter(message -> message.deadline > receive.now())
                .count();
    }

    private static State drop(State state, int count) {
        return new State(List.copyOf(state.messages.subList(count, state.messages.size())), false);
    }

    private static List<State> delete(State state, @Nullable Boolean result) {
        if (Boolean.FALSE.equals(result)) {
            return List.of(state);
        }
        boolean possible = !state.closed && state.messages.isEmpty();
        return possible ? List.of(new State(List.of(), true)) : List.of();
    }
}
