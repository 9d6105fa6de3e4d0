package io.github.samboot.boot.internal.connections;

import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

import org.apache.catalina.LifecycleState;
import org.apache.catalina.connector.Connector;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HeldTomcatProtocol}.
 */
class HeldTomcatProtocolTests {

	@Test
	void startThatFailsOnceTheSocketIsBoundShouldNotKeepIt() throws Exception {
		Connector connector = new Connector(new HeldTomcatProtocol());
		connector.setProperty("bindOnInit", "false");
		InetSocketAddress address;
		try (ServerSocketChannel free = ServerSocketChannel.open().bind(new InetSocketAddress(0))) {
			address = (InetSocketAddress) free.getLocalAddress();
		}
		connector.setPort(address.getPort());
		connector.setProperty("pollerThreadPriority", "11");
		connector.start();
		assertThat(connector.getState()).isEqualTo(LifecycleState.FAILED);
		try (ServerSocketChannel next = ServerSocketChannel.open().bind(address)) {
			assertThat(next.getLocalAddress()).isEqualTo(address);
		}
	}

}
