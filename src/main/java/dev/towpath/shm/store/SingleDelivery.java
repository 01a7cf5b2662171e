package dev.towpath.shm.store;

/** Copies one message to an array of its own. */
final class SingleDelivery extends Delivery {

    private static final byte[] NOTHING = new byte[0];

    private byte[] content = NOTHING;

    SingleDelivery(Structures structures, Payloads payloads, int capacity) {
        super(structures, payloads, capacity);
    }

    @Override
    public void begin() {
        content = NOTHING;
    }

    @Override
    byte[] reserve(int i, int length) {
        content = new byte[length];
        return content;
    }

    /** Hands the content over. */
    byte[] takeContent() {
        byte[] taken = content;
        content = NOTHING;
        return taken;
    }
}
