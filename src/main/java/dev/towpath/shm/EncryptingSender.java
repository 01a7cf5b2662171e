package dev.towpath.shm;

import dev.towpath.Sender;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Encrypts what another sender sends. */
final class EncryptingSender implements Sender {

    private final Sender sender;
    private final Encryption encryption;
    private final byte[] context;

    EncryptingSender(Sender sender, Encryption encryption) {
        this.sender = sender;
        this.encryption = encryption;
        this.context = encryption.contextOfChannel(sender.channel());
    }

    @Override
    public String channel() {
        return sender.channel();
    }

    @Override
    public void send(Map<String, ?> message) {
        sender.send(encrypt(message));
    }

    @Override
    public void send(byte[] payload) {
        sender.send(encrypt(payload));
    }

    @Override
    public void send(MemorySegment payload) {
        sender.send(encrypt(payload));
    }

    @Override
    public boolean trySend(Map<String, ?> message) {
        return sender.trySend(encrypt(message));
    }

    @Override
    public boolean trySend(byte[] payload) {
        return sender.trySend(encrypt(payload));
    }

    @Override
    public boolean trySend(MemorySegment payload) {
        return sender.trySend(encrypt(payload));
    }

    @Override
    public void send(Map<String, ?> message, Duration timeout) throws InterruptedException {
        sender.send(encrypt(message), timeout);
    }

    @Override
    public void send(byte[] payload, Duration timeout) throws InterruptedException {
        sender.send(encrypt(payload), timeout);
    }

    @Override
    public void send(MemorySegment payload, Duration timeout) throws InterruptedException {
        sender.send(encrypt(payload), timeout);
    }

    @Override
    public int sendAll(List<byte[]> payloads) {
        Objects.requireNonNull(payloads, "payloads");
        for (byte[] payload : payloads) {
            encryption.requireLength(Objects.requireNonNull(payload, "payload").length);
        }
        return sender.sendAll(payloads.stream().map(this::encrypt).toList());
    }

    private byte[] encrypt(Map<String, ?> message) {
        return encrypt(encryption.encode(message));
    }

    private byte[] encrypt(byte[] payload) {
        return encryption.encryptForChannel(payload, context);
    }

    private byte[] encrypt(MemorySegment payload) {
        encryption.requireLength(Objects.requireNonNull(payload, "payload").byteSize());
        return encrypt(payload.toArray(ValueLayout.JAVA_BYTE));
    }
}
