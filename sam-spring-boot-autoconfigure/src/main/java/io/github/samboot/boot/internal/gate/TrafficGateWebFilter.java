package io.github.samboot.boot.internal.gate;

import java.nio.charset.StandardCharsets;

import reactor.core.publisher.Mono;

import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * The {@link TrafficGate} of a reactive application.
 *
 * @param gate tells whether requests may enter
 * @param openPaths what is answered in any case
 * @param context the context whose requests count
 */
public record TrafficGateWebFilter(TrafficGate gate, OpenPaths openPaths,
		ApplicationContext context) implements WebFilter, Ordered {

	private static final byte[] REFUSAL = TrafficGate.REFUSAL.getBytes(StandardCharsets.UTF_8);

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		// unlike a servlet filter it is inherited by the management port's own context
		boolean isOurs = exchange.getApplicationContext() == null || exchange.getApplicationContext() == this.context;
		if (!isOurs || this.gate.isOpen()
				|| this.openPaths.contains(exchange.getRequest().getPath().pathWithinApplication().value())) {
			return chain.filter(exchange);
		}
		ServerHttpResponse refusal = exchange.getResponse();
		refusal.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
		HttpHeaders headers = refusal.getHeaders();
		headers.set(HttpHeaders.RETRY_AFTER, TrafficGate.RETRY_AFTER_SECONDS);
		headers.setCacheControl(CacheControl.noStore());
		headers.setContentType(new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8));
		headers.setContentLength(REFUSAL.length);
		return refusal.writeWith(Mono.fromSupplier(() -> refusal.bufferFactory().wrap(REFUSAL.clone())));
	}

}
