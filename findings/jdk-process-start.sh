#!/usr/bin/env bash
# A JVM with three free file descriptors starts a program. The JDK makes one pipe, cannot make the
# second, leaks the first, and closes two descriptors whose numbers it takes from memory that it has
# not written. Runs Debian 12's OpenJDK in the version below, from a temporary folder; needs javac and strace.
# Exit code 0: as described.
set -euo pipefail
version=17.0.19+10-1~deb12u2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && apt-get download -q "openjdk-17-jre-headless=$version" && dpkg -x openjdk-17-jre-headless_*.deb jre)
java=$(echo "$work"/jre/usr/lib/jvm/java-17-openjdk-*/bin/java)

cat > "$work/Start.java" <<'JAVA'
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayDeque;

public class Start {

	public static void main(String[] args) throws Exception {
		ProcessBuilder builder = new ProcessBuilder("true").inheritIO();
		builder.start().waitFor();
		ArrayDeque<FileInputStream> all = new ArrayDeque<>();
		try {
			while (true) {
				all.push(new FileInputStream("/dev/null"));
			}
		}
		catch (IOException ex) {
			System.out.println("no descriptor is left");
		}
		for (int i = 0; i < 3; i++) {
			all.pop().close();
		}
		try {
			builder.start();
		}
		catch (IOException ex) {
			System.out.println(ex.getMessage());
		}
		Runtime.getRuntime().halt(0);
	}

}
JAVA
"$java" -version 2>&1
javac --release 17 -d "$work" "$work/Start.java"
(
	ulimit -n 64
	exec strace -f -o "$work/calls" -e trace=pipe,pipe2,close \
		"$java" -XX:-UsePerfData -Djdk.lang.Process.launchMechanism=FORK -cp "$work" Start
)
after=$(grep -A 20 'pipe2\?(.*EMFILE' "$work/calls")
echo "What follows the pipe that could not be made:"
echo "$after" | head -n 3
pipe=$(grep 'pipe2\?(' "$work/calls" | grep -B 1 EMFILE | sed -n 's/.*(\[\([0-9]*\), .*/\1/p' | tail -n 1)
if [ "$(echo "$after" | grep -c 'close(')" -ge 2 ] && ! echo "$after" | grep -q "close($pipe)"; then
	echo "As described: two other descriptors are closed, and pipe $pipe is not."
else
	echo "Not as described: this JDK closes what it has opened."
	exit 1
fi
