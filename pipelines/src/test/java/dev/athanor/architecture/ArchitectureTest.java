package dev.athanor.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows between modules, and the fences around what must stay in one place. */
class ArchitectureTest {
    private static final String ENGINE = "dev.athanor.engine..";
    private static final String UDFS = "dev.athanor.udfs..";
    private static final String CONNECTORS = "dev.athanor.connectors..";
    private static final String SPARK_EXT = "dev.athanor.spark..";
    private static final String PIPELINES = "dev.athanor.pipelines..";
    private static final String CATALYST = "dev.athanor.spark.internal.catalyst..";
    private static final String VECTOR = "dev.athanor.engine.kernels.vector..";

    private static JavaClasses all;

    @BeforeAll
    static void readClasses() {
        all = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .withImportOption(location -> !location.contains("-tests.jar")) // where the build has packaged them
                .importPackages("dev.athanor");
    }

    private static void check(ArchRule rule) {
        rule.check(all);
    }

    /** The rule that a library is used by one package, and by those below it, alone. */
    private static ArchRule onlyIn(String home, String library) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(home)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    // ---- arrows: engine <- udfs <- spark-ext <- pipelines, engine <- connectors <- pipelines
    // -------------------------

    @Test
    void engineDependsOnNoOtherModule() {
        check(noClasses()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(UDFS, CONNECTORS, SPARK_EXT, PIPELINES));
    }

    @Test
    void engineKnowsNeitherSparkNorHttp() {
        check(noClasses()
                .that()
                .resideInAPackage(ENGINE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.spark..", "org.apache.hadoop..", "io.delta..", "scala..", "java.net.http.."));
    }

    @Test
    void udfsDependOnTheEngineOnly() {
        check(noClasses()
                .that()
                .resideInAPackage(UDFS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CONNECTORS, SPARK_EXT, PIPELINES));
    }

    @Test
    void connectorsDependOnTheEngineOnly() {
        check(noClasses()
                .that()
                .resideInAPackage(CONNECTORS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(UDFS, SPARK_EXT, PIPELINES));
    }

    @Test
    void sparkExtensionDependsOnEngineAndUdfs() {
        check(noClasses()
                .that()
                .resideInAPackage(SPARK_EXT)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CONNECTORS, PIPELINES));
    }

    @Test
    void modulesHaveNoCycles() {
        check(slices().matching("dev.athanor.(*)..").should().beFreeOfCycles());
    }

    @Test
    void enginePackagesHaveNoCycles() {
        check(slices().matching("dev.athanor.engine.(*)..").should().beFreeOfCycles());
    }

    @Test
    void grammarsKnowTokensAndNoNetworks() {
        partKnowsOnly("grammar", Set.of("grammar", "tokenizer", "text"));
    }

    @Test
    void graphsOfOnnxKnowTensorsAndKernels() {
        partKnowsOnly("onnx", Set.of("onnx", "tensor", "kernels"));
    }

    private static void partKnowsOnly(String part, Set<String> known) {
        String engine = "dev.athanor.engine.";
        check(noClasses()
                .that()
                .resideInAPackage(engine + part + "..")
                .should()
                .dependOnClassesThat(new DescribedPredicate<>("are parts of the engine beside " + known) {
                    @Override
                    public boolean test(JavaClass type) {
                        String name = type.getPackageName();
                        return name.startsWith(engine) && !known.contains(name.substring(engine.length()));
                    }
                }));
    }

    // ---- fences ----------------------------------------------------------------------------------------------------

    @Test
    void sparkInternalsStayInOnePackage() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(CATALYST)
                .should()
                .dependOnClassesThat(new DescribedPredicate<>("are Spark internals") {
                    @Override
                    public boolean test(JavaClass type) {
                        return isSparkInternal(type.getPackageName());
                    }
                }));
    }

    @Test
    void vectorApiStaysInOnePackage() {
        check(onlyIn(VECTOR, "jdk.incubator.vector.."));
    }

    @Test
    void nobodyNamesTheVectorPackage() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(VECTOR)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(VECTOR));
    }

    @Test
    void nd4jStaysInOnePackage() {
        check(onlyIn("dev.athanor.engine.kernels.nd4j..", "org.nd4j.."));
    }

    @Test
    void oneDnnStaysInOnePackage() {
        check(onlyIn("dev.athanor.engine.kernels.onednn..", "org.bytedeco.."));
    }

    @Test
    void jcudaStaysInOnePackage() {
        check(onlyIn("dev.athanor.engine.kernels.cuda..", "jcuda.."));
    }

    @Test
    void cudfStaysInOnePackage() {
        check(onlyIn("dev.athanor.spark.internal.rapids..", "ai.rapids.cudf.."));
    }

    @Test
    void udfsAndConnectorsNeverMeet() {
        check(noClasses()
                .that()
                .resideInAPackage(UDFS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CONNECTORS));
        check(noClasses()
                .that()
                .resideInAPackage(CONNECTORS)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(UDFS));
    }

    @Test
    void aBreachedFenceIsSeen() {
        assertThatThrownBy(() -> check(onlyIn(PIPELINES, "jdk.incubator.vector..")))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("dev.athanor.engine.kernels.vector");
        assertThatThrownBy(() -> check(onlyIn(ENGINE, "dev.athanor.engine..")))
                .as("classes of every module are looked at")
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("dev.athanor.connectors")
                .hasMessageContaining("dev.athanor.spark")
                .hasMessageContaining("dev.athanor.pipelines")
                .hasMessageContaining("dev.athanor.udfs");
    }

    // ---- bans ------------------------------------------------------------------------------------------------------

    @Test
    void noJavaSerializationStreams() {
        check(noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectOutputStream")
                .because("a model or a row is data, never code"));
    }

    @Test
    void librariesDoNotPrint() {
        check(noClasses()
                .that()
                .resideInAnyPackage(ENGINE, UDFS, CONNECTORS, SPARK_EXT)
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .because("what a person reads goes through Progress or the log"));
    }

    @Test
    void nounsOfTheField() {
        check(noClasses()
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils"));
    }

    @Test
    void jobsLiveInPipelines() {
        check(classes()
                .that()
                .implement("dev.athanor.spark.job.Job")
                .should()
                .resideInAPackage(PIPELINES)
                .allowEmptyShould(true));
    }

    @Test
    void everyPackageSaysWhatItIsFor() {
        Set<String> packages = all.stream()
                .filter(c -> !c.getSimpleName().equals("package-info"))
                .map(JavaClass::getPackageName)
                .filter(p -> p.startsWith("dev.athanor"))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> described = PackageDocs.described();
        assertThat(packages).isNotEmpty();
        assertThat(described).as("packages with a package-info.java").containsAll(packages);
    }

    static boolean isSparkInternal(String name) {
        return name.startsWith("org.apache.spark.sql.catalyst")
                || name.startsWith("org.apache.spark.sql.execution")
                || name.startsWith("org.apache.spark.sql.classic");
    }
}
