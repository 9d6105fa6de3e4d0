#!/usr/bin/env bash
# Does random things to supervised applications, and looks at what becomes of them: docs/reliability.md.
# On a node of a Corosync cluster of its own, where there is Corosync. Ends what it started when it is
# ended by SIGTERM or SIGINT.
# Usage, as root: acceptance-tests/campaign.sh [FIRST-SEED [SEEDS [ACTIONS-PER-SEED]]]
set -euo pipefail
cd "$(dirname "$0")/.."
first=${1:-1} seeds=${2:-20} actions=${3:-100}
cluster=("$PWD/cluster/sam-cluster" --name "campaign-$$")

mvn -B -ntp -q ${MAVEN_ARGS:-} -pl acceptance-tests/scenarios -am -DskipTests package \
	dependency:build-classpath -Dmdep.outputFile=target/classpath
cd acceptance-tests/scenarios
campaign=(java -cp "target/test-classes:$(cat target/classpath)"
	-Dacceptance.worker="$PWD/../worker-app/target/worker-app-exec.jar"
	-Dacceptance.watchdog="$PWD/../../sam-watchdog/target/sam-watchdog.jar")
if missing=$("${cluster[@]}" require 2>&1); then
	# it goes down with this process
	"${cluster[@]}" up 1 --while-pid $$
	campaign=("${cluster[@]}" exec 1 "${campaign[@]}" -Dcampaign.cluster=true)
else
	echo "Quorum is not lost, as there is no cluster: $missing"
fi
exec "${campaign[@]}" io.github.samboot.acceptance.CampaignProgram "$first" "$seeds" "$actions"
