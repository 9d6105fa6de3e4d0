package io.github.samboot.watchdog.internal.supervision;

/**
 * One instance of the application.
 *
 * @param id its instance id
 * @param pid its process id, 0 while there is none
 * @param isRegistered whether it called register
 * @param isExiting whether it said that {@code System.exit} was called out of the blue
 * @param mayEndAsSpare whether it was a spare, and may end because of a signal from that
 * time
 */
public record Instance(int id, long pid, boolean isRegistered, boolean isExiting, boolean mayEndAsSpare) {

	static Instance withId(int id) {
		return new Instance(id, 0, false, false, false);
	}

	Instance next() {
		return withId((this.id == Integer.MAX_VALUE) ? 0 : this.id + 1);
	}

	Instance started(long pid) {
		return new Instance(this.id, pid, false, false, false);
	}

	/**
	 * Its process is gone.
	 */
	Instance withoutProcess() {
		return withId(this.id);
	}

	Instance promoted(long pid) {
		return new Instance(this.id, pid, false, false, true);
	}

	/**
	 * What ends it from now on is its own.
	 */
	Instance settled() {
		return new Instance(this.id, this.pid, this.isRegistered, this.isExiting, false);
	}

	Instance registered() {
		return new Instance(this.id, this.pid, true, this.isExiting, this.mayEndAsSpare);
	}

	Instance exiting() {
		return new Instance(this.id, this.pid, this.isRegistered, true, this.mayEndAsSpare);
	}

	@Override
	public String toString() {
		return "instance " + this.id + " (pid " + this.pid + ")";
	}

}
