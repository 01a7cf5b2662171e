package dev.towpath.shm.memory;

/** The kinds of access to shared memory that a {@link SteppedWords} tells apart. */
public enum Access {
    GET(false),
    SET(true),
    GET_VOLATILE(false),
    SET_RELEASE(true),
    COMPARE_AND_SET(true),
    GET_AND_ADD(true),
    GET_AND_OR(true),
    GET_AND_SET(true),
    READ(false),
    WRITE(true);

    private final boolean write;

    Access(boolean write) {
        this.write = write;
    }

    /** Whether the access can change what others see. */
    public boolean isWrite() {
        return write;
    }
}
