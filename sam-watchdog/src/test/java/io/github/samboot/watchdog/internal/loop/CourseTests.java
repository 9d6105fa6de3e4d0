package io.github.samboot.watchdog.internal.loop;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

import io.github.samboot.core.Signal;
import io.github.samboot.watchdog.internal.log.Log;
import io.github.samboot.watchdog.internal.supervision.Effect;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Lane;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class CourseTests {

	private Course course;

	private final List<String> done = new ArrayList<>();

	private String fails = "";

	@BeforeEach
	void createCourse() throws IOException {
		this.course = new Course(new EventLoop(new Log()), Supervision.initial(0));
		this.course.actor((Effect.Actor) Proxy.newProxyInstance(Effect.Actor.class.getClassLoader(),
				new Class<?>[] { Effect.Actor.class }, (proxy, method, arguments) -> {
					this.done.add(method.getName());
					if (method.getName().equals(this.fails)) {
						throw new OutOfMemoryError("as asked");
					}
					return null;
				}));
	}

	@Test
	void effectThatFailsShouldNotKeepTheOthersFromBeingDone() {
		this.course.apply(new Event.Begin());
		this.course.apply(new Event.Spawned(Lane.ACTIVE, 1));
		this.fails = "say";
		this.course.apply(new Event.StopRequested(Signal.SIGTERM));
		assertThat(this.done).containsSubsequence("say", "send", "publish");
	}

	/**
	 * A signal that is null stands for whatever may go wrong in the rules.
	 */
	@Test
	void whatTheRulesCouldNotHearShouldBeToldAgain() {
		this.course.surely(new Event.Begin());
		assertThat(this.course.hasUnheard()).isFalse();
		this.course.surely(new Event.StopRequested(null));
		assertThat(this.course.hasUnheard()).isTrue();
		this.course.repeatUnheard();
		assertThat(this.course.hasUnheard()).isTrue();
		this.course.surely(new Event.StopRequested(Signal.SIGTERM));
		assertThat(this.done).contains("quit");
		// there is nothing to stop any more, so it does not matter by which signal
		this.course.repeatUnheard();
		assertThat(this.course.hasUnheard()).isFalse();
	}

}
