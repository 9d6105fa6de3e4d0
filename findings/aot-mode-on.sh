#!/usr/bin/env bash
# With -XX:AOTMode=on, which ends a JVM whose AOT cache cannot be used, JDK 27 does not start with a heap that is
# much smaller than that of the run that made the cache, nor with another garbage collector, though the cache can
# be used: without the option it is. (JDK 26.0.2 starts.) So what is built on a large machine does not start
# in a small container, where nobody has said how large the heap is or which collector to use.
# Runs Debian's OpenJDK 27 in the version below, from a temporary folder; needs a JDK from 17 on to compile, and
# root or user namespaces: this JDK has to have the C library of its own distribution.
# Exit code 0: as described.
set -euo pipefail
version=27.0.1.0.3+1-1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists/partial,cache/archives/partial,new/app,new/proc,new/tmp,classes}

mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1)
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror:?the address of a Debian mirror} sid main" >"$work/list"
apt_sid() {
	apt-get -q -o Dir::Etc::SourceList="$work/list" -o Dir::Etc::SourceParts=/dev/null -o APT::Get::List-Cleanup=0 \
		-o Dir::State::Lists="$work/lists" -o Dir::Cache="$work/cache" "$@"
}
apt_sid update
(cd "$work/cache" && apt_sid download "openjdk-27-jre-headless=$version" libc6 zlib1g libgcc-s1 libstdc++6)
for package in "$work"/cache/*.deb; do
	dpkg -x "$package" "$work/new"
done
ln -sfn usr/lib "$work/new/lib"
ln -sfn usr/lib64 "$work/new/lib64"

cat >"$work/Program.java" <<'JAVA'
public class Program {

	public static void main(String[] args) {
		System.out.println("started");
	}

}
JAVA
javac --release 17 -d "$work/classes" "$work/Program.java"
jar --create --file "$work/new/app/app.jar" --main-class Program -C "$work/classes" .
java=("$work"/new/usr/lib/jvm/java-27-openjdk-*/bin/java)
# shellcheck disable=SC2016
java=(unshare -rm sh -c 'mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"' "$work/new" "${java[0]#"$work/new"}")
"${java[@]}" -version 2>&1

"${java[@]}" -XX:+UseSerialGC -Xmx8g -XX:AOTCacheOutput=/app/app.aot -jar /app/app.jar >"$work/made" 2>&1
# Usage: start option ...
start() {
	local code=0
	"${java[@]}" -XX:AOTCache=/app/app.aot -Xlog:class+load:file=/tmp/loaded "$@" -jar /app/app.jar >"$work/output" 2>&1 || code=$?
	if [ $code = 0 ] && grep -q 'Program source: shared objects file' "$work/new/tmp/loaded"; then
		echo "$(cat "$work/output"), from the cache"
	else
		echo "exit code $code, $(head -n 1 "$work/output")"
	fi
}
same=$(start -XX:+UseSerialGC -Xmx8g -XX:AOTMode=on)
auto=$(start -XX:+UseSerialGC -Xmx512m)
smaller=$(start -XX:+UseSerialGC -Xmx512m -XX:AOTMode=on)
other=$(start -XX:+UseG1GC -Xmx8g)
collector=$(start -XX:+UseG1GC -Xmx8g -XX:AOTMode=on)
printf '%s\n' "the same heap, AOTMode=on:         $same" "smaller heap:                      $auto" \
	"smaller heap, AOTMode=on:          $smaller" "another collector:                 $other" \
	"another collector, AOTMode=on:     $collector"
if [ "$same/$auto/$other" = "started, from the cache/started, from the cache/started, from the cache" ] &&
	[[ $smaller == "exit code 1, "*"AOT Code Cache disabled"* && $collector == "exit code 1, "*"AOT Code Cache disabled"* ]]; then
	echo "As described: a cache that is used does not let the JVM start."
else
	echo "Not as described."
	exit 1
fi
