package io.github.samboot.autoconfigure;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.members;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the arrows between modules and packages, and the line between what users import
 * and the inside.
 */
class ArchitectureTests {

	private static final String ROOT = "io.github.samboot";

	private static final String CORE = ROOT + ".core..";

	private static final String WATCHDOG = ROOT + ".watchdog..";

	private static final String WATCHDOG_INSIDE = ROOT + ".watchdog.internal";

	private static final String AUTOCONFIGURE = ROOT + ".autoconfigure..";

	private static final String BOOT = ROOT + ".boot..";

	private static final String BOOT_INSIDE = ROOT + ".boot.internal";

	/** What the application may lack. */
	private static final String[] OPTIONAL = { "org.springframework.boot.health..",
			"org.springframework.boot.actuate..", "io.micrometer..", "reactor..", "jakarta..", "com.fasterxml..",
			"tools.jackson..", "org.springframework.web..", "org.springframework.boot.tomcat..",
			"org.springframework.boot.jetty..", "org.apache.catalina..", "org.apache.coyote..", "org.eclipse.jetty..",
			"io.netty.." };

	private static JavaClasses classes;

	@BeforeAll
	static void importClasses() {
		classes = new ClassFileImporter().withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
			.importPackages(ROOT);
		// a rule about classes that were not found would always hold
		for (String name : List.of("core.Sam", "core.internal.wire.Frame", "watchdog.Main",
				"watchdog.internal.supervision.Supervision", "boot.SamProperties",
				"boot.internal.lifecycle.SamLifecycle", "autoconfigure.SamAutoConfiguration")) {
			assertThat(classes.contain(ROOT + "." + name)).as(name).isTrue();
		}
	}

	private static void assertArrows(String from, String... to) {
		classes().that()
			.resideInAPackage(from)
			.should()
			.onlyDependOnClassesThat()
			.resideInAnyPackage(to)
			.check(classes);
	}

	private static void assertNoArrows(String from, String... to) {
		noClasses().that().resideInAPackage(from).should().dependOnClassesThat().resideInAnyPackage(to).check(classes);
	}

	@Test
	void coreShouldDependOnNothingButTheJdk() {
		assertArrows(CORE, "java..", "org.jspecify.annotations", CORE);
	}

	@Test
	void coreApiShouldNotKnowTheInside() {
		assertArrows(ROOT + ".core", "java..", "org.jspecify.annotations", ROOT + ".core");
	}

	@Test
	void watchdogShouldDependOnNothingButCoreAndJdkAndJna() {
		assertArrows(WATCHDOG, "java..", "jdk.net", "sun.misc", "com.sun.jna..", "org.jspecify.annotations", CORE,
				WATCHDOG);
	}

	@Test
	void watchdogShouldUseNativeCodeOnlyInPackagesThatAreLoadedWhenNeeded() {
		noClasses().that()
			.resideInAPackage(WATCHDOG)
			.and()
			.resideOutsideOfPackage(WATCHDOG_INSIDE + ".*.jna")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("com.sun.jna..")
			.check(classes);
	}

	@Test
	void supervisionRulesShouldKnowNothingButCore() {
		// core is relocated in the jar of the watchdog
		classes().that()
			.resideInAPackage(WATCHDOG_INSIDE + ".supervision..")
			.should()
			.onlyDependOnClassesThat(resideInAnyPackage("java.lang..", "java.util", "java.util.function", "java.time",
					"org.jspecify.annotations", ROOT + ".core", ROOT + ".watchdog.core",
					WATCHDOG_INSIDE + ".supervision..")
				.or(simpleName("Nanos")))
			.check(classes);
	}

	@Test
	void partsOfTheWatchdogShouldNotKnowItsLoop() {
		noClasses().that()
			.resideInAPackage(WATCHDOG_INSIDE + "..")
			.and()
			.resideOutsideOfPackage(WATCHDOG_INSIDE + ".loop..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(WATCHDOG_INSIDE + ".loop..", ROOT + ".watchdog")
			.check(classes);
	}

	@Test
	void preparationShouldKnowNothingOfTheWatchdog() {
		// core is relocated in the jar of the watchdog
		assertArrows(WATCHDOG_INSIDE + ".prepare..", "java..", "org.jspecify.annotations",
				WATCHDOG_INSIDE + ".prepare..", WATCHDOG_INSIDE + ".faststart", ROOT + ".core.internal.process",
				ROOT + ".core.internal.rundir", ROOT + ".watchdog.core.internal.process",
				ROOT + ".watchdog.core.internal.rundir");
		assertArrows(WATCHDOG_INSIDE + ".faststart..", "java..", "org.jspecify.annotations",
				WATCHDOG_INSIDE + ".faststart", ROOT + ".core.internal.process", ROOT + ".core.internal.rundir",
				ROOT + ".watchdog.core.internal.process", ROOT + ".watchdog.core.internal.rundir");
	}

	@Test
	void applicationShouldNotKnowTheInsideOfTheWatchdog() {
		assertNoArrows(BOOT, WATCHDOG);
		assertNoArrows(AUTOCONFIGURE, WATCHDOG);
	}

	@Test
	void nothingShouldKnowTheAutoConfiguration() {
		noClasses().that()
			.resideOutsideOfPackage(AUTOCONFIGURE)
			.should()
			.dependOnClassesThat()
			.resideInAPackage(AUTOCONFIGURE)
			.check(classes);
	}

	@Test
	void bootApiShouldNotKnowTheInside() {
		assertNoArrows(ROOT + ".boot", BOOT_INSIDE + "..", ROOT + ".core.internal..");
	}

	@Test
	void launchShouldNotKnowTheApplicationContext() {
		assertNoArrows(BOOT_INSIDE + ".launch..", ROOT + ".boot", BOOT_INSIDE + ".lifecycle..",
				BOOT_INSIDE + ".health..", BOOT_INSIDE + ".actuate..", BOOT_INSIDE + ".metrics..",
				BOOT_INSIDE + ".gate..");
	}

	@Test
	void lifecycleShouldNotKnowWhatIsOptional() {
		for (String name : List.of(".lifecycle", ".diagnostics", ".standby", ".launch")) {
			assertNoArrows(BOOT_INSIDE + name + "..", OPTIONAL);
			assertNoArrows(BOOT_INSIDE + name + "..", BOOT_INSIDE + ".health..", BOOT_INSIDE + ".actuate..",
					BOOT_INSIDE + ".metrics..", BOOT_INSIDE + ".gate..");
		}
		noClasses().that()
			.haveNameMatching(".*\\.SamAutoConfiguration")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(OPTIONAL)
			.check(classes);
	}

	@Test
	void healthShouldNotKnowWhatShowsIt() {
		assertNoArrows(BOOT_INSIDE + ".health..", BOOT_INSIDE + ".actuate..", BOOT_INSIDE + ".metrics..",
				"io.micrometer..");
	}

	@Test
	void onlyMetricsShouldKnowMicrometer() {
		noClasses().that()
			.resideOutsideOfPackage(BOOT_INSIDE + ".metrics..")
			.and()
			.doNotHaveSimpleName("SamMetricsAutoConfiguration")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.micrometer..")
			.check(classes);
	}

	@Test
	void packagesShouldBeFreeOfCircles() {
		slices().assignedFrom(new SliceAssignment() {

			@Override
			public SliceIdentifier getIdentifierOf(JavaClass type) {
				return type.getPackageName().startsWith(ROOT) ? SliceIdentifier.of(type.getPackageName())
						: SliceIdentifier.ignore();
			}

			@Override
			public String getDescription() {
				return "packages";
			}

		}).should().beFreeOfCycles().check(classes);
	}

	@Test
	void signaturesOfTheApiShouldNotMentionTheInside() {
		members().that()
			.areDeclaredInClassesThat(new Api())
			.and(new Visible())
			.should(new NotMentionTheInside())
			.check(classes);
	}

	@Test
	void packagesShouldBeNamedAfterWhatTheyAreAbout() {
		noClasses().should()
			.resideInAnyPackage("..util..", "..common..", "..helper..", "..manager..", "..impl..")
			.check(classes);
	}

	private static boolean isInside(JavaClass type) {
		return type.getPackageName().contains(".internal");
	}

	private static final class Api extends DescribedPredicate<JavaClass> {

		Api() {
			super("users see");
		}

		@Override
		public boolean test(JavaClass type) {
			return !isInside(type) && type.getModifiers().contains(JavaModifier.PUBLIC)
			// the user's beans are made by Spring, not by the user
					&& !type.getPackageName().equals(ROOT + ".autoconfigure");
		}

	}

	private static final class Visible extends DescribedPredicate<JavaMember> {

		Visible() {
			super("are public or protected");
		}

		@Override
		public boolean test(JavaMember member) {
			return member.getModifiers().contains(JavaModifier.PUBLIC)
					|| member.getModifiers().contains(JavaModifier.PROTECTED);
		}

	}

	private static final class NotMentionTheInside extends ArchCondition<JavaMember> {

		NotMentionTheInside() {
			super("not mention types of internal packages");
		}

		@Override
		public void check(JavaMember member, ConditionEvents events) {
			Set<JavaClass> mentioned = new LinkedHashSet<>();
			if (member instanceof JavaField field) {
				mentioned.addAll(field.getType().getAllInvolvedRawTypes());
			}
			else if (member instanceof JavaCodeUnit unit) {
				mentioned.addAll(unit.getReturnType().getAllInvolvedRawTypes());
				unit.getParameterTypes().forEach((type) -> mentioned.addAll(type.getAllInvolvedRawTypes()));
				mentioned.addAll(unit.getExceptionTypes());
			}
			mentioned.stream()
				.filter(ArchitectureTests::isInside)
				.forEach((type) -> events
					.add(SimpleConditionEvent.violated(member, member.getFullName() + " mentions " + type.getName())));
		}

	}

}
