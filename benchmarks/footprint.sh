#!/usr/bin/env bash
# Memory, wake-ups and CPU time of the watchdog beside the idle sample application (time interval 1 s).
# A quick look; "peers.py footprint" measures it beside others.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-30}
port=${PORT:-18080}
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

"$java" -jar sample-app/target/sample-app.jar --server.port="$port" --sam.watchdog.on-loss=exit >/dev/null 2>&1 &
watchdog=$!
trap 'kill "$watchdog" 2>/dev/null; wait "$watchdog" 2>/dev/null || true' EXIT
trap 'exit 129' HUP
trap 'exit 143' TERM
is_up=false
for _ in $(seq 1 600); do
	kill -0 "$watchdog" 2>/dev/null || break
	curl -sf "http://127.0.0.1:$port/actuator/health" >/dev/null && is_up=true && break
	sleep 0.1
done
$is_up || { echo "The sample application did not come up on port $port." >&2; exit 1; }

wakeups() { cat /proc/"$watchdog"/task/*/status | awk '/^voluntary_ctxt_switches/ { n += $2 } END { print n }'; }
# the clock of the process, ended threads included, in microseconds
cpu() { python3 -c "import time; print(time.clock_gettime_ns((~$watchdog << 3) | 2) // 1000)"; }

# it is up, but still loads and compiles
sleep 5
w=$(wakeups) c=$(cpu)
sleep "$seconds"
w=$(($(wakeups) - w)) c=$(($(cpu) - c))
awk '/^(VmRSS|RssAnon|Threads)/ { print }' /proc/"$watchdog"/status
awk '/^Private_(Clean|Dirty)/ { n += $2 } END { printf "Private:\t%8d kB (no other process maps it now)\n", n }' \
	/proc/"$watchdog"/smaps_rollup
awk -v w="$w" -v c="$c" -v s="$seconds" 'BEGIN {
	printf "wake-ups:\t%.1f per second\nCPU time:\t%.2f s per hour\n", w / s, c / 1e6 / s * 3600 }'
