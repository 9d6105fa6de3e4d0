package io.github.samboot.sample.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Breaks this application on request.
 */
@RestController
@RequestMapping("/faults")
@ConditionalOnBooleanProperty("sample.faults.enabled")
class FaultController {

	private final Faults faults;

	FaultController(Faults faults) {
		this.faults = faults;
	}

	@GetMapping
	Map<String, String> faults() {
		Map<String, String> effects = new LinkedHashMap<>();
		this.faults.all().forEach((fault) -> effects.put(fault.name(), fault.effect()));
		return effects;
	}

	/**
	 * A deadly fault happens when the answer is on its way, in the same request thread.
	 */
	@PostMapping("/{name}")
	void inject(@PathVariable String name, @RequestParam Map<String, String> parameters, HttpServletResponse response)
			throws Exception {
		Fault fault = this.faults.named(name);
		if (fault == null) {
			throw unknown(name);
		}
		if (!fault.deadly()) {
			fault.action().run(parameters);
		}
		answer(fault, response);
		if (fault.deadly()) {
			fault.action().run(parameters);
		}
	}

	private void answer(Fault fault, HttpServletResponse response) throws IOException {
		byte[] effect = (fault.effect() + "\n").getBytes(StandardCharsets.UTF_8);
		response.setStatus(HttpStatus.ACCEPTED.value());
		response.setContentType(MediaType.TEXT_PLAIN_VALUE);
		response.setContentLength(effect.length);
		response.getOutputStream().write(effect);
		response.flushBuffer();
	}

	@ExceptionHandler
	ProblemDetail noNumber(NumberFormatException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, "The exit code is a number from 0 to 255");
	}

	private ErrorResponseException unknown(String name) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND,
				"There is no fault '" + name + "'. Use one of those listed in 'faults'.");
		problem.setTitle("Unknown fault");
		problem.setProperty("faults", faults());
		return new ErrorResponseException(HttpStatus.NOT_FOUND, problem, null);
	}

}
