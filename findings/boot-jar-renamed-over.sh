#!/usr/bin/env bash
# Another jar is renamed over the one that a Spring Boot application was started from, which is harmless
# for a program that keeps its file open. Spring Boot's loader does, but not for a thread that is
# interrupted: for it the loader opens the path once more, and looks into the new file where the class was
# in the old one. So tasks that are cancelled, or end with their executor, do not find classes that were
# not loaded before; nor does any other thread, until the loader's buffer has been filled with something
# else. If it is a link to the directory of the release that changes, all is well: the loader resolves it
# at the start.
# Runs spring-boot-loader in the version below, from a temporary folder; needs a JDK from 17 on, and Maven.
# Exit code 0: as described.
set -euo pipefail
version=4.1.2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -q -B -ntp -Dmaven.repo.local="$work/repository" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy \
	-Dartifact="org.springframework.boot:spring-boot-loader:$version" -DoutputDirectory="$work"
mkdir -p "$work"/{source,library,application/BOOT-INF/classes,application/BOOT-INF/lib,releases/1,releases/2}

cat >"$work/source/App.java" <<'JAVA'
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

public class App {

	public static void main(String[] args) throws Exception {
		load("library.First");
		if (args.length > 0) {
			Files.move(Path.of(args[0]), Path.of(args[1]), StandardCopyOption.ATOMIC_MOVE);
		}
		load("library.Second");
		Thread thread = new Thread(() -> {
			Thread.currentThread().interrupt();
			load("library.Third");
		});
		thread.start();
		thread.join();
		load("library.Third");
		load("library.Fourth");
		load("library.Third");
	}

	private static void load(String name) {
		try {
			Class.forName(name);
			System.out.print(name + " ");
		}
		catch (ClassNotFoundException | LinkageError ex) {
			System.out.print(ex.getClass().getSimpleName() + " ");
		}
	}

}
JAVA
# classes that are larger than the loader's buffer
text=$(head -c 40000 /dev/zero | tr '\0' x)
for name in First Second Third Fourth; do
	echo "package library; public class $name { String text = \"$text\"; }" >"$work/source/$name.java"
done
javac --release 17 -d "$work/library" "$work"/source/{First,Second,Third,Fourth}.java
javac --release 17 -d "$work/application/BOOT-INF/classes" "$work/source/App.java"
(cd "$work/application" && jar xf "$work/spring-boot-loader-$version.jar" org)
printf '%s\n' "Main-Class: org.springframework.boot.loader.launch.JarLauncher" "Start-Class: App" \
	"Spring-Boot-Classes: BOOT-INF/classes/" "Spring-Boot-Lib: BOOT-INF/lib/" >"$work/manifest"
release() {
	jar cf0 "$work/application/BOOT-INF/lib/library.jar" -C "$work/library" .
	jar cfm0 "$work/releases/$1/app.jar" "$work/manifest" -C "$work/application" .
}
release 1
# the next release has one more resource, so that all else lies somewhere else
head -c 100000 /dev/zero >"$work/application/BOOT-INF/classes/a-resource"
release 2
cp "$work/releases/2/app.jar" "$work/releases/next.jar"
ln -s 1 "$work/releases/current"
ln -s 2 "$work/releases/changed"

java -version 2>&1 | head -n 1
cd "$work/releases"
alone=$(java -jar current/app.jar)
linked=$(java -jar current/app.jar changed current)
renamed=$(java -jar 1/app.jar next.jar 1/app.jar)
printf '%s\n' "left alone:   $alone" "link changed: $linked" "renamed over: $renamed"
expected() { printf '%s ' library.First library.Second "$@"; }
all=$(expected library.Third library.Third library.Fourth library.Third)
lost=$(expected ClassNotFoundException ClassNotFoundException library.Fourth library.Third)
if [ "$alone" = "$all" ] && [ "$linked" = "$all" ] && [ "$renamed" = "$lost" ]; then
	echo "As described: a class that is there is not found by a thread that is interrupted."
else
	echo "Not as described."
	exit 1
fi
