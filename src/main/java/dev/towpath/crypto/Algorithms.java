package dev.towpath.crypto;

import java.security.GeneralSecurityException;

/** Says that this JDK lacks an algorithm that every JDK has. */
final class Algorithms {

    private Algorithms() {}

    static IllegalStateException missing(GeneralSecurityException e) {
        return new IllegalStateException("this JDK cannot encrypt: " + e.getMessage(), e);
    }
}
