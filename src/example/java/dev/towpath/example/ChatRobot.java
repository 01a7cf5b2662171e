package dev.towpath.example;

import dev.towpath.ChannelLayer;
import dev.towpath.Group;
import dev.towpath.Message;
import dev.towpath.Names;
import dev.towpath.Receiver;
import dev.towpath.redis.RedisLayer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Throws a die for whoever says {@code /roll} in the chat room of {@code chat.py}: this JVM and the Django application
 * are members of one group, by way of Redis. The only argument is the server's address.
 */
public final class ChatRobot {
    private static final String ROOM = "chat";

    /** How often the membership is renewed, which otherwise ends after a day. */
    private static final Duration RENEWAL = Duration.ofHours(1);

    private ChatRobot() {}

    public static void main(String[] args) throws InterruptedException {
        try (ChannelLayer layer = RedisLayer.builder(args[0]).open()) {
            Group room = layer.group(ROOM);
            String ear = layer.newProcessChannel("robot");
            Receiver heard = layer.receiver(Names.queueOf(ear));
            room.add(ear);
            System.out.println("The robot listens.");
            while (true) {
                Message message = heard.receive(RENEWAL);
                if (message == null) {
                    room.add(ear);
                } else if ("/roll".equals(message.map().get("text"))) {
                    room.send(say("rolls a " + ThreadLocalRandom.current().nextInt(1, 7)));
                }
            }
        }
    }

    /** A message that Channels passes to the method {@code chat_message} of each consumer in the room. */
    private static Map<String, Object> say(String text) {
        return Map.of("type", "chat.message", "from", "robot", "text", text);
    }
}
