package io.github.samboot.watchdog.conformance.scenario;

import java.time.Duration;

import io.github.samboot.core.RecoveryPolicy;
import io.github.samboot.core.SamOptions;

/**
 * Everything that can be done with user data, in every state.
 */
public final class UserData extends Story {

	private UserData() {
	}

	public static void main(String[] args) {
		new UserData().begin();
	}

	@Override
	void tell() {
		size();
		call("store", () -> this.sam.dataStore(null));
		restore(128, 0);
		initialize(RecoveryPolicy.RESTART);
		size();
		store(128, 5);
		size();
		restore(127, 5);
		restore(128, 5);
		call("store", () -> this.sam.dataStore(null));
		size();
		store(128, 5);
		int id = register();
		if (id < 2) {
			start();
		}
		size();
		if (id == 0) {
			restore(128, 5);
			store(121, 100);
			leave(1);
		}
		if (id == 1) {
			restore(121, 100);
			call("store", () -> this.sam.dataStore(null));
			leave(1);
		}
		leave(0);
	}

	@Override
	protected SamOptions.Builder options(RecoveryPolicy policy) {
		return SamOptions.builder(Duration.ZERO, policy);
	}

}
