/**
 * What every channel layer is: named channels with expiry and capacity, groups of channels, and the values and errors
 * they deal in.
 *
 * <p>A {@linkplain dev.towpath.ChannelLayer channel layer} carries messages between programs that know each other only
 * by the names of their channels. Whoever knows a channel's name may send to it, and each message is given to exactly
 * one of those who receive from it. A {@linkplain dev.towpath.Group group} is a named set of channels; what is sent to
 * a group goes to every channel in it.
 *
 * <h2>Channels</h2>
 *
 * <p>Nobody creates or deletes a channel: it is there as soon as somebody uses its name. A channel name consists of
 * ASCII letters, digits, {@code .}, {@code _} and {@code -}, and is at most 99 characters long. One {@code ?} or
 * {@code !} in it makes it special:
 *
 * <table class="plain">
 * <caption>Kinds of channels</caption>
 * <thead><tr><th scope="col">Kind</th><th scope="col">Example</th><th scope="col">Meaning</th></tr></thead>
 * <tbody>
 * <tr><td>ordinary</td><td>{@code http.request}</td>
 *     <td>Any number of readers share its messages.</td></tr>
 * <tr><td>single-reader</td><td>{@code http.response?kXwPqTzB}</td>
 *     <td>A fresh name from {@link dev.towpath.ChannelLayer#newChannel newChannel}, for one reader: the address of a
 *     reply.</td></tr>
 * <tr><td>process-local</td><td>{@code websocket.send!alice}</td>
 *     <td>All names with the same part up to and including the {@code !} are <em>one</em> queue. It is received from
 *     under that part, {@code websocket.send!}, and each message says which full name it was sent to.</td></tr>
 * </tbody>
 * </table>
 *
 * <h2>Messages</h2>
 *
 * <p>A message is a map with text keys, or bytes whose meaning only sender and receiver know. The values of a map are
 * {@code null}, booleans, signed 64-bit integers, doubles, text, bytes, and lists and maps of these; see
 * {@link dev.towpath.MessageCodec}. A message is copied when it is sent: what happens to the map or the array
 * afterwards does not change it.
 *
 * <p>Delivery is <em>at most once</em>, in the order of sending for each channel. A message waits until somebody
 * receives it or until it expires, by default after a minute. A channel holds only so many messages, by default 100,
 * and then refuses more with a {@link dev.towpath.ChannelFullException}: a sender that is too fast learns of it at
 * once.
 *
 * <h2>Where to start</h2>
 *
 * <p>Each layer has a builder that extends {@link dev.towpath.LayerBuilder} and opens it. {@link dev.towpath.Sender},
 * {@link dev.towpath.Receiver} and {@link dev.towpath.Group} are handles: cheap to make, worth keeping where a name is
 * used often, and safe to share between threads. {@link dev.towpath.ChannelLayer} has shorthand for using a name once.
 *
 * <p>Arguments are checked before anything changes: {@code null} is a {@link java.lang.NullPointerException} with the
 * parameter's name, any other bad argument an {@link java.lang.IllegalArgumentException} with the value and the rule.
 * What can go wrong with good arguments is a {@link dev.towpath.ChannelLayerException}. All waiting honours interrupts
 * and suits virtual threads.
 *
 * <p>Those who write a layer of their own will want {@link dev.towpath.Names}, {@link dev.towpath.CapacityRules} and
 * {@link dev.towpath.MessageCodec} too.
 */
package dev.towpath;
