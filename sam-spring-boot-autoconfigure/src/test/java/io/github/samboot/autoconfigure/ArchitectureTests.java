package io.github.samboot.autoconfigure;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the arrows between modules and packages.
 */
class ArchitectureTests {

	private static final String ROOT = "io.github.samboot";

	private static final String CORE = ROOT + ".core..";

	private static final String WATCHDOG = ROOT + ".watchdog..";

	private static final String AUTOCONFIGURE = ROOT + ".autoconfigure";

	private static JavaClasses classes;

	@BeforeAll
	static void importClasses() {
		classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages(ROOT);
		assertThat(classes.contain("io.github.samboot.core.Sam")).isTrue();
		assertThat(classes.contain("io.github.samboot.autoconfigure.SamProperties")).isTrue();
	}

	@Test
	void coreShouldDependOnNothingButTheJdk() {
		classes().that()
			.resideInAPackage(CORE)
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify.annotations", CORE)
			.check(classes);
	}

	@Test
	void watchdogShouldDependOnNothingButCoreAndJdkAndJna() {
		classes().that()
			.resideInAPackage(WATCHDOG)
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "jdk.net", "sun.misc", "com.sun.jna..", "org.jspecify.annotations", CORE,
					WATCHDOG)
			.allowEmptyShould(true)
			.check(classes);
	}

	@Test
	void watchdogShouldUseNativeCodeOnlyAtItsEdges() {
		noClasses().that()
			.resideInAPackage(WATCHDOG)
			.and()
			.resideOutsideOfPackages(ROOT + ".watchdog.quorum..", ROOT + ".watchdog.launch..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("com.sun.jna..")
			.allowEmptyShould(true)
			.check(classes);
	}

	@Test
	void supervisionRulesShouldKnowNoEdge() {
		noClasses().that()
			.resideInAPackage(ROOT + ".watchdog.supervision..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(ROOT + ".watchdog.loop..", ROOT + ".watchdog.launch..", ROOT + ".watchdog.quorum..",
					ROOT + ".watchdog.incident..", "java.io..", "java.nio.channels..", "java.nio.file.spi..",
					"java.net..")
			.allowEmptyShould(true)
			.check(classes);
	}

	@Test
	void preparationShouldStandByItself() {
		classes().that()
			.resideInAPackage(ROOT + ".watchdog.prepare..")
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify.annotations", ROOT + ".watchdog.prepare..")
			.allowEmptyShould(true)
			.check(classes);
	}

	@Test
	void launchShouldNotKnowTheApplicationContext() {
		noClasses().that()
			.resideInAPackage(AUTOCONFIGURE + ".launch..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(AUTOCONFIGURE, AUTOCONFIGURE + ".health..", AUTOCONFIGURE + ".actuate..",
					AUTOCONFIGURE + ".metrics..")
			.check(classes);
	}

	@Test
	void autoConfigurationShouldNotKnowWhatIsOptional() {
		noClasses().that()
			.resideInAPackage(AUTOCONFIGURE)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(AUTOCONFIGURE + ".health..", AUTOCONFIGURE + ".actuate..", AUTOCONFIGURE + ".metrics..",
					AUTOCONFIGURE + ".gate..", "org.springframework.boot.health..",
					"org.springframework.boot.actuate..", "io.micrometer..", "reactor..", "jakarta..",
					"com.fasterxml..", "tools.jackson..", "org.springframework.web..")
			.check(classes);
	}

	@Test
	void healthShouldNotKnowWhatShowsIt() {
		noClasses().that()
			.resideInAPackage(AUTOCONFIGURE + ".health..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(AUTOCONFIGURE + ".actuate..", AUTOCONFIGURE + ".metrics..", "io.micrometer..")
			.check(classes);
	}

	@Test
	void onlyMetricsShouldKnowMicrometer() {
		noClasses().that()
			.resideOutsideOfPackage(AUTOCONFIGURE + ".metrics..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer..")
			.check(classes);
	}

	@Test
	void packagesShouldBeFreeOfCycles() {
		slices().matching(ROOT + ".autoconfigure.(*)..").should().beFreeOfCycles().check(classes);
		slices().matching(ROOT + ".watchdog.(*)..").should().beFreeOfCycles().allowEmptyShould(true).check(classes);
		slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(classes);
	}

	@Test
	void packagesShouldBeNamedAfterWhatTheyAreAbout() {
		noClasses().should()
			.resideInAnyPackage("..util..", "..common..", "..helper..", "..manager..", "..impl..")
			.check(classes);
	}

}
