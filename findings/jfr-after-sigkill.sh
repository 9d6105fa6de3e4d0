#!/usr/bin/env bash
# A JVM that records for Flight Recorder is killed. Its recording is in the repository, up to about a
# second before the end. JDK 17 reads it; JDK 25 refuses the same file, "stuck in locked stream state",
# until the byte of the chunk's header that says "still being written" is cleared.
# Runs Debian's OpenJDK 17 and 25 in the versions below, from a temporary folder; needs javac, and root or
# user namespaces: the 25 of Debian 13 has to have the C library of Debian 13.
# Exit code 0: as described.
set -euo pipefail
work=$(mktemp -d)
pid=
trap '[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null; rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,old,new/app,new/proc,new/tmp}

(cd "$work" && apt-get download -q openjdk-17-jre-headless=17.0.19+10-1~deb12u2 && dpkg -x openjdk-17-*.deb old)
mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:?the address of a Debian mirror} trixie main" >"$work/list"
apt13() {
	apt-get -q -o Dir::Etc::SourceList="$work/list" -o Dir::Etc::SourceParts=/dev/null -o APT::Get::List-Cleanup=0 \
		-o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" "$@"
}
apt13 update
(cd "$work/cache" && apt13 download openjdk-25-jre-headless=25.0.5+8-1~deb13u1 libc6 zlib1g libgcc-s1 libstdc++6)
for package in "$work"/cache/*.deb; do
	dpkg -x "$package" "$work/new"
done
ln -sfn usr/lib "$work/new/lib"
ln -sfn usr/lib64 "$work/new/lib64"

cat >"$work/Tick.java" <<'JAVA'
import java.io.IOException;
import java.nio.file.Path;

import jdk.jfr.Event;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

public class Tick extends Event {

	int number;

	public static void main(String[] args) throws Exception {
		if (args.length == 0) {
			for (int i = 0;; i++) {
				Tick tick = new Tick();
				tick.number = i;
				tick.commit();
				System.out.println(i);
				Thread.sleep(100);
			}
		}
		try {
			int last = -1;
			for (RecordedEvent event : RecordingFile.readAllEvents(Path.of(args[0]))) {
				if (event.getEventType().getName().equals("Tick")) {
					last = Math.max(last, event.getInt("number"));
				}
			}
			System.out.println("last " + last);
		}
		catch (IOException ex) {
			System.out.println(ex.getMessage());
		}
	}

}
JAVA
javac --release 17 -d "$work/new/app" "$work/Tick.java"
java17=("$work"/old/usr/lib/jvm/java-17-openjdk-*/bin/java)
java25=("$work"/new/usr/lib/jvm/java-25-openjdk-*/bin/java)
# shellcheck disable=SC2016
java25=(unshare -rm sh -c 'mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"' "$work/new" "${java25[0]#"$work/new"}")
"${java17[@]}" -version 2>&1
"${java25[@]}" -version 2>&1

: >"$work/ticks"
"${java25[@]}" -XX:StartFlightRecording -XX:FlightRecorderOptions:repository=/tmp -cp /app Tick >"$work/ticks" 2>&1 &
pid=$!
until grep -qx 60 "$work/ticks"; do
	kill -0 "$pid"
	sleep 0.2
done
kill -KILL "$pid"
wait "$pid" 2>/dev/null || true
pid=
written=$(tail -n 1 "$work/ticks")
cp "$work"/new/tmp/*/*.jfr "$work/new/app/killed.jfr"
cp "$work/new/app/killed.jfr" "$work/new/app/cleared.jfr"
printf '\0' | dd of="$work/new/app/cleared.jfr" bs=1 seek=64 conv=notrunc status=none

by17=$("${java17[@]}" -cp "$work/new/app" Tick "$work/new/app/killed.jfr")
by25=$("${java25[@]}" -cp /app Tick /app/killed.jfr)
cleared=$("${java25[@]}" -cp /app Tick /app/cleared.jfr)
printf '%s\n' "killed after $written" "read by 17: $by17" "read by 25: $by25" "read by 25, byte 64 cleared: $cleared"
if [ "${by17#last }" -ge $((written - 30)) ] && [ "$cleared" = "$by17" ] && [[ $by25 == *"locked stream state"* ]]; then
	echo "As described: nothing is lost but the last second, and only JDK 17 says so at once."
else
	echo "Not as described."
	exit 1
fi
