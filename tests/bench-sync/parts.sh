# shellcheck shell=bash
# parts.sh: the parts of `make bench-sync`.  Sourced by run, behind
# tests/bench/server.sh and tests/scale/ask.sh.

NGROUPS=0
declare -A PORTS # of the sinks, by name

# row WHAT FIGURE [AIM]
row() {
	printf '%-58s %-28s %s\n' "$1" "$2" "${3-}"
}

# judge EXPRESSION AIM: the aim, and whether it is met
judge() {
	awk "BEGIN { exit !($1) }" && echo "aim $2: ok" && return
	echo "aim $2: missed"
}

# median < NUMBERS
median() {
	sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# job VERB ... [OPTIONS] NAME
job() {
	"$BIN/muster" job "$1" --store "$I/store" "${@:2}" > "$T/said" 2>&1 ||
	    { say "job $*: $(cat "$T/said")"; return 1; }
}

# job_new NAME URL TOKEN SCOPE [bulk]: a request an object, as the bare loop
# sends them again; else with bulk requests, as jobs of this template are
job_new() {
	local dialect='{"bulk":0}'
	[ "${5-}" != bulk ] || dialect='{}'
	printf '%s' "$3" > "$T/secret"
	printf '{"scope":{"mode":"%s"},"target":{"dialect":%s}}' "$4" "$dialect" > "$T/scope"
	job create --template muster --url "$2" --secret-file "$T/secret" "$1" &&
	    job edit --file "$T/scope" "$1"
}

# sample PID: its memory, a line twice a second: KiB, without the cache that
# all share
sample() {
	while grep -qs '^State:.[RSD]' "/proc/$1/status"; do
		awk '$1 ~ /^[0-9a-f]+-[0-9a-f]+$/ { shared = $6 ~ /\/__db[.][0-9]+$/ }
		    $1 == "Rss:" && !shared { kib += $2 }
		    END { if (kib > 0) print kib }' "/proc/$1/smaps" 2> /dev/null
		sleep 0.5
	done
}

# work_once: muster work until nothing is left to do, in TAKEN microseconds;
# its memory in $T/memory
work_once() {
	local began=${EPOCHREALTIME/./} pid rc
	"$BIN/muster" work --store "$I/store" --once --seconds 86400 >&2 &
	pid=$!
	sample "$pid" > "$T/memory" &
	wait "$pid"
	rc=$?
	TAKEN=$((${EPOCHREALTIME/./} - began))
	wait $!
	return $rc
}

# sink_stop NAME
sink_stop() {
	kill "${SINKS[$1]}"
	wait "${SINKS[$1]}" 2> /dev/null
	unset "SINKS[$1]"
}

# sink_start NAME DELAY-MS: at the port that it had before, if it had one
sink_start() {
	local pid
	for _ in {1..8}; do
		[ -n "${PORTS[$1]-}" ] || PORTS[$1]=$((10000 + RANDOM % 22000))
		"$BENCH/sink" "${PORTS[$1]}" "$T/$1.log" "$2" &
		pid=$!
		for _ in {1..50}; do
			kill -0 "$pid" 2> /dev/null || break
			curl -s -o /dev/null "http://127.0.0.1:${PORTS[$1]}/ready" &&
			    SINKS[$1]=$pid && return 0
			sleep 0.1
		done
		unset "PORTS[$1]"
	done
	say "no sink"
	return 1
}

sink_url() {
	echo "http://127.0.0.1:${PORTS[$1]}"
}

# asked NAME: how many requests the sink has had
asked() {
	grep -vc ' /ready ' "$T/$1.log"
}

load() {
	at main
	mkdir -p "$I/run"
	tests/bench-sync/generate "$USERS" "$MEMBERS" "$PILOTS" > "$I/lines"
	NGROUPS=$(grep -c '"displayName":"g' "$I/lines")
	TOKENS[main]=$("$BIN/muster" init --store "$I/store" |
	    sed -n 's/^Secret token: //p')
	"$BIN/muster" import --store "$I/store" "$I/lines" > "$T/out" &&
	    rm "$I/lines" && server_start main && at main
}

# What an initial cycle asks, in $T/requests.
record() {
	say 'an initial cycle into the sink'
	sink_start record 0 &&
	    job_new record "$(sink_url record)" token all &&
	    job start record && work_once && job pause record || return 1
	SUNK=$TAKEN
	grep -v ' /ready ' "$T/record.log" > "$T/requests"
}

# ---- an initial cycle ----

# tenant_new NAME: its token
tenant_new() {
	"$BIN/muster" tenant create "$1" --store "$I/store" > /dev/null &&
	    "$BIN/muster" token create --store "$I/store" --tenant "$1" |
	    sed -n 's/^Secret token: //p'
}

# there TENANT TOKEN: how many users it has, and members of all groups
there() {
	local n
	n=$(curl -sg -H "Authorization: Bearer $2" "$ORIGIN/scim/$1/v2/Users?count=0" |
	    sed 's/.*"totalResults":\([0-9]*\).*/\1/')
	echo "$n $("$BIN/muster" export --store "$I/store" --tenant "$1" |
	    grep -o '"value":"0[-0-9a-f]*"' | wc -l)"
}

# drift_of NAME: the microseconds that a report of it takes; there is none
drift_of() {
	local began=${EPOCHREALTIME/./}
	job drift --json "$1" || return 1
	tail -1 "$T/said" | jq -e '.summary | .lookedAt > 0 and
	    .drifted + .missing + .orphan + .members + .failed == 0' > "$T/out" ||
	    { say "drift: $(tail -1 "$T/said")"; return 1; }
	echo $((${EPOCHREALTIME/./} - began))
}

# cycle_new NAME TENANT TOKEN [bulk]: the job that fills it, done: TAKEN
cycle_new() {
	job_new "$1" "$ORIGIN/scim/$2/v2" "$3" all "${4-}" &&
	    job start "$1" && work_once && job pause "$1"
}

# One round: a dry run and the cycle into one tenant, the bare loop into
# another, the cycle with bulk requests into a third; "DRY ENGINE BARE START
# MIDDLE END MOST SENT DRIFT BULK" to $T/rounds, in microseconds and KiB.
cycle_round() {
	local name=$1 token bare bulk dry began taken sent us refused drift
	token=$(tenant_new "e$name") && bare=$(tenant_new "b$name") &&
	    bulk=$(tenant_new "k$name") &&
	    job_new "j$name" "$ORIGIN/scim/e$name/v2" "$token" all || return 1
	say "round $name: a dry run"
	began=${EPOCHREALTIME/./}
	job dry-run "j$name" || return 1
	dry=$((${EPOCHREALTIME/./} - began))
	grep -q "^create *$((USERS + NGROUPS))\$" "$T/said" ||
	    { say "the dry run: $(tail -7 "$T/said")"; return 1; }
	say "round $name: the cycle"
	# What there is to do beside it is done before.
	work_once && job start "j$name" && work_once && job pause "j$name" || return 1
	taken=$TAKEN
	cp "$T/memory" "$T/memory.alone"
	say "round $name: what has drifted"
	drift=$(drift_of "j$name") && job delete "j$name" || return 1
	say "round $name: the bare loop"
	read -r sent us refused < <(REACH_TOKEN=$bare "$BENCH/reach" \
	    "$ORIGIN/scim/b$name/v2" $CONCURRENCY < "$T/requests")
	[ "$refused" = 0 ] || { say "the bare loop: $refused refused"; return 1; }
	[ "$(there "e$name" "$token")" = "$(there "b$name" "$bare")" ] ||
	    { say "the tenants differ: $(there "e$name" "$token"), $(there "b$name" "$bare")"; return 1; }
	say "round $name: the cycle with bulk requests"
	cycle_new "k$name" "k$name" "$bulk" bulk && job delete "k$name" || return 1
	[ "$(there "k$name" "$bulk")" = "$(there "b$name" "$bare")" ] ||
	    { say "the tenants differ: $(there "k$name" "$bulk"), $(there "b$name" "$bare")"; return 1; }
	# The first sample is of a process that has just begun.
	echo "$dry $taken $us $(awk '{ v[NR] = $1; if ($1 > most) most = $1 }
	    END {
		if (NR < 2)
			v[2] = v[1]
		print v[2], v[int((NR + 1) / 2)], v[NR], most
	    }' "$T/memory.alone") $sent $drift $TAKEN" >> "$T/rounds"
}

part_cycle() {
	local objects=$((USERS + NGROUPS + MEMBERS)) i
	: > "$T/rounds"
	for ((i = 1; i <= ROUNDS; i++)); do
		cycle_round "$i" || return 1
	done
	medians_of_rounds > "$T/medians"
	read -r dry engine bare first middle last most requests drift bulk ratio < "$T/medians"
	row "dry run of $((USERS + NGROUPS)) objects" "$(seconds "$dry")" \
	    "$(judge "$dry * 100000 / $((USERS + NGROUPS)) < 300e6" '100000 in 5 min')"
	row 'initial cycle into another tenant' "$(seconds "$engine")"
	row '  users, groups, memberships a second' $((objects * 1000000 / engine))
	row '  users and groups a second' $(((USERS + NGROUPS) * 1000000 / engine)) \
	    "$(judge "$(((USERS + NGROUPS) * 1000000 / engine)) >= 1000" 1000)"
	row '  the same requests by a bare loop' "$(seconds "$bare")"
	row '  requests a second, it and the bare loop' \
	    "$((requests * 1000000 / engine)) $((requests * 1000000 / bare))"
	row '  ratio to the bare loop' "$ratio" "$(judge "$ratio >= 0.7" 0.7)"
	# What a batch has freed stays for the next: up to 16 MiB.
	row '  MiB of muster work: start, middle, end, most' \
	    "$((first / 1024)) $((middle / 1024)) $((last / 1024)) $((most / 1024))" \
	    "$(judge "$most < 102400 && $most - $first < 16384" '100, 16 over the start')"
	row '  with bulk requests, as it is if nobody says otherwise' "$(seconds "$bulk")"
	row '  users, groups, memberships a second' $((objects * 1000000 / bulk))
	row "what has drifted of $((USERS + NGROUPS)) objects: nothing" "$(seconds "$drift")"
	row 'initial cycle into the sink' "$(seconds "$SUNK")"
}

medians_of_rounds() {
	local column
	for column in {1..10}; do
		cut -d' ' -f$column "$T/rounds" | median
	done | tr '\n' ' '
	awk '{ printf "%.2f\n", $3 / $2 }' "$T/rounds" | median
}

# ---- an edit ----

# The mapping of the title, of those with an externalId of a pilot.
edit_title() {
	"$BIN/muster" job show --store "$I/store" --json record |
	    jq '{rules: (.definition.rules | map(.mappings |= map(if .target == "title" then
		del(.source) + {expression:
		"IIF(Left([externalId], 5) = \"pilot\", \"Pilot\", [title])"}
		else . end)))}' > "$T/edit" && job edit --file "$T/edit" record
}

part_edit() {
	local before since n
	say 'an edit of one mapping'
	job start record && work_once || return 1
	before=$(asked record)
	since=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
	edit_title && work_once || return 1
	n=$(($(asked record) - before))
	row "requests after an edit that changes $PILOTS of $USERS" "$n" \
	    "$(judge "$n == $PILOTS" "$PILOTS")"
	n=$("$BIN/muster" job log --store "$I/store" --job record --action update \
	    --status success --since "$since" --json | wc -l)
	row '  updates in the log of provisioning' "$n" \
	    "$(judge "$n == $PILOTS" "$PILOTS")"
	row '  all compared and those sent, in' "$(seconds "$TAKEN")"
	job pause record
}

# ---- from commit to request ----

# change ID TITLE: the time of the change, as the answer has it
change() {
	patch_body '{"op":"replace","path":"title","value":"'"$2"'"}'
	scim PATCH "/Users/$1" "$I/body" |
	    sed 's/.*"lastModified":"\([^"]*\)".*/\1/'
}

# change_now_and_then WORD: "TITLE TIME" of each change, a line
change_now_and_then() {
	local i
	for ((i = 1; i <= SAMPLES; i++)); do
		echo "$1-$i- $(change "$(user_id $((i % WATCHED + 1)))" "$1-$i-")"
		sleep "0.$((RANDOM % 3))$((RANDOM % 10))"
	done
}

# change_at_once WORD: the same of one bulk request, of all who are watched
change_at_once() {
	local i
	awk -v word="$1" -v n="$WATCHED" 'BEGIN {
		message = "urn:ietf:params:scim:api:messages:2.0:"
		printf "{\"schemas\":[\"%sBulkRequest\"],\"Operations\":[", message
		for (i = 1; i <= n; i++) {
			printf "%s{\"method\":\"PATCH\",", (i > 1 ? "," : "")
			printf "\"path\":\"/Users/01900000-0000-7000-8000-%012x\",", i
			printf "\"data\":{\"schemas\":[\"%sPatchOp\"],", message
			printf "\"Operations\":[{\"op\":\"replace\","
			printf "\"path\":\"title\",\"value\":\"%s-%d-\"}]}}", word, i
		}
		printf "]}"
	}' > "$I/bulk"
	scim POST /Bulk "$I/bulk" > "$T/out"
	for ((i = 1; i <= WATCHED; i++)); do
		echo "$1-$i- $(scim GET "/Users/$(user_id "$i")?attributes=meta" |
		    sed 's/.*"lastModified":"\([^"]*\)".*/\1/')"
	done
}

# latencies NAME WORD COMMAND: milliseconds from the commit of each change that
# COMMAND makes to its request at that sink
latencies() {
	"$3" "$2" > "$T/changes"
	sleep 5
	cut -d' ' -f2 "$T/changes" | date -u -f - +%s%3N |
	    paste -d' ' <(cut -d' ' -f1 "$T/changes") - > "$T/commits"
	while read -r title at_ms; do
		echo "$at_ms $(grep -m1 -F "\"$title\"" "$T/$1.log" | cut -d' ' -f1)"
	done < "$T/commits" | awk 'NF == 2 { print $2 / 1000 - $1 }' | sort -n > "$T/latencies"
}

# print_latencies WHAT AIM-MS
print_latencies() {
	local p50 p95 lost
	p50=$(awk '{ v[NR] = $1 } END { print int(v[int((NR + 1) / 2)]) }' "$T/latencies")
	p95=$(awk '{ v[NR] = $1 } END { print int(v[int(NR * 0.95 + 0.5)]) }' "$T/latencies")
	row "$1: p50, p95" "$p50 ms, $p95 ms" "$(judge "$p95 < $2" "$2 ms")"
	lost=$(($(wc -l < "$T/changes") - $(wc -l < "$T/latencies")))
	[ "$lost" -eq 0 ] || row '  changes that never came' "$lost"
}

# Changes of so many users who are not among those watched, by bulks.
queue_changes() {
	local first last
	for ((first = WATCHED + 1; first <= WATCHED + QUEUED; first += 1000)); do
		last=$((first + 999 < WATCHED + QUEUED ? first + 999 : WATCHED + QUEUED))
		awk -v first="$first" -v last="$last" 'BEGIN {
			message = "urn:ietf:params:scim:api:messages:2.0:"
			printf "{\"schemas\":[\"%sBulkRequest\"],\"Operations\":[", message
			for (n = first; n <= last; n++) {
				printf "%s{\"method\":\"PATCH\",", (n > first ? "," : "")
				printf "\"path\":\"/Users/01900000-0000-7000-8000-%012x\",", n
				printf "\"data\":{\"schemas\":[\"%sPatchOp\"],", message
				printf "\"Operations\":[{\"op\":\"replace\","
				printf "\"path\":\"displayName\",\"value\":\"Busy %d\"}]}}", n
			}
			printf "]}"
		}' > "$I/bulk"
		scim POST /Bulk "$I/bulk" > "$T/out"
		grep -q '"status":"200"' "$T/out" || { say "bulk: $(head -c 300 "$T/out")"; return 1; }
	done
}

# watch NAME [bulk]: a sink, and a job for those who are watched
watch() {
	sink_start "$1" 0 && job_new "$1" "$(sink_url "$1")" token assigned "${2-}" || return 1
	for ((i = 1; i <= WATCHED; i++)); do user_id "$i"; echo; done |
	    "$BIN/muster" job assign --store "$I/store" "$1" - > "$T/said" &&
	    job start "$1"
}

part_latency() {
	local before left
	say 'from commit to request'
	watch watched && watch bundled bulk && job start record && work_once || return 1
	"$BIN/muster" work --store "$I/store" >&2 &
	WORK=$!
	sleep 3
	latencies watched idle change_now_and_then
	print_latencies 'commit to request' 2000
	latencies bundled bundle change_at_once
	print_latencies "  $WATCHED changes at once, with bulk requests" 2000
	say "with $QUEUED changes queued"
	# It answers late from now on: 16 at once, 160 a second.
	sink_stop record && sink_start record 100 || return 1
	before=$(asked record)
	queue_changes || return 1
	latencies watched busy change_now_and_then
	left=$((QUEUED + SAMPLES - ($(asked record) - before)))
	print_latencies "  with $QUEUED changes queued for another target" 5000
	row '  of which were queued at the end' "$left" "$(judge "$left > 0" 'some')"
	kill "$WORK" && wait "$WORK"
	WORK=
	job pause record && job pause watched && job pause bundled &&
	    sink_stop record && sink_start record 0
}
