package io.github.samboot.watchdog.internal.cluster;

/**
 * A source of quorum: it knows whether this node may go on. Some sources push changes
 * (Corosync), others have to be asked (a lease in a key-value store). Both look alike
 * from here.
 * <p>
 * What a provider promises:
 * <ul>
 * <li>{@link #start} returns at once; connecting, asking and waiting happen on threads of
 * the provider.</li>
 * <li>The first call of the listener, an answer or a problem, comes as soon as the first
 * attempt is over.</li>
 * <li>A source that is asked is asked with a time limit: no answer in time is a problem,
 * not silence.</li>
 * <li>A change is told as soon as it is known. Whenever the provider does not know any
 * more (the source stopped, crashed, refuses, answers too late) it says so at once with
 * {@link QuorumListener#quorumUnavailable}: never knowing counts as lost quorum.</li>
 * <li>After a problem it tries again by itself, with back-off, until closed, and then
 * tells the answer even if it is the one from before the problem.</li>
 * <li>It may tell the same thing twice: {@link ClusterLink} passes on changes only.</li>
 * <li>After {@link #close} has returned the listener is not called again.</li>
 * </ul>
 */
public interface QuorumProvider extends AutoCloseable {

	/**
	 * Begin to watch. Called once.
	 * @param listener hears every answer and every problem
	 */
	void start(QuorumListener listener);

	/**
	 * Stop watching and let go of threads and connections. Does nothing if closed
	 * already, or never started; waits two seconds at most.
	 */
	@Override
	void close();

}
