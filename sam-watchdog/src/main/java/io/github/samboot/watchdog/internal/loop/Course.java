package io.github.samboot.watchdog.internal.loop;

import java.util.ArrayDeque;

import io.github.samboot.watchdog.internal.supervision.Effect;
import io.github.samboot.watchdog.internal.supervision.Event;
import io.github.samboot.watchdog.internal.supervision.Moment;
import io.github.samboot.watchdog.internal.supervision.Supervision;
import org.jspecify.annotations.Nullable;

/**
 * The course of events: tells the rules what happens, and lets be done what follows. Only
 * the event loop's thread uses it.
 */
final class Course {

	private final EventLoop loop;

	/** What the rules have not heard because an error kept them from it. */
	private final ArrayDeque<Event> unheard = new ArrayDeque<>();

	private Supervision supervision;

	private Effect.@Nullable Actor actor;

	Course(EventLoop loop, Supervision initial) {
		this.loop = loop;
		this.supervision = initial;
	}

	/**
	 * Let somebody do what follows from now on.
	 */
	void actor(Effect.Actor actor) {
		this.actor = actor;
	}

	/**
	 * Go on from another state.
	 */
	void resume(Supervision supervision) {
		this.supervision = supervision;
	}

	/**
	 * Return what the rules know.
	 */
	Supervision supervision() {
		return this.supervision;
	}

	/**
	 * Let the rules hear of what happens, and do what follows.
	 * @return whether anything follows
	 */
	boolean apply(Event event) {
		Supervision.Step step = this.supervision.step(event, new Moment(System.nanoTime(), System.currentTimeMillis()));
		this.supervision = step.next();
		Effect.Actor actor = this.actor;
		if (actor == null) {
			throw new IllegalStateException("nobody acts yet");
		}
		for (Effect effect : step.effects()) {
			try {
				effect.accept(actor);
			}
			catch (Throwable ex) {
				// the state counts on all that follows
				this.loop.problem(ex);
			}
		}
		return !step.effects().isEmpty();
	}

	/**
	 * Let the rules hear of what happens only once, now or as soon as possible: without
	 * it they would wait for ever.
	 */
	void surely(Event event) {
		try {
			apply(event);
		}
		catch (Throwable ex) {
			// the rules threw, so nothing has changed
			this.unheard.add(event);
			this.loop.problem(ex);
		}
	}

	boolean hasUnheard() {
		return !this.unheard.isEmpty();
	}

	void repeatUnheard() {
		for (int i = this.unheard.size(); i > 0; i--) {
			surely(this.unheard.remove());
		}
	}

}
