#!/usr/bin/env bash
# What one heartbeat costs beside System.nanoTime(), under a real watchdog.
set -euo pipefail
cd "$(dirname "$0")/.."
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
mvn -q -Pbenchmarks -DskipTests -pl sam-watchdog,benchmarks -am package
exec "$java" -jar sam-watchdog/target/sam-watchdog.jar -- \
	"$java" -jar benchmarks/target/benchmarks.jar -f 0 HeartbeatBenchmark "$@"
