package io.github.samboot.applications.database;

import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Migrations, a pool and a scheduler that stores its jobs.
 */
@SpringBootApplication
public class DatabaseApplication {

	public static void main(String[] args) {
		SpringApplication.run(DatabaseApplication.class, args);
	}

	@Bean
	JobDetail detail() {
		return JobBuilder.newJob(Ticking.class).withIdentity("ticking").storeDurably().build();
	}

	@Bean
	Trigger trigger(JobDetail detail) {
		return TriggerBuilder.newTrigger()
			.forJob(detail)
			.withSchedule(SimpleScheduleBuilder.simpleSchedule().withIntervalInMilliseconds(200).repeatForever())
			.build();
	}

	public static class Ticking implements Job {

		private final JdbcTemplate database;

		public Ticking(JdbcTemplate database) {
			this.database = database;
		}

		@Override
		public void execute(JobExecutionContext context) {
			this.database.update("insert into tick (at) values (current_timestamp)");
		}

	}

	@RestController
	static class Ticks {

		private final JdbcTemplate database;

		Ticks(JdbcTemplate database) {
			this.database = database;
		}

		@GetMapping("/")
		Integer count() {
			return this.database.queryForObject("select count(*) from tick", Integer.class);
		}

	}

}
