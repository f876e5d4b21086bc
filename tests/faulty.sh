# faulty.sh: what tests of provisioning share, beside lib.sh: a target that
# fails as it is told (tests/target/target.mjs has its commands).
#
# `target_start` starts one: its SCIM base URL in TARGET, what it writes in
# $T/target.  `target_start PROGRAM` starts another that takes this folder and
# tells its port in it.  `target_script` gives it the commands in its standard
# input in place of those before, `target_script_more` beside them; `target_says NAME`
# prints its /-/NAME: journal, counts, state, users.tsv, groups.tsv.

TARGET_PID=

target_start() {
	[ -z "$TARGET_PID" ] || target_stop
	rm -rf "$T/target"
	mkdir -p "$T/target"
	node "${1:-tests/target/target.mjs}" "$T/target" >> "$T/log" 2>&1 &
	TARGET_PID=$!
	trap target_finish EXIT
	for _ in $(awk 'BEGIN { for (i = 0; i < 1000; i++) print i }'); do
		[ -e "$T/target/port" ] && break
		kill -0 "$TARGET_PID" 2> /dev/null || break
		sleep 0.02
	done
	[ -e "$T/target/port" ] || {
		echo "not ok - the target did not start: $(tail -3 "$T/log")"
		exit 1
	}
	TARGET_ORIGIN=http://127.0.0.1:$(cat "$T/target/port")
	TARGET=$TARGET_ORIGIN/scim/v2
}

target_stop() {
	[ -z "$TARGET_PID" ] || kill "$TARGET_PID" 2> /dev/null
	wait "$TARGET_PID" 2> /dev/null
	TARGET_PID=
}

# What every test does at its end, and the target's.
target_finish() {
	rc=$?
	target_stop
	(exit "$rc")
	finish
}

target_control() {
	curl -sf -X "$1" "$TARGET_ORIGIN/-/$2" --data-binary @- || echo "target: $1 $2 failed"
}

target_script() {
	target_control PUT script
}

target_script_more() {
	target_control POST script
}

target_says() {
	curl -sf "$TARGET_ORIGIN/-/$1"
}

# target_users FROM COUNT: it has so many more, uN with the externalId xN
target_users() {
	echo "{\"from\":$1,\"count\":$2}" | target_control POST users
}

# target_forget: the journal and the counts
target_forget() {
	curl -sf -X DELETE "$TARGET_ORIGIN/-/journal"
}

# target_asked: what came since, "METHOD PATH STATUS", one a line
target_asked() {
	target_says journal | jq -r '"\(.method) \(.path) \(.status)"'
}
