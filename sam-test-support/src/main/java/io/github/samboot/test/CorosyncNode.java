package io.github.samboot.test;

import java.util.List;

/**
 * One node of a {@link CorosyncCluster}.
 */
public final class CorosyncNode {

	private final CorosyncCluster cluster;

	private final String number;

	CorosyncNode(CorosyncCluster cluster, int number) {
		this.cluster = cluster;
		this.number = Integer.toString(number);
	}

	/**
	 * Cut this node off from the others.
	 */
	public void partition() {
		this.cluster.run("partition", this.number);
	}

	/**
	 * Connect this node again.
	 */
	public void heal() {
		this.cluster.run("heal", this.number);
	}

	/**
	 * SIGKILL this node's Corosync.
	 */
	public void killDaemon() {
		this.cluster.run("kill-daemon", this.number);
	}

	/**
	 * Stop this node's Corosync in good order.
	 */
	public void stopDaemon() {
		this.cluster.run("stop-daemon", this.number);
	}

	/**
	 * Start this node's Corosync again.
	 */
	public void startDaemon() {
		this.cluster.run("start-daemon", this.number);
	}

	/**
	 * Change the votes that the cluster expects: on a cluster of one node 2 takes quorum
	 * away and 1 gives it back.
	 * @param votes the number of votes
	 */
	public void expectedVotes(int votes) {
		this.cluster.run("expected-votes", this.number, Integer.toString(votes));
	}

	/**
	 * Wait until Corosync itself calls this node quorate.
	 */
	public void awaitQuorate() {
		this.cluster.run("wait", this.number, "quorate", "30");
	}

	/**
	 * Wait until Corosync itself calls this node not quorate.
	 */
	public void awaitNotQuorate() {
		this.cluster.run("wait", this.number, "not-quorate", "30");
	}

	/**
	 * Return the command line that runs a command on this node, with the process id that
	 * it is started with.
	 * @param command the command
	 * @return the command line for {@link ProcessBuilder}
	 */
	public List<String> command(List<String> command) {
		String[] arguments = new String[command.size() + 2];
		arguments[0] = "exec";
		arguments[1] = this.number;
		for (int i = 0; i < command.size(); i++) {
			arguments[i + 2] = command.get(i);
		}
		return this.cluster.command(arguments);
	}

	/**
	 * Run a command on this node.
	 * @param command the command
	 * @return what it printed
	 */
	public String run(String... command) {
		String[] arguments = new String[command.length + 2];
		arguments[0] = "exec";
		arguments[1] = this.number;
		System.arraycopy(command, 0, arguments, 2, command.length);
		return this.cluster.run(arguments);
	}

	/**
	 * Return the process id of this node's Corosync.
	 * @return the process id
	 */
	public long daemonPid() {
		return Long.parseLong(this.cluster.run("show", this.number, "daemon-pid").strip());
	}

	/**
	 * Return what this node's Corosync has logged.
	 * @return its log file
	 */
	public String log() {
		return run("cat", "/var/log/corosync/corosync.log");
	}

	/**
	 * Return where this node is reached from outside, also while it is partitioned.
	 * @return an IPv4 address
	 */
	public String hostAddress() {
		return this.cluster.run("show", this.number, "host-address").strip();
	}

	@Override
	public String toString() {
		return "node " + this.number;
	}

}
