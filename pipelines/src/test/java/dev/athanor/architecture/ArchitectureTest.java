package dev.athanor.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The arrows between modules, and the fences around what must stay in one place. */
@AnalyzeClasses(packages = "dev.athanor", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ENGINE = "dev.athanor.engine..";
    private static final String UDFS = "dev.athanor.udfs..";
    private static final String CONNECTORS = "dev.athanor.connectors..";
    private static final String SPARK_EXT = "dev.athanor.spark..";
    private static final String PIPELINES = "dev.athanor.pipelines..";
    private static final String CATALYST = "dev.athanor.spark.internal.catalyst..";
    private static final String VECTOR = "dev.athanor.engine.kernels.vector..";

    // ---- arrows: engine <- udfs <- spark-ext <- pipelines, engine <- connectors <- pipelines
    // -------------------------

    @ArchTest
    static final ArchRule engineDependsOnNoOtherModule = noClasses()
            .that()
            .resideInAPackage(ENGINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(UDFS, CONNECTORS, SPARK_EXT, PIPELINES);

    @ArchTest
    static final ArchRule engineKnowsNeitherSparkNorHttp = noClasses()
            .that()
            .resideInAPackage(ENGINE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.spark..", "org.apache.hadoop..", "io.delta..", "scala..", "java.net.http..");

    @ArchTest
    static final ArchRule udfsDependOnTheEngineOnly = noClasses()
            .that()
            .resideInAPackage(UDFS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CONNECTORS, SPARK_EXT, PIPELINES);

    @ArchTest
    static final ArchRule connectorsDependOnTheEngineOnly = noClasses()
            .that()
            .resideInAPackage(CONNECTORS)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(UDFS, SPARK_EXT, PIPELINES);

    @ArchTest
    static final ArchRule sparkExtensionDependsOnEngineAndUdfs = noClasses()
            .that()
            .resideInAPackage(SPARK_EXT)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(CONNECTORS, PIPELINES);

    @ArchTest
    static final ArchRule modulesHaveNoCycles =
            slices().matching("dev.athanor.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule enginePackagesHaveNoCycles =
            slices().matching("dev.athanor.engine.(*)..").should().beFreeOfCycles();

    // ---- fences ----------------------------------------------------------------------------------------------------

    @ArchTest
    static final ArchRule sparkInternalsStayInOnePackage = noClasses()
            .that()
            .resideOutsideOfPackage(CATALYST)
            .should()
            .dependOnClassesThat(new DescribedPredicate<>("are Spark internals") {
                @Override
                public boolean test(JavaClass type) {
                    return isSparkInternal(type.getPackageName());
                }
            });

    @ArchTest
    static final ArchRule vectorApiStaysInOnePackage = noClasses()
            .that()
            .resideOutsideOfPackage(VECTOR)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jdk.incubator.vector..");

    @ArchTest
    static final ArchRule nobodyNamesTheVectorPackage = noClasses()
            .that()
            .resideOutsideOfPackage(VECTOR)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(VECTOR);

    @ArchTest
    static final ArchRule nd4jStaysInOnePackage = noClasses()
            .that()
            .resideOutsideOfPackage("dev.athanor.engine.kernels.nd4j..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.nd4j..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule jcudaStaysInOnePackage = noClasses()
            .that()
            .resideOutsideOfPackage("dev.athanor.engine.kernels.cuda..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jcuda..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule cudfStaysInOnePackage = noClasses()
            .that()
            .resideOutsideOfPackage("dev.athanor.spark.internal.rapids..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.rapids.cudf..")
            .allowEmptyShould(true);

    // ---- bans ------------------------------------------------------------------------------------------------------

    @ArchTest
    static final ArchRule noJavaSerializationStreams = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectOutputStream")
            .because("a model or a row is data, never code");

    @ArchTest
    static final ArchRule librariesDoNotPrint = noClasses()
            .that()
            .resideInAnyPackage(ENGINE, UDFS, CONNECTORS, SPARK_EXT)
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .because("what a person reads goes through Progress or the log");

    @ArchTest
    static final ArchRule nounsOfTheField = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils");

    @ArchTest
    static final ArchRule jobsLiveInPipelines = classes()
            .that()
            .implement("dev.athanor.spark.job.Job")
            .should()
            .resideInAPackage(PIPELINES)
            .allowEmptyShould(true);

    @Test
    void everyPackageSaysWhatItIsFor() {
        JavaClasses all = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.athanor");
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
