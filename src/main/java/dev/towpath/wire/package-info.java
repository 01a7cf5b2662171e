/**
 * What the layers on servers have in common: messages in <a href="https://msgpack.org">MessagePack</a>, and the entries
 * that programs on such layers add to them to say where a message goes.
 */
package dev.towpath.wire;
