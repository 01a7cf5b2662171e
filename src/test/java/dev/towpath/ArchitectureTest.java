package dev.towpath;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Holds the line between the packages: what each may use of the others. */
class ArchitectureTest {
    private static final String API = "dev.towpath";
    private static final String CRYPTO = "dev.towpath.crypto";
    private static final String WAITING = "dev.towpath.waiting";
    private static final String WIRE = "dev.towpath.wire";
    private static final String RABBITMQ = "dev.towpath.rabbitmq";
    private static final String REDIS = "dev.towpath.redis";
    private static final String SHM = "dev.towpath.shm";
    private static final String STORE = "dev.towpath.shm.store";
    private static final String STRUCTURE = "dev.towpath.shm.structure";
    private static final String MEMORY = "dev.towpath.shm.memory";

    /** What a package may use besides itself. A new package has to find its place here. */
    private static final Map<String, Set<String>> MAY_USE = Map.of(
            API, Set.of(),
            CRYPTO, Set.of(),
            WAITING, Set.of(API),
            WIRE, Set.of(API, WAITING),
            RABBITMQ, Set.of(API, WAITING, WIRE),
            REDIS, Set.of(API, CRYPTO, WAITING, WIRE),
            SHM, Set.of(API, CRYPTO, WAITING, STORE, STRUCTURE, MEMORY),
            STORE, Set.of(STRUCTURE, MEMORY),
            STRUCTURE, Set.of(MEMORY),
            MEMORY, Set.of());

    private final JavaClasses ours = new ClassFileImporter().importPath(Path.of("target", "classes"));

    @Test
    void packagesUseOnlyThoseBelowThem() {
        classes().should(useOnlyPackagesBelow()).check(ours);
    }

    @Test
    void onlyTheApiPackageKnowsJackson() {
        noClasses()
                .that()
                .resideOutsideOfPackage(API)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("tools.jackson..", "com.fasterxml..")
                .check(ours);
    }

    /** Steps of the wall clock cannot move what does not look at it. */
    @Test
    void sharedMemoryNeverAsksTheWallClock() {
        noClasses()
                .that()
                .resideInAnyPackage(SHM + "..")
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.time\\.(?:Clock|Instant|LocalDateTime|ZonedDateTime)|java\\.util\\.Date")
                .check(ours);
    }

    /**
     * What tests put behind the door to shared memory costs nothing where they do not: all accesses are methods of one
     * class, which nobody overrides, so the compiler knows where every call goes.
     */
    @Test
    void theDoorToSharedMemoryLeadsToOneClass() {
        JavaClass words = ours.get(MEMORY + ".Words");
        JavaClass segmentWords = ours.get(MEMORY + ".SegmentWords");
        assertEquals(Set.of(segmentWords), words.getSubclasses());
        Set<String> accesses = names(words.getMethods());
        for (JavaMethod method : segmentWords.getMethods()) {
            assertTrue(
                    !accesses.contains(method.getName())
                            || method.getModifiers().contains(JavaModifier.FINAL),
                    method::getFullName);
        }
        segmentWords.getSubclasses().forEach(special -> assertEquals(Set.of("segment"), names(special.getMethods())));
    }

    private static Set<String> names(Set<JavaMethod> methods) {
        return methods.stream().map(JavaMethod::getName).collect(Collectors.toSet());
    }

    private static ArchCondition<JavaClass> useOnlyPackagesBelow() {
        return new ArchCondition<>("use only the packages below their own") {
            @Override
            public void check(JavaClass user, ConditionEvents events) {
                if (!user.getName().equals("module-info") && !MAY_USE.containsKey(user.getPackageName())) {
                    events.add(
                            SimpleConditionEvent.violated(user, user.getName() + " is in a package without a place"));
                }
                for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
                    if (!isAllowed(
                            user.getPackageName(), dependency.getTargetClass().getPackageName())) {
                        events.add(SimpleConditionEvent.violated(user, dependency.getDescription()));
                    }
                }
            }
        };
    }

    private static boolean isAllowed(String from, String to) {
        return !(to + ".").startsWith(API + ".")
                || to.equals(from)
                || MAY_USE.getOrDefault(from, Set.of()).contains(to);
    }
}
