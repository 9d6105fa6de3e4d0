package io.github.samboot.sample.orders;

import java.util.Map;

import io.github.samboot.core.CsError;
import io.github.samboot.core.SamException;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The counter of the order desk.
 */
@RestController
@RequestMapping("/orders")
class OrderController {

	private final OrderDesk desk;

	OrderController(OrderDesk desk) {
		this.desk = desk;
	}

	@GetMapping
	Map<String, String> orders() {
		return this.desk.orders();
	}

	@PutMapping("/{id}")
	@ResponseStatus(HttpStatus.NO_CONTENT)
	void put(@PathVariable String id, @RequestBody String text) {
		this.desk.put(id, text);
	}

	/**
	 * An order that could not be kept is not confirmed.
	 */
	@ExceptionHandler
	ProblemDetail notKept(SamException ex) {
		boolean full = ex.error() == CsError.TOO_BIG || ex.error() == CsError.NO_SPACE;
		return ProblemDetail.forStatusAndDetail(full ? HttpStatus.INSUFFICIENT_STORAGE : HttpStatus.SERVICE_UNAVAILABLE,
				"The order was not taken: " + ex.getMessage());
	}

}
