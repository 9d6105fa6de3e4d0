#!/usr/bin/env bash
# Runs the sample under runit, s6 and supervisord as docs/deployment.md says: the application is killed
# (SAM recovers it), the watchdog is killed (the supervisor starts both again), the service is stopped.
# As root; the application runs as another user.
# Usage: acceptance-tests/supervisors.sh SAMPLE.jar [runit|s6|supervisord ...]
set -uo pipefail
work=$(mktemp -d)
chmod 755 "$work"
jar=$work/app.jar
cp "${1:?the jar of the sample application}" "$jar"
shift
user=nobody
patience=${PATIENCE:-180}
started=()
trap 'end_all; rm -rf "$work"' EXIT
run=supervisors-$$
export SUPERVISORS_RUN=$run

processes() { grep -lsz "^SUPERVISORS_RUN=$run$" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 | grep -vx "$$" | grep -vx "$BASHPID"; }
javas() { for pid in $(processes); do [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = java ] && echo "$pid"; done; }
none_left() { [ -z "$(javas)" ]; }
end_all() {
	for pid in "${started[@]}" $(javas); do
		kill -KILL "$pid" 2>/dev/null
	done
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])'; }
status() { curl -sf -m 5 "http://localhost:$port/actuator/sam"; }
number() { status | python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
watchdog() { ps -o ppid= -p "$(number pid)" | tr -d ' '; }
is_instance() { [ "$(number instanceId)" = "$1" ] && [ "$(number pid)" != "$2" ]; }

await() {
	local what=$1 end=$((SECONDS + patience))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || { echo "$name: $what: not within $patience s"; cat "$work/$name.log"; exit 1; }
		sleep 0.2
	done
}

try() {
	local pid
	await "the first instance" is_instance 0 none
	pid=$(number pid)
	[ "$(stat -c %U "/proc/$pid")" = "$user" ] || { echo "$name: not run as $user"; exit 1; }
	kill -KILL "$pid"
	await "the instance that SAM starts" is_instance 1 "$pid"
	pid=$(number pid)
	kill -KILL "$(watchdog)"
	await "what the supervisor starts" is_instance 0 "$pid"
	kill -0 "$pid" 2>/dev/null && { echo "$name: the instance of the lost watchdog runs on"; exit 1; }
	"$@"
	await "the end of all" none_left
	echo "$name: recovered, started again after the loss of the watchdog, stopped"
}

# Usage: service what-runs-it what-changes-the-user...
service() {
	local supervisor=$1
	shift
	mkdir -p "$work/$name"
	printf '#!/bin/sh\nexport SAM_WATCHDOG_ON_LOSS=exit\nexec %s %s java -jar %s --server.port=%s >>%s 2>&1\n' "$*" "$user" "$jar" "$port" "$work/$name.log" >"$work/$name/run"
	chmod +x "$work/$name/run"
	"$supervisor" "$work/$name" >>"$work/$name.log" 2>&1 &
	started+=($!)
}

runit() {
	service runsv chpst -u
	try sv -w "$patience" force-stop "$work/runit"
	sv exit "$work/runit" >/dev/null
}

s6() {
	service s6-supervise s6-setuidgid
	try s6-svc -wD -T "$((patience * 1000))" -d "$work/s6"
	s6-svc -x "$work/s6"
}

supervisord() {
	cat >"$work/supervisord.conf" <<END
[supervisord]
nodaemon=true
logfile=$work/supervisord.own
pidfile=$work/supervisord.pid
childlogdir=$work
[unix_http_server]
file=$work/supervisor.sock
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://$work/supervisor.sock
[program:shop]
command=java -jar $jar --server.port=$port
user=$user
environment=SAM_WATCHDOG_ON_LOSS="exit"
autorestart=unexpected
exitcodes=0,143
stopwaitsecs=70
stdout_logfile=$work/$name.log
redirect_stderr=true
END
	command supervisord -c "$work/supervisord.conf" >>"$work/$name.log" 2>&1 &
	started+=($!)
	try supervisorctl -c "$work/supervisord.conf" stop shop
	supervisorctl -c "$work/supervisord.conf" shutdown >/dev/null
}

[ $# -gt 0 ] || set -- runit s6 supervisord
for name; do
	port=$(free_port)
	: >"$work/$name.log"
	"$name"
done
