package dev.athanor.pipelines.peers;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Runs with {@code mvn -Ppeers verify} only: needs Python 3.11 and, once, the package registry. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIfSystemProperty(
        named = "athanor.peers",
        matches = "true",
        disabledReason =
                "Python layers are skipped in this build: run mvn -Ppeers verify, with Python 3.11 on the path")
@interface PeersProfile {}
