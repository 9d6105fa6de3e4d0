package io.github.samboot.sample.orders;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

import io.github.samboot.boot.SamRegisteredEvent;
import io.github.samboot.core.Sam;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;

/**
 * Takes orders. They are kept as SAM's user data, so an order that was confirmed is still
 * there when the next instance answers. Thread-safe.
 */
@Service
public class OrderDesk {

	private static final TypeReference<LinkedHashMap<String, String>> ORDERS = new TypeReference<>() {
	};

	private final ReentrantLock lock = new ReentrantLock();

	private final Sam sam;

	private final JsonMapper mapper;

	private volatile Map<String, String> orders = Map.of();

	private volatile boolean open = true;

	/**
	 * Create a desk.
	 * @param sam keeps the orders
	 * @param mapper writes and reads them
	 */
	public OrderDesk(Sam sam, JsonMapper mapper) {
		this.sam = sam;
		this.mapper = mapper;
	}

	/**
	 * Take an order, or change one.
	 * @param id the order
	 * @param text what is ordered
	 */
	public void put(String id, String text) {
		this.lock.lock();
		try {
			Map<String, String> changed = new LinkedHashMap<>(this.orders);
			changed.put(id, text);
			this.sam.dataStore(this.mapper.writeValueAsBytes(changed));
			this.orders = changed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Return all orders, those of earlier instances included.
	 * @return order texts by id, in the order of their arrival
	 */
	public Map<String, String> orders() {
		return Collections.unmodifiableMap(this.orders);
	}

	/**
	 * Only now, not in the constructor: this may be a spare, which waits for days while
	 * the active instance takes more orders.
	 */
	@EventListener(SamRegisteredEvent.class)
	void restore() {
		byte[] data = this.sam.dataRestore();
		if (data.length > 0) {
			this.orders = this.mapper.readValue(data, ORDERS);
		}
	}

	/**
	 * Return whether orders could be taken now.
	 * @return whether the desk is open
	 */
	public boolean isOpen() {
		this.lock.lock();
		try {
			return this.open;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Close or open the desk.
	 * @param open whether it is open from now on
	 */
	public void open(boolean open) {
		this.open = open;
	}

	/**
	 * Make whoever wants to take an order, or asks whether that is possible, wait for
	 * ever.
	 */
	public void jam() {
		CountDownLatch jammed = new CountDownLatch(1);
		Thread clerk = new Thread(() -> {
			this.lock.lock();
			jammed.countDown();
			while (true) {
				LockSupport.park();
			}
		}, "absent-clerk");
		clerk.setDaemon(true);
		clerk.start();
		try {
			jammed.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
