package io.github.samboot.boot.test;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds what users see of this module, and what it may know of the others.
 */
class TestArchitectureTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("io.github.samboot.boot.test");

	@Test
	void usersShouldSeeNothingButTheTesterAndItsAnnotation() {
		assertThat(CLASSES).filteredOn((type) -> type.getModifiers().contains(JavaModifier.PUBLIC))
			.extracting(JavaClass::getSimpleName)
			.containsExactlyInAnyOrder("SamTester", "AutoConfigureSamTester");
	}

	/**
	 * Of the watchdog the rules go into this jar, and nothing else.
	 */
	@Test
	void testerShouldKnowNothingOfTheWatchdogButItsRules() {
		classes().should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage("java..", "org.jspecify..", "org.springframework..", "io.github.samboot.core..",
					"io.github.samboot.boot..", "io.github.samboot.watchdog.internal.supervision")
			.check(CLASSES);
	}

}
