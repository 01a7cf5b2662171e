package dev.towpath.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Says who somebody is to a server. Nothing shows the password.
 *
 * @param user the user, if not the default one
 * @param password the password
 */
record Login(@Nullable String user, String password) {
    CommandArguments command() {
        CommandArguments command = new CommandArguments(Command.AUTH);
        if (user != null) {
            command.add(user.getBytes(UTF_8));
        }
        return command.add(password.getBytes(UTF_8));
    }

    @Override
    public String toString() {
        return user == null ? "the default user" : user;
    }
}
