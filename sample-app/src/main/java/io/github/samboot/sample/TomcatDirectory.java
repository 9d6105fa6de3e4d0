package io.github.samboot.sample;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.github.samboot.boot.SamInstance;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.autoconfigure.TomcatServerProperties;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.server.servlet.ConfigurableServletWebServerFactory;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/**
 * Keeps all of Tomcat's files in {@code server.tomcat.basedir}. By default Boot makes two
 * new temporary directories per start, and those of a killed instance stay for ever.
 */
@Component
@ConditionalOnWebApplication
class TomcatDirectory implements WebServerFactoryCustomizer<ConfigurableServletWebServerFactory>, DisposableBean {

	private final Path directory;

	private final SamInstance instance;

	TomcatDirectory(TomcatServerProperties properties, SamInstance instance) {
		this.instance = instance;
		File directory = properties.getBasedir();
		if (directory == null) {
			throw new IllegalStateException("Set server.tomcat.basedir to a directory of this application's own");
		}
		this.directory = directory.toPath();
	}

	@Override
	public void customize(ConfigurableServletWebServerFactory factory) {
		Path documents = this.directory.resolve("documents");
		try {
			factory.setDocumentRoot(Files.createDirectories(documents).toFile());
		}
		catch (IOException ex) {
			throw new UncheckedIOException("No directory for Tomcat, see server.tomcat.basedir", ex);
		}
	}

	@Override
	public void destroy() throws IOException {
		if (this.instance.isStandby()) {
			// the active instance uses it
			return;
		}
		FileSystemUtils.deleteRecursively(this.directory.resolve("documents"));
		FileSystemUtils.deleteRecursively(this.directory.resolve("work"));
		// whatever else may be in there is not ours
		this.directory.toFile().delete();
	}

}
