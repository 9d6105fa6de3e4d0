#!/usr/bin/env bash
# Builds a release twice, in two directories and time zones, and compares every published file byte
# by byte. Usage: release/check-reproducible.sh [maven option ...]. Builds what is committed;
# nothing is left behind.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Where the outcome of a build lies; applications are not published.
published() {
	(cd "$1" && find . -path '*/target/*' \( -name '*.jar' -o -name 'bom.json' \) \
		-not -name 'original-*' -not -path '*/launch-fixtures/*' -not -path './acceptance-tests/*' -not -path './sample-app/*' -print0 |
		sort -z | xargs -0 sha256sum)
}

build() {
	local directory="$work/$1" zone="$2"
	shift 2
	mkdir -p "$directory"
	git archive HEAD | tar -x -C "$directory"
	printf 'Building in %s\n' "$directory"
	(cd "$directory" && TZ="$zone" mvn -B -ntp -q -Prelease -DskipTests "$@" clean verify) >"$work/log" 2>&1 || {
		cat "$work/log"
		exit 1
	}
	published "$directory" >"$directory.sums"
}

build first UTC "$@"
build another/place Pacific/Auckland "$@"

[ -s "$work/first.sums" ] || {
	echo "The build made no jar" >&2
	exit 1
}
# every published module has its jar, sources, Javadoc and bill of materials
for module in sam-core sam-watchdog sam-spring-boot-autoconfigure sam-spring-boot-starter sam-spring-boot-test; do
	for file in '[^ ]*-javadoc\.jar' '[^ ]*-sources\.jar' 'bom\.json'; do
		grep -qE " \./$module/target/$file\$" "$work/first.sums" || {
			printf '%s has no %s\n' "$module" "$file" >&2
			exit 1
		}
	done
	grep -q "<artifactId>$module</artifactId>" sam-spring-boot-bom/pom.xml || {
		printf 'sam-spring-boot-bom does not manage %s\n' "$module" >&2
		exit 1
	}
done
cat "$work/first.sums"
if ! diff "$work/first.sums" "$work/another/place.sums"; then
	echo 'These files differ between two builds of the same commit' >&2
	exit 1
fi
echo 'Both builds have the same bytes.'
