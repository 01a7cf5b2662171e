package dev.towpath.shm.memory;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * What a structure means: how an operation that happens in one moment changes a state.
 *
 * @param <S> immutable states, compared by value
 * @param <O> the operations
 */
@FunctionalInterface
public interface Model<S, O> {

    /**
     * Lists the states after an operation.
     *
     * @param result its result; null if its thread died in it, so that it may have had any
     * @return none if the operation cannot have this result in this state
     */
    Collection<S> after(S state, O operation, @Nullable Object result);
}
