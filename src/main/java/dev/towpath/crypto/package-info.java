/**
 * Encrypts what messages consist of, with the ciphers of the JDK. Knows nothing of channels, and is used by the layers.
 */
package dev.towpath.crypto;
