package io.github.samboot.watchdog.internal.cluster;

import java.util.List;

import io.github.samboot.core.CsError;

/**
 * Hears what a quorum provider finds out. Called on the provider's own threads, one call
 * at a time and in order: hand the news over and return.
 */
public interface QuorumListener {

	/**
	 * The provider has an answer.
	 * @param quorate whether this node is in the quorate partition
	 * @param members the node ids of the partition this node is in, in the provider's
	 * order
	 */
	void quorumChanged(boolean quorate, List<Long> members);

	/**
	 * The provider has no answer, so this node must count as not quorate.
	 * @param error the error that SAM reports for it
	 * @param problem one sentence: what is wrong and what to do about it
	 */
	void quorumUnavailable(CsError error, String problem);

}
