#!/usr/bin/env bash
# Memory, wake-ups and CPU time of the watchdog beside the idle sample application (time interval 1 s).
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}
port=${PORT:-18080}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

"$java" -jar sample-app/target/sample-app.jar --server.port="$port" >/dev/null 2>&1 &
watchdog=$!
trap 'kill "$watchdog" 2>/dev/null; wait "$watchdog" 2>/dev/null || true' EXIT
for _ in $(seq 1 600); do
	curl -sf "http://127.0.0.1:$port/actuator/health" >/dev/null && break
	sleep 0.1
done

wakeups() { cat /proc/"$watchdog"/task/*/status | awk '/^voluntary_ctxt_switches/ { n += $2 } END { print n }'; }
cpu() { cat /proc/"$watchdog"/task/*/schedstat | awk '{ n += $1 } END { printf "%d", n / 1000 }'; }

sleep 5
w=$(wakeups) c=$(cpu)
sleep "$seconds"
w=$(($(wakeups) - w)) c=$(($(cpu) - c))
awk '/^(VmRSS|RssAnon|Threads)/ { print }' /proc/"$watchdog"/status
awk -v w="$w" -v c="$c" -v s="$seconds" 'BEGIN {
	printf "wake-ups:\t%.1f per second\nCPU time:\t%.2f s per hour\n", w / s, c / 1e6 / s * 3600 }'
