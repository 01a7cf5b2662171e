/**
 * What the layers on servers have in common: messages in <a href="https://msgpack.org">MessagePack</a> or JSON, the
 * entries that programs on such layers add to them to say where a message goes, and what senders and groups make of
 * what they are given.
 */
package dev.towpath.wire;
