#!/usr/bin/env bash
# Does random things to supervised applications, and looks at what becomes of them: docs/reliability.md.
# Usage, as root: acceptance-tests/campaign.sh [FIRST-SEED [SEEDS [ACTIONS-PER-SEED]]]
set -euo pipefail
cd "$(dirname "$0")/.."
first=${1:-1} seeds=${2:-20} actions=${3:-100}

mvn -B -ntp -q ${MAVEN_ARGS:-} -pl acceptance-tests/scenarios -am -DskipTests package \
	dependency:build-classpath -Dmdep.outputFile=target/classpath
cd acceptance-tests/scenarios
exec java -cp "target/test-classes:$(cat target/classpath)" \
	-Dacceptance.worker="$PWD/../worker-app/target/worker-app-exec.jar" \
	-Dacceptance.watchdog="$PWD/../../sam-watchdog/target/sam-watchdog.jar" \
	io.github.samboot.acceptance.CampaignProgram "$first" "$seeds" "$actions"
