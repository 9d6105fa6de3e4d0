#!/usr/bin/env bash
# A JVM with -XX:StartFlightRecording:filename=FILE writes its recording into FILE at its end. The next JVM with
# the same option empties FILE when it starts, not when it has something to write: if it is killed,
# both recordings are lost. So whatever starts a program again after a failure loses the recording of that failure.
# If filename is a directory, each JVM has a file of its own there.
# Runs Debian 12's OpenJDK in the version below, from a temporary folder; needs javac.
# Exit code 0: as described.
set -euo pipefail
version=17.0.19+10-1~deb12u2
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$work"' EXIT
(cd "$work" && apt-get download -q "openjdk-17-jre-headless=$version" && dpkg -x openjdk-17-jre-headless_*.deb jre)
java=$(echo "$work"/jre/usr/lib/jvm/java-17-openjdk-*/bin/java)

cat >"$work/Program.java" <<'JAVA'
public class Program {

	public static void main(String[] args) throws Exception {
		System.out.println("running");
		Thread.sleep((args.length > 0) ? 600_000 : 0);
	}

}
JAVA
javac --release 17 -d "$work" "$work/Program.java"
"$java" -version 2>&1
mkdir "$work/repository" "$work/directory"
run() {
	exec "$java" "-XX:StartFlightRecording:filename=$1" -XX:FlightRecorderOptions:repository="$work/repository" -cp "$work" Program "${@:2}"
}
killed() {
	: >"$work/output"
	run "$1" wait >"$work/output" 2>&1 &
	pid=$!
	until grep -q running "$work/output"; do
		kill -0 "$pid"
		sleep 0.2
	done
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null || true
	pid=
}

(run "$work/file.jfr" >"$work/output" 2>&1)
ended=$(stat -c %s "$work/file.jfr")
killed "$work/file.jfr"
next=$(stat -c %s "$work/file.jfr")
(run "$work/directory" >"$work/output" 2>&1)
killed "$work/directory"
kept=$(find "$work/directory" -name '*.jfr' -size +0 | wc -l)
printf '%s\n' "at the end of the first JVM: $ended bytes" "after the next one was killed: $next bytes" \
	"in a directory, the same: $kept recording"
if [ "$ended" -gt 0 ] && [ "$next" -eq 0 ] && [ "$kept" -eq 1 ]; then
	echo "As described: the second JVM has emptied the recording of the first."
else
	echo "Not as described."
	exit 1
fi
