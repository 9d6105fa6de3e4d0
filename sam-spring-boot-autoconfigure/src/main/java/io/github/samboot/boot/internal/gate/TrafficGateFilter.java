package io.github.samboot.boot.internal.gate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.core.Ordered;

/**
 * The {@link TrafficGate} of a servlet application.
 *
 * @param gate tells whether requests may enter
 * @param openPaths what is answered in any case
 */
public record TrafficGateFilter(TrafficGate gate, OpenPaths openPaths) implements Filter, Ordered {

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (this.gate.isOpen() || isOpenPath((HttpServletRequest) request)) {
			chain.doFilter(request, response);
			return;
		}
		HttpServletResponse refusal = (HttpServletResponse) response;
		// not sendError: the application's error page is the application
		refusal.setStatus(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
		refusal.setHeader("Retry-After", TrafficGate.RETRY_AFTER_SECONDS);
		refusal.setHeader("Cache-Control", "no-store");
		refusal.setContentType("text/plain");
		refusal.setCharacterEncoding(StandardCharsets.UTF_8.name());
		refusal.getWriter().write(TrafficGate.REFUSAL);
	}

	/**
	 * By both: the server normalizes a path with {@code ..;} before it looks for the
	 * servlet, Spring MVC takes the handler from the path as it was sent.
	 */
	private boolean isOpenPath(HttpServletRequest request) {
		String pathInfo = request.getPathInfo();
		String normalized = request.getServletPath() + ((pathInfo != null) ? pathInfo : "");
		String sent = request.getRequestURI().substring(request.getContextPath().length());
		return this.openPaths.contains(normalized) && this.openPaths.contains(sent);
	}

}
