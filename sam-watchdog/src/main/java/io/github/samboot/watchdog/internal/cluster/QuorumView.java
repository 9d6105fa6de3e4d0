package io.github.samboot.watchdog.internal.cluster;

import java.util.List;

/**
 * One answer of a quorum provider.
 *
 * @param quorate whether this node is in the quorate partition
 * @param members the node ids of the partition this node is in, in the provider's order
 */
public record QuorumView(boolean quorate, List<Long> members) {

	/**
	 * Keep a copy of the members.
	 * @param quorate whether this node is in the quorate partition
	 * @param members the node ids of the partition this node is in
	 */
	public QuorumView {
		members = List.copyOf(members);
	}

	boolean sameAs(QuorumView other) {
		// not equals: the one of a record costs the watchdog a method handle machinery
		return this.quorate == other.quorate && this.members.equals(other.members);
	}

}
