# shellcheck shell=bash
# measure.sh: the rows of the table, and how each is measured.  Sourced by
# run.

ROUNDS=${BENCH_ROUNDS:-5}
SECONDS_EACH=${BENCH_SECONDS:-1}
ROWS=${BENCH_ROWS:-}
SERIAL=0 # of the round, and of the names that it makes
NAMES=''
FIRST='' # of the members to add, if a row says so
ETAG=

# Name | operation | kind of load.lua | bare program | aim | connections |
# program that serves it.  An aim is "rate X": at least X of the rate of the
# bare program; "within X": not slower by more than X; "p50 X": at most X
# times its p50; "p99 X" the same; "MB X": at most that many.  measure_row knows the rows whose
# kind is "-".
rows() {
	cat << END
get|GET /Users/ID|get|bare-get|rate 0.85|32|users
username|filter userName eq|username|bare-get|rate 0.75|32|users
externalid|filter externalId eq|externalid|bare-get|rate 0.75|32|users
notmodified|GET, If-None-Match: 304|notmodified|bare-get|rate 1.0|32|users
list|list, count=100|list|bare-respond|rate 0.6|32|users
create|POST /Users|create|bare-txn|rate 0.8|32|users
patch|PATCH active|patch|bare-txn|rate 0.75|32|users
member|PATCH member add, 204|member|bare-txn|rate 0.75|32|groups
unindexed|unindexed filter over $USERS users|unindexed|bare-walk|rate 0.5|4|users
cgi|GET by one-shot CGI|get|cgi-hello|rate 0.7|8|cgi-muster
get1|GET, one connection: p50|get|bare-respond|p50 1.4|1|users
bulk|1,000 creates: bulk, or POSTs|-|posts|rate 5|1|bulk
log|GET, with the request log or not|get|nolog|within 1.1|32|users
huge|member add, at $HUGE_LEN or 10|-|ten|within 1.2|32|groups
big-get|GET, $USERS or 10000 users|get|small|within 1.3|32|users
big-username|filter, $USERS or 10000 users|username|small|within 1.3|32|users
big-patch|PATCH, $USERS or 10000 users|patch|small|within 1.3|32|users
big-member|member add, $USERS or 10000|member|small|within 1.3|32|groups
tenants-get|GET, $TENANTS tenants or one|get|one|within 1.1|32|users
tenants-username|filter, $TENANTS tenants or one|username|one|within 1.1|32|users
tenants-patch|PATCH, $TENANTS tenants or one|patch|one|within 1.1|32|users
limits|GET, with limits or without|get|off|within 1.05|32|users
limits-breaker|PATCH active, counted or not|toggle|off|within 1.3|32|users
loud|GET, another tenant is loud: p99|get|alone|p99 1.25|4|users
memory|private memory of a worker|-|-|MB 1|32|users
END
}

# Is the row NAME to be measured?
wanted() {
	[ -z "$ROWS" ] && return 0
	case " $ROWS " in *" $1 "*) return 0 ;; esac
	return 1
}

# keep_reply NAME METHOD PATH [BODY-FILE]: muster's answer as a CGI program
# prints it, for the bare programs to send
keep_reply() {
	: > "$I/answer"
	curl -sg -X "$2" -D "$I/head" -o "$I/answer" ${FIELD:+-H "$FIELD"} \
	    -H "Authorization: Bearer $TOKEN" -H 'Expect:' \
	    ${4:+-H 'Content-Type: application/scim+json' --data-binary "@$4"} \
	    "$ORIGIN/scim/v2$3"
	{
		tr -d '\r' < "$I/head" |
		    sed -e '1s/^HTTP[^ ]*/Status:/' -e '/^Date:/Id' \
			-e '/^Server:/Id' -e '/^Transfer-Encoding:/Id' \
			-e '/^Connection:/Id' -e '/^$/d' -e 's/$/\r/'
		printf '\r\n'
		cat "$I/answer"
	} > "$I/replies/$1"
	grep -Eq '^Status: (20|304)' "$I/replies/$1" && return 0
	say "muster answered $1 with:" && cat "$I/replies/$1" >&2
	return 1
}

# The answers that the bare programs send.
keep_replies() {
	local id FIELD=
	id=$(head -1 "$I/ids")
	keep_reply get GET "/Users/$id" &&
	keep_reply username GET '/Users?filter=userName%20eq%20%22u0000001@example.com%22' &&
	keep_reply externalid GET '/Users?filter=externalId%20eq%20%22hr-0000001%22' &&
	keep_reply unindexed GET '/Users?count=1&filter=title%20eq%20%22no%20such%20title%22' || return 1
	ETAG=$(sed -n 's/^ETag: W\/"\([^"]*\)".*/\1/Ip' "$I/replies/get")
	FIELD="If-None-Match: W/\"$ETAG\""
	keep_reply notmodified GET "/Users/$id" || return 1
	FIELD=
	bulk_body 0 0 k k- | sed 's/.*"data":\(.*\)}\]}$/\1/' > "$I/body"
	keep_reply create POST /Users "$I/body" || return 1
	patch_body '{"op":"replace","path":"active","value":false}'
	keep_reply patch PATCH "/Users/$id" "$I/body" || return 1
	patch_body '{"op":"add","path":"members","value":[{"value":"'"$id"'"}]}'
	TOKEN=$ENTRA keep_reply member PATCH "/Groups/$GROUP" "$I/body"
}

# cpu_of NAME: microseconds that its workers have run; a CGI's are what
# lighttpd has reaped
cpu_of() {
	local p
	case $1 in
	cgi-*)
		sed 's/.*) //' "/proc/$LIGHTTPD/stat" |
		    awk -v hz="$(getconf CLK_TCK)" \
			'{ printf "%d\n", ($14 + $15) * 1000000 / hz }'
		return ;;
	esac
	for p in $(workers_of "$1"); do
		cat "/proc/$p/task"/*/schedstat 2> /dev/null
	done | awk '{ ns += $1 } END { printf "%d\n", ns / 1000 }'
}

# pss_of NAME: KiB, the mean of its workers; and what is private of it
pss_of() {
	local p
	for p in $(workers_of "$1"); do
		cat "/proc/$p/smaps_rollup" 2> /dev/null
	done | awk '
	    $1 == "Pss:" { pss += $2; n++ }
	    $1 ~ /^Private/ { private += $2 }
	    END { if (n > 0) printf "%d %d\n", pss / n, private / n
		else print "0 0" }'
}

# ids_of KIND: first and last of the ids that a load may use: the last tenth
# stays as it was loaded; each round adds members from another place on, since
# one that is in the group already is no change
ids_of() {
	local users
	users=$(wc -l < "$I/ids")
	case $1 in
	notmodified) echo $((users - users / 10 + 1)) "$users" ;;
	member) echo "${FIRST:-$((1 + SERIAL * users / (ROUNDS + 1)))}" "$users" ;;
	patch) echo "${FIRST:-1}" $((users - users / 10)) ;;
	toggle | mixed) echo 1 $((users - users / 10)) ;;
	*) echo 1 "$users" ;;
	esac
}

# What a load of KIND needs beside.
more_of() {
	case $1 in
	notmodified) echo "$ETAG" ;;
	member) echo "$GROUP" ;;
	list) echo "list-$SERIAL" ;;
	*) echo - ;;
	esac
}

# load KIND TARGET CONNECTIONS [SECONDS]: one run of wrk; its line
load() {
	local first last token=$TOKEN seconds=${4:-$SECONDS_EACH}
	[ "$1" != member ] || token=$ENTRA
	# A scan of a million takes its time.
	[ "$1" != unindexed ] || seconds=$((SECONDS_EACH + USERS / 200000))
	read -r first last <<< "$(ids_of "$1")"
	wrk -t1 -c"$3" -d"$seconds" --timeout 60 --latency \
	    -s tests/bench/load.lua "$ORIGIN" -- "$1" "$2" "$I/ids" "$token" \
	    "$first" "$last" "${NAMES:-$SERIAL}" "$(more_of "$1")" 2>> "$T/log" | tail -1
}

# target_of NAME: where its requests go
target_of() {
	case $1 in
	bare-* | cgi-hello) echo "/$1" ;;
	cgi-muster) echo /cgi-muster/v2 ;;
	nolog) echo /nolog/v2 ;;
	*) echo /scim/v2 ;;
	esac
}

# measure ROW KIND PROGRAM CONNECTIONS: a line of results:
# row program round rate p50 p99 cpu errors
measure() {
	local before line
	before=$(cpu_of "$3")
	line=$(load "$2" "$(target_of "$3")" "$4")
	awk -v line="$line" -v head="$1 ${5:-$3} $SERIAL" \
	    -v cpu=$(($(cpu_of "$3") - before)) 'BEGIN {
		split(line, v, " ")
		printf "%s %.1f %d %d %.1f %d\n", head,
		    (v[2] > 0 ? v[1] * 1000000 / v[2] : 0), v[3], v[4], (v[1] > 0 ? cpu / v[1] : 0), v[5] }' \
	    >> "$T/results"
}

# A bulk of 1,000 creates, and as many POSTs as go in a second.
measure_bulk() {
	local before us
	bulk_body 1 1000 "b$SERIAL-" "b$SERIAL-" > "$I/body"
	before=$(cpu_of bulk)
	us=${EPOCHREALTIME/./}
	scim POST /Bulk "$I/body" > "$I/answer"
	us=$((${EPOCHREALTIME/./} - us))
	echo "bulk bulk $SERIAL $((1000 * 1000000 / us)) $us $us" \
	    "$((($(cpu_of bulk) - before) / 1000))" \
	    "$((1000 - $(grep -o '"status":"201"' "$I/answer" | wc -l)))" \
	    >> "$T/results"
	# Under names that no other row takes.
	NAMES=$((SERIAL + 1000)) measure bulk create users 1 posts
	measure bulk create bare-respond 1
}

# Those who are not in the huge group yet join it, then a small one.
measure_huge() {
	local left
	left=$(($(wc -l < "$I/ids") - HUGE_LEN))
	FIRST=$((HUGE_LEN + 1 + SERIAL * left / (ROUNDS + 1)))
	GROUP=$HUGE measure huge member groups 32
	GROUP=$(group_of_ten) measure huge member groups 32 ten
	measure huge member bare-respond 32
	FIRST=''
}

# The same load on the store of 10,000 users; members join new groups there
# and here.
measure_small() {
	[ -n "${PIDS[small]-}" ] || return 0
	# Not those whom another row of this round has changed to the same.
	FIRST=$(($(wc -l < "$I/ids") / 4))
	GROUP=$(group_of_ten) measure "$1" "$2" "$4" "$3"
	measure "$1" "$2" bare-respond "$3"
	at small
	FIRST=11
	GROUP=$(group_of_ten) measure "$1" "$2" "$4" "$3" small
	at main
	FIRST=''
}

# The same load on as many users of a thousand tenants, each with a token.
measure_tenants() {
	[ -n "${PIDS[crowd]-}" ] || return 0
	at crowd
	measure "$1" "$2" "$4" "$3"
	at main
	# Not those whom another row of this round has changed to the same.
	FIRST=$(($(wc -l < "$I/ids") / 2))
	measure "$1" "$2" "$4" "$3" one
	FIRST=''
	measure "$1" "$2" bare-respond "$3"
}

# By a token with every limit, and by one with none.
measure_limits() {
	TOKEN=$LIMITED measure "$1" "$2" "$4" "$3"
	measure "$1" "$2" "$4" "$3" off
	[ "$2" = toggle ] || measure "$1" "$2" bare-respond "$3"
}

# While another tenant asks at ten times its rate, and alone.
measure_loud() {
	local line
	TOKEN=$LOUD load loud /scim/v2 4 $((SECONDS_EACH + 1)) > "$I/loud" &
	measure loud get users 4
	wait $!
	read -r line < "$I/loud"
	measure loud get users 4 alone
	measure loud get bare-respond 4
	[ "$SERIAL" != 1 ] || awk -v line="$line" 'BEGIN {
		split(line, v, " ")
		printf "the loud tenant asked %d times a second, %d of them " \
		    "were refused\n", v[1] * 1000000 / v[2],
		    v[5] * 1000000 / v[2] }' >> "$I/loaded"
}

# A row of the table, its programs one right after the other.
measure_row() {
	local name=$1 kind=$3 bare=$4 connections=$6 program=$7
	case $name in
	bulk | huge) "measure_$name"; return ;;
	memory) return ;;
	tenants-*) measure_tenants "$name" "$kind" "$connections" "$program"; return ;;
	limits*) measure_limits "$name" "$kind" "$connections" "$program"; return ;;
	loud) measure_loud; return ;;
	big-*) measure_small "$name" "$kind" "$connections" "$program"; return ;;
	esac
	# Other rows change users of the first page: a bare program sends what
	# muster does in this round.
	[ "$kind" != list ] || keep_reply "list-$SERIAL" GET '/Users?count=100' || exit 1
	measure "$name" "$kind" "$program" "$connections"
	[ "$bare" = bare-respond ] ||
	    measure "$name" "$kind" "$bare" "$connections"
	measure "$name" "$kind" bare-respond "$connections"
}

# private_of NAME: KiB of the largest of its workers that nobody shares and
# that is not the store's cache
private_of() {
	local p
	for p in $(workers_of "$1"); do
		echo "worker"
		cat "/proc/$p/smaps"
	done | awk '
	    $1 == "worker" { if (kib > max) max = kib; kib = 0 }
	    $1 ~ /^[0-9a-f]+-[0-9a-f]+$/ { cache = $6 ~ /\/__db[.][0-9]+$/ }
	    $1 ~ /^Private/ && !cache { kib += $2 }
	    END { print (kib > max ? kib : max) }'
}

# Last, on workers that have served what the other rows asked.
measure_memory() {
	local n=0 got
	wanted memory || return 0
	while [ "$n" -lt 100000 ]; do
		read -r got _ <<< "$(load mixed /scim/v2 32 5)"
		[ "${got:-0}" -gt 0 ] || break
		n=$((n + got))
	done
	echo "memory users 1 $(private_of users) 0 0 0 0" >> "$T/results"
	echo "after $n mixed requests the largest worker had" \
	    "$(private_of users) KiB of its own" >> "$I/loaded"
}

# Round 0 warms up and is not counted.
measure_all() {
	local row
	: > "$T/results"
	for ((SERIAL = 0; SERIAL <= ROUNDS; SERIAL++)); do
		say "round $SERIAL of $ROUNDS"
		while IFS='|' read -r -a row; do
			wanted "${row[0]}" && measure_row "${row[@]}"
		done < <(rows)
	done
	measure_memory
}

print_table() {
	{
		rows | sed 's/^/row|/'
		sed 's/^/result /' "$T/results"
		for program in users groups bulk; do
			echo "pss $program $(pss_of $program)"
		done
		sed 's/^/note /' "$I/loaded"
	} | awk -f tests/bench/table.awk
}
