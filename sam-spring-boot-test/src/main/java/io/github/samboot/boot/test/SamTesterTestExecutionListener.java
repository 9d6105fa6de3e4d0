package io.github.samboot.boot.test;

import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestContextAnnotationUtils;
import org.springframework.test.context.support.AbstractTestExecutionListener;
import org.springframework.test.context.support.DependencyInjectionTestExecutionListener;

/**
 * Lets each test begin with an instance that nothing has happened to.
 */
class SamTesterTestExecutionListener extends AbstractTestExecutionListener {

	@Override
	public void beforeTestMethod(TestContext test) {
		if (hasTester(test)) {
			SamTester tester = test.getApplicationContext().getBean(SamTester.class);
			test.setAttribute(SamTester.class.getName(), tester);
			tester.begin(() -> {
				test.markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
				test.setAttribute(DependencyInjectionTestExecutionListener.REINJECT_DEPENDENCIES_ATTRIBUTE, true);
			});
		}
	}

	@Override
	public void afterTestMethod(TestContext test) {
		if (test.removeAttribute(SamTester.class.getName()) instanceof SamTester tester) {
			tester.end();
		}
	}

	private static boolean hasTester(TestContext test) {
		return TestContextAnnotationUtils.hasAnnotation(test.getTestClass(), AutoConfigureSamTester.class);
	}

}
