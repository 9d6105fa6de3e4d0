#!/usr/bin/env bash
# Builds typical applications with the starter and runs each: it is supervised, recovers from SIGKILL
# within a bound, ends on SIGTERM with nothing left behind; or it is left alone, as documented. Prints
# a table; exit code 0 if all is as expected.
# Usage: acceptance-tests/applications/run.sh [NAME ...]
#   MAVEN_ARGS=-o              works offline, once everything has been downloaded
#   BUILD=no                   runs what the last call has built
#   PETCLINIC=DIRECTORY-OR-URL where Spring Petclinic is cloned from
set -uo pipefail
cd "$(dirname "$0")"
root=$(cd ../.. && pwd)
here=$PWD
logs=$here/target
patience=${PATIENCE:-180}
petclinic=${PETCLINIC:-https://github.com/spring-projects/spring-petclinic}
petclinic_commit=edf4db28affcc4741c79850a3d95bc3f177b5ff9
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
rows=()
failures=0
chosen=("$@")

maven() {
	mvn -B -ntp -q ${MAVEN_ARGS:-} "$@"
}

# Usage: await what command ...
await() {
	local what=$1 end=$((SECONDS + patience))
	shift
	until "$@" >/dev/null 2>&1; do
		if [ $SECONDS -ge $end ]; then
			problem="$what: not within $patience s"
			return 1
		fi
		sleep 0.1
	done
}

registered() { grep -qE "SAM registered this process, pid [0-9]+, as instance $1\b" "$log"; }
pid_of() { grep -oE "SAM registered this process, pid [0-9]+, as instance $1\b" "$log" | tail -n 1 | grep -oE 'pid [0-9]+' | cut -c5-; }
up() { curl -sf -m 5 "http://localhost:$port$path"; }
processes() { grep -lsz "^SUITE_RUN=$run$" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3; }
none_left() { [ -z "$(processes)" ]; }
is_dead() { ! kill -0 "$1" 2>/dev/null; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])'; }

end_all() {
	local pid
	for _ in 1 2 3; do
		for pid in $(processes); do
			kill -KILL "$pid" 2>/dev/null
		done
		sleep 0.1
	done
}

# Usage: launch name command ...
launch() {
	log=$logs/$1.log
	run=$1-$$-$RANDOM
	port=$(free_port)
	problem=
	rm -rf "$logs/$1"
	mkdir -p "$logs/$1"
	shift
	(
		cd "${log%.log}" || exit
		export SUITE_RUN=$run SERVER_PORT=$port SAM_TIMEINTERVAL=2s SAM_GRACEPERIOD=500ms MANAGEMENT_ENDPOINT_HEALTH_PROBES_ENABLED=true
		exec env --default-signal=TERM,INT,HUP "$@"
	) >"$log" 2>&1 </dev/null &
	launched=$!
}

row() {
	rows+=("| $1 | $2 |")
	printf '%s: %s\n' "$1" "$2"
	case $2 in
	FAILED*) failures=$((failures + 1)) ;;
	esac
	end_all
}

wanted() {
	[ ${#chosen[@]} -eq 0 ] && return
	local one
	for one in "${chosen[@]}"; do
		[ "$one" = "$1" ] && return
	done
	return 1
}

# Supervised, recovered, stopped. Checks of the application itself are in check_NAME.
# Usage: supervised name words command ...
supervised() {
	local name=$1 words=$2 began first second code
	shift 2
	wanted "$name" || return
	path=${path_of[$name]:-/}
	launch "$name" "$@"
	if ! await "registration" registered 0 || ! await "an answer at $path" up; then
		row "$words" "FAILED, $problem, see $log"
		return
	fi
	first=$(pid_of 0)
	if declare -F "check_${name//-/_}" >/dev/null && ! "check_${name//-/_}"; then
		row "$words" "FAILED, $problem, see $log"
		return
	fi
	began=$(date +%s%N)
	kill -KILL "$first"
	if ! await "the next instance" registered 1 || ! await "an answer of the next instance" up; then
		row "$words" "FAILED, $problem, see $log"
		return
	fi
	began=$((($(date +%s%N) - began) / 100000000))
	second=$(pid_of 1)
	kill -TERM "$(ps -o ppid= -p "$second")"
	if ! await "the end" is_dead "$launched" || ! await "the end of all processes" none_left; then
		row "$words" "FAILED, $problem: $(processes), see $log"
		return
	fi
	wait "$launched"
	code=$?
	if [ "$name" != spring-boot-run ] && [ $code != 143 ]; then
		row "$words" "FAILED, exit code $code after SIGTERM, see $log"
	elif compgen -G "/dev/shm/sam-$launched-*" >/dev/null; then
		row "$words" "FAILED, its run directory is left behind"
	else
		row "$words" "supervised, recovered in $((began / 10)).$((began % 10)) s, stopped"
	fi
}

declare -A path_of=([websocket]=/actuator/health [camel]=/actuator/health [admin]=/actuator/health [security]=/login)

check_refresh() {
	curl -sf -m 20 -X POST "http://localhost:$port/actuator/refresh" >/dev/null || { problem="no refresh"; return 1; }
	if grep -E 'WARN|ERROR' "$log" | grep -q 'SamProperties'; then
		problem="the refresh led to a WARN"
		return 1
	fi
}

check_session() {
	local cookies=${log%.log}/cookies
	[ "$(curl -sf -b "$cookies" -c "$cookies" "http://localhost:$port/")" = 1 ] &&
		[ "$(curl -sf -b "$cookies" -c "$cookies" "http://localhost:$port/")" = 2 ] && return
	problem="no session"
	return 1
}

check_bean_named_sam() {
	[ "$(up)" = Sam ] && return
	problem="the bean of the application is not the one it gets"
	return 1
}

# the report of an incident shows what Log4j has logged
check_log4j() {
	local directory
	up >/dev/null
	directory=$(echo /dev/shm/sam-"$launched"-*)
	await "the log line" grep -rqs "a greeting was sent" "$directory"
}

# a collector gets the meters
check_otlp() {
	await "the meters" grep -qa "sam.heartbeat" "$collected"
}

check_security() {
	local url=http://localhost:$port/actuator
	[ "$(curl -s -o /dev/null -w '%{http_code}' "$url/sam")" = 401 ] && curl -sf -u operator:secret "$url/sam" | grep -q '"state":"running"' &&
		curl -sf -u operator:secret "$url/health" | grep -q '"status":"UP"' && return
	problem="the endpoints are not those of the operator alone"
	return 1
}

# the health component and the endpoint are seen by the server
check_admin() {
	await "Spring Boot Admin" sees_sam
}

sees_sam() {
	curl -sf -H "Accept: application/json" "http://localhost:$port/instances" | python3 -c '
import json, sys
instance = json.load(sys.stdin)[0]
assert instance["statusInfo"]["status"] == "UP" and "sam" in instance["statusInfo"]["details"]
assert any(endpoint["id"] == "sam" for endpoint in instance["endpoints"])'
}

# Left alone: it works, and SIGKILL ends it.
declined() {
	local name=$1 words=$2 pid
	shift 2
	wanted "$name" || return
	launch "$name" "$@"
	if ! await "a sign of life" grep -q 'plain application [0-9]* works' "$log"; then
		row "$words" "FAILED, $problem, see $log"
		return
	fi
	if ! await "a line that says so" grep -qE 'runs unsupervised|leaves this process alone' "$log"; then
		row "$words" "FAILED, $problem, see $log"
		return
	fi
	pid=$(grep -oE 'plain application [0-9]+' "$log" | grep -oE '[0-9]+')
	kill -KILL "$pid"
	if await "the end of all processes" none_left; then
		row "$words" "left alone, as documented"
	else
		row "$words" "FAILED, $problem, see $log"
	fi
}

# Runs to its end. Usage: job name words exit-code runs command ...
job() {
	local name=$1 words=$2 expected=$3 expected_runs=$4 code runs
	shift 4
	wanted "$name" || return
	launch "$name" "$@"
	if ! await "the end" is_dead "$launched" || ! await "the end of all processes" none_left; then
		row "$words" "FAILED, $problem, see $log"
		return
	fi
	wait "$launched"
	code=$?
	runs=$(grep -c 'The job has run' "$log")
	if [ $code = "$expected" ] && [ "$runs" = "$expected_runs" ]; then
		row "$words" "$([ "$runs" = 1 ] && echo "ran once" || echo "ran $runs times"), exit code $code"
	else
		row "$words" "FAILED, ran $runs times, exit code $code, see $log"
	fi
}

mkdir -p "$logs"
if [ "${BUILD:-yes}" = yes ]; then
	(cd "$root" && maven -pl sam-spring-boot-starter -am install -DskipTests) || exit
	# a jar that is there is not packed again, not even with another starter
	rm -f ./*/target/*.?ar ./*/target/*.original
	maven package -DskipTests || exit
fi

web=$here/web/target/web.jar
supervised web "Spring MVC on Tomcat, \`java -jar\`" "$java" -jar "$web"
supervised virtual-threads "virtual threads" "$java" -jar "$web" --spring.threads.virtual.enabled=true
supervised structured-logging "structured logging (ECS)" "$java" -jar "$web" --logging.structured.format.console=ecs
supervised properties-launcher "PropertiesLauncher" "$java" -cp "$web" org.springframework.boot.loader.launch.PropertiesLauncher
rm -rf "$logs/exploded-web" "$logs/extracted-web" && mkdir -p "$logs/exploded-web" && (cd "$logs/exploded-web" && jar -xf "$web")
supervised exploded "exploded jar, JarLauncher" "$java" -cp "$logs/exploded-web" org.springframework.boot.loader.launch.JarLauncher
"$java" -Djarmode=tools -jar "$web" extract --destination "$logs/extracted-web" >/dev/null
supervised extracted "extracted jar" "$java" -jar "$logs/extracted-web/web.jar"
supervised spring-boot-run "\`mvn spring-boot:run\`" mvn -B -ntp -q ${MAVEN_ARGS:-} -f "$here/web/pom.xml" spring-boot:run
supervised jetty "Spring MVC on Jetty" "$java" -jar "$here/jetty/target/jetty.jar"
supervised webflux "Spring WebFlux on Netty" "$java" -jar "$here/webflux/target/webflux.jar"
supervised websocket "WebSocket" "$java" -jar "$here/websocket/target/websocket.jar"
supervised database "JDBC (H2 file), Flyway, Quartz with a job store" "$java" -jar "$here/database/target/database.jar"
supervised session "Spring Session JDBC" "$java" -jar "$here/session/target/session.jar"
supervised war "executable WAR" "$java" -jar "$here/war/target/war.war"
supervised refresh "Spring Cloud Context, refreshed" "$java" -jar "$here/refresh/target/refresh.jar"
supervised bean-named-sam "a bean called \`sam\`" "$java" -jar "$here/bean-named-sam/target/bean-named-sam.jar"
supervised split-main "\`main\` in another module" "$java" -jar "$here/split-main/target/split-main.jar"
supervised camel "Apache Camel" "$java" -jar "$here/camel/target/camel.jar"
supervised log4j "Log4j 2" "$java" -jar "$here/log4j/target/log4j.jar"
if wanted otlp; then
	collected=$logs/otlp.collected
	collector_port=$(free_port)
	python3 "$here/collector.py" "$collector_port" "$collected" &
	collector=$!
	supervised otlp "meters by OTLP" "$java" -jar "$here/otlp/target/otlp.jar" "--management.otlp.metrics.export.url=http://localhost:$collector_port/v1/metrics"
	kill "$collector"
fi
supervised security "Spring Security" "$java" -jar "$here/security/target/security.jar"
supervised admin "Spring Boot Admin" "$java" -jar "$here/admin/target/admin.jar"
supervised modulith "Spring Modulith" "$java" -jar "$here/modulith/target/modulith.jar"
declined plain "plain \`@Configuration\` main" "$java" -jar "$here/plain/target/plain.jar"
job job "a job that ends with 0" 0 1 "$java" -jar "$here/job/target/job.jar"
job job-failed "a job that ends with 5, policy \`quit\`" 5 1 "$java" -jar "$here/job/target/job.jar" --job.code=5 --sam.recovery-policy=quit
job job-restarted "a job that ends with 5, \`max-restarts\` 2" 5 3 "$java" -jar "$here/job/target/job.jar" --job.code=5 --sam.restart.max-restarts=2

# Petclinic, as it is, with one dependency more
if wanted petclinic; then
	source=$logs/petclinic-source
	if { [ -d "$source" ] || git clone -q "$petclinic" "$source"; } && git -C "$source" checkout -qf "$petclinic_commit" &&
		sed -i '0,/<dependencies>/s##<dependencies><dependency><groupId>io.github.samboot</groupId><artifactId>sam-spring-boot-starter</artifactId><version>0.1.0-SNAPSHOT</version></dependency>#' "$source/pom.xml" &&
		maven -f "$source/pom.xml" package -Dmaven.test.skip -Dcheckstyle.skip -Dspring-javaformat.skip -Denforcer.skip -Dcyclonedx.skip; then
		supervised petclinic "Spring Petclinic" "$java" -jar "$(ls "$source"/target/spring-petclinic-*.jar | grep -v original | head -n 1)"
	else
		rows+=("| Spring Petclinic | not run: it could not be fetched or built |")
	fi
fi

printf '\n| application | result |\n|---|---|\n'
printf '%s\n' "${rows[@]}"
exit $((failures > 0))
