package io.github.samboot.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.samboot.test.Await;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.WebElement;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page of the sample application in a real browser.
 */
@Tag("integration")
@Tag("any-java")
class SamplePageIT {

	/** The contrast of each text with what is behind it, as WCAG 2 computes it. */
	private static final String CONTRASTS = """
			const channel = (c) => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4;
			const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
			const light = ([r, g, b]) => .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b);
			const behind = (e) => {
				while (e && rgb(getComputedStyle(e).backgroundColor)[3] === 0) e = e.parentElement;
				return rgb(getComputedStyle(e ?? document.body).backgroundColor);
			};
			return [...document.querySelectorAll('h1,h2,p,dt,dd,li,button,label,span,strong')]
				.filter((e) => e.offsetParent && e.innerText?.trim())
				.map((e) => {
					const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
					return [(a + .05) / (b + .05), e.tagName + ' ' + e.innerText.slice(0, 40)];
				})
				.filter(([contrast]) => contrast < 4.5)
				.map(String);
			""";

	@TempDir
	private Path directory;

	@Test
	void recoveryShouldBeSeenAndTheOrderSurvive() throws IOException {
		try (SupervisedApplication desk = SupervisedApplication.sample().start().awaitHttp();
				Browser browser = new Browser(this.directory)) {
			browser.open(desk.url("/"));
			desk.await("the instance on the page", () -> browser.text("#state").startsWith("Instance 0 is running"));
			browser.all("#text").get(0).sendKeys("two of the good ones");
			browser.button("Take the order").click();
			desk.await("the order on the page", () -> browser.text("#orders").contains("1: two of the good ones"));
			browser.button("halt").click();
			desk.await("the recovery on the page", () -> browser.text("#state").contains("instance 1 has replaced"));
			assertThat(browser.text("#state"))
				.matches("Instance 1 is running \\(pid \\d+\\)\\. Back after [\\d.]+ s:.*");
			assertThat(browser.text("#orders")).contains("1: two of the good ones");
			desk.await("the incident on the page",
					() -> browser.text("#incidents").startsWith("process-exit of instance 0:"));
			assertThat(browser.text("#incidents")).contains("down for", "ended with exit code 7");
			assertThat(browser.all("#beats .missed")).isNotEmpty();
			Path screenshots = Files.createDirectories(Path.of("target/screenshots"));
			for (boolean isDark : List.of(false, true)) {
				browser.dark(isDark);
				assertThat((List<?>) browser.script(CONTRASTS)).as("texts with too little contrast").isEmpty();
				Files.write(screenshots.resolve(isDark ? "page-dark.png" : "page-light.png"), browser.screenshot());
			}
			browser.size(500, 900);
			assertThat(browser.script("return document.documentElement.scrollWidth <= innerWidth"))
				.as("no scrolling sideways on a phone")
				.isEqualTo(true);
			assertThat(browser.all("button, input"))
				.allSatisfy((control) -> assertThat(control.getAccessibleName()).isNotBlank());
			assertThat(browser.errors()).isEmpty();
		}
	}

	@Test
	@Tag("long")
	void everyButtonShouldDoWhatItSays() {
		try (SupervisedApplication desk = SupervisedApplication.sample().start().awaitHttp();
				Browser browser = new Browser(this.directory)) {
			browser.open(desk.url("/"));
			desk.await("the buttons", () -> !browser.all("#faults button").isEmpty());
			List<String> faults = browser.all("#faults button").stream().map(WebElement::getText).toList();
			assertThat(faults).hasSizeGreaterThanOrEqualTo(11);
			int instance = 0;
			for (String fault : faults) {
				desk.await("a running instance", () -> browser.text("#state").matches("Instance \\d+ is running.*"));
				browser.button(fault).click();
				if (!fault.equals("up")) {
					instance++;
					String next = "Instance " + instance + " is running";
					Await.until(fault + ": " + next,
							() -> browser.text("#state") + ' ' + browser.errors() + '\n' + desk.output(),
							() -> browser.text("#state").startsWith(next));
				}
			}
			assertThat(browser.all("#incidents li")).hasSizeGreaterThanOrEqualTo(10);
			assertThat(browser.errors()).isEmpty();
		}
	}

}
