package io.github.samboot.boot;

import java.util.List;

import org.springframework.context.ApplicationEvent;

/**
 * The cluster gained or lost quorum, or there is no watchdog any more that could tell,
 * which counts as lost.
 */
public class SamQuorumEvent extends ApplicationEvent {

	private static final long serialVersionUID = 1L;

	/** Whether this node is quorate now. */
	private final boolean quorate;

	private final transient List<Long> members;

	/**
	 * Create an event.
	 * @param source the context it is published in
	 * @param quorate whether this node is quorate now
	 * @param members the node ids of its partition, none if they are not known
	 */
	public SamQuorumEvent(Object source, boolean quorate, List<Long> members) {
		super(source);
		this.quorate = quorate;
		this.members = List.copyOf(members);
	}

	/**
	 * Return whether this node is quorate now.
	 * @return whether it is
	 */
	public boolean isQuorate() {
		return this.quorate;
	}

	/**
	 * Return the nodes of this node's partition.
	 * @return their ids, none if they are not known
	 */
	public List<Long> getMembers() {
		return this.members;
	}

}
