#!/usr/bin/env bash
# With an AOT cache, which is meant to change nothing but the speed, JDK 27 takes no class loader for parallel
# capable that extends URLClassLoader or SecureClassLoader: registerAsParallelCapable() returns false, and
# loadClass holds the lock of the loader, where it holds one for each name of a class otherwise. Web servers
# have such class loaders. Without linked classes in the cache (-XX:-AOTClassLinking) all is as ever.
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

cat >"$work/Loader.java" <<'JAVA'
import java.net.URL;
import java.net.URLClassLoader;

public class Loader extends URLClassLoader {

	private static final boolean IS_REGISTERED = registerAsParallelCapable();

	private Loader() {
		super(new URL[0]);
	}

	public static void main(String[] args) {
		Loader loader = new Loader();
		boolean isLocked = loader.getClassLoadingLock("any.Name") == loader;
		System.out.println((IS_REGISTERED ? "parallel capable" : "not parallel capable")
				+ (isLocked ? ", locks the loader" : ", locks the name"));
	}

}
JAVA
javac --release 17 -d "$work/classes" "$work/Loader.java"
jar --create --file "$work/new/app/app.jar" --main-class Loader -C "$work/classes" .
java=("$work"/new/usr/lib/jvm/java-27-openjdk-*/bin/java)
# shellcheck disable=SC2016
java=(unshare -rm sh -c 'mount --rbind /proc "$0/proc" && exec chroot "$0" "$@"' "$work/new" "${java[0]#"$work/new"}")
"${java[@]}" -version 2>&1

"${java[@]}" -XX:AOTCacheOutput=/app/linked.aot -jar /app/app.jar >"$work/linked" 2>&1
"${java[@]}" -XX:-AOTClassLinking -XX:AOTCacheOutput=/app/plain.aot -jar /app/app.jar >"$work/plain" 2>&1
without=$("${java[@]}" -jar /app/app.jar)
cached=$("${java[@]}" -XX:AOTCache=/app/linked.aot -XX:AOTMode=on -jar /app/app.jar)
plain=$("${java[@]}" -XX:AOTCache=/app/plain.aot -XX:AOTMode=on -jar /app/app.jar)
printf '%s\n' "without a cache:              $without" "with a cache:                 $cached" \
	"with one, -XX:-AOTClassLinking: $plain"
if [ "$without" = "parallel capable, locks the name" ] && [ "$plain" = "$without" ] &&
	[ "$cached" = "not parallel capable, locks the loader" ]; then
	echo "As described: the same class loader locks otherwise with an AOT cache."
else
	echo "Not as described."
	exit 1
fi
