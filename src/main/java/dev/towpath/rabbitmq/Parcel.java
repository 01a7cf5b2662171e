package dev.towpath.rabbitmq;

import dev.towpath.Message;
import dev.towpath.Names;
import dev.towpath.wire.Envelope;
import dev.towpath.wire.EnvelopeFormat;
import dev.towpath.wire.MessagePackFormat;
import java.util.ArrayList;
import java.util.List;

/** Turns messages into what travels over the broker, and back: a map with one mark, the channel or the group. */
final class Parcel {
    /** How messages and their marks are written. */
    static final EnvelopeFormat FORMAT = new MessagePackFormat(Envelope.CHANNEL_KEY, Envelope.GROUP_KEY);

    private Parcel() {}

    static byte[] toChannel(byte[] map, String channel) {
        return FORMAT.marked(map, Envelope.CHANNEL_KEY, channel);
    }

    static byte[] toGroup(byte[] map, String group) {
        return FORMAT.marked(map, Envelope.GROUP_KEY, group);
    }

    /**
     * Opens what came to the inbox: a message for each channel of this layer that it is for.
     *
     * @throws IllegalArgumentException if it is not a message of a layer
     */
    static List<Message> openForInbox(byte[] body, Addresses addresses, Memberships memberships) {
        Envelope envelope = FORMAT.open(body);
        List<String> channels = channels(envelope, addresses.inbox(), memberships);
        channels.removeIf(each -> addresses.of(Names.requireChannel(each)).kind() != Address.Kind.OWN_INBOX);
        return copies(envelope, channels);
    }

    /**
     * Opens what came from a shared queue: a message for each channel that it is for and that is received from there.
     * What says nothing of that kind, or is no message of a layer at all, is a message for the queue as such.
     */
    static List<Message> openForShared(byte[] body, Address address, Memberships memberships) {
        try {
            Envelope envelope = FORMAT.open(body);
            List<String> channels = channels(envelope, address.queue(), memberships);
            channels.removeIf(each -> !Names.queueOf(each).equals(address.channel()));
            return copies(envelope, channels.isEmpty() ? List.of(address.channel()) : channels);
        } catch (IllegalArgumentException e) {
            return List.of(new Message(
                    address.channel(), body, FORMAT.codec())); // whoever reads it as a map learns why he cannot
        }
    }

    private static List<String> channels(Envelope envelope, String queue, Memberships memberships) {
        List<String> channels = new ArrayList<>(envelope.names(Envelope.CHANNEL_KEY));
        envelope.names(Envelope.GROUP_KEY).forEach(group -> channels.addAll(memberships.of(group, queue)));
        return channels;
    }

    /** Each copy has its own bytes, which whoever receives it may change. */
    private static List<Message> copies(Envelope envelope, List<String> channels) {
        List<Message> messages = new ArrayList<>(channels.size());
        for (String channel : channels) {
            byte[] payload =
                    messages.isEmpty() ? envelope.payload() : envelope.payload().clone();
            messages.add(new Message(channel, payload, FORMAT.codec()));
        }
        return messages;
    }
}
