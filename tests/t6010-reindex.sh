#!/bin/sh
# muster reindex: an index that is declared when there is data already.
# Answers are right at every moment; that the index is used is read from the
# log: how many resources a filter looked at.
. "$(dirname "$0")/lib.sh"
MODE=http
USERS=${USERS:-900}
TITLES=9
expect_deaths
export MUSTER_SCHEMAS="$T/schemas" MUSTER_LOG_LEVEL=2
cp -r schemas "$T/schemas"

# declare_title SED-SCRIPT: what User.json says of title
declare_title() {
	sed "/\"name\": \"title\"/,/}/{$1}" schemas/User.json > "$T/schemas/User.json"
}
INDEX='s/"multiValued"/"x-muster-index": true, &/'
EXACT="$INDEX;s/\"multiValued\"/\"caseExact\": true, &/"
UNIQUE='s/"multiValued"/"uniqueness": "server", &/'

restart() {
	server_stop
	server_start 4 http --request-log 0
}

reindex() {
	"$BIN/muster" reindex --store "$T/store" "$@" > "$T/out" 2> "$T/err"
	rc=$?
}

# logged PATTERN: lines of the log
logged() {
	cat "$T/log" "$T/run/error.log" | grep "$1"
}

# found FILTER: "FOUND of LOOKED-AT" for one request, by its line in the log
found() {
	scim GET "/Users?count=0&filter=$1"
	is "$STATUS" 200 "$1"
	for _ in $(awk 'BEGIN { for (i = 0; i < 500; i++) print i }'); do
		line=$(logged "$(header Request-Id).*filter: looked at")
		[ -n "$line" ] && break
		sleep 0.02
	done
	FOUND=$(printf '%s' "$line" |
	    sed -n 's/.*looked at \([0-9]*\), found \([0-9]*\)$/\2 of \1/p')
}

# all: how many users there are
all() {
	scim GET '/Users?count=0'
	json .totalResults
}

# ids FILTER: who meets it, in one line
ids() {
	scim GET "/Users?count=1000&attributes=id&filter=$1"
	echo "$(json .totalResults) $(json '.Resources[].id' | sort | cksum)"
}

# same_answers TEXT: eq, which an index answers, finds what "not ne" finds
same_answers() {
	for i in $(seq 0 $((TITLES - 1))); do
		ids "title+eq+%22Title+$i%22" >> "$T/eq"
		ids "not+(title+ne+%22Title+$i%22)" >> "$T/scan"
	done
	is "$(cat "$T/eq")" "$(cat "$T/scan")" "$1: the index and the scan agree"
	rm "$T/eq" "$T/scan"
}

# used TEXT, scanned TEXT: how was title eq answered?
used() {
	found 'title+eq+%22Title+3%22'
	is "${FOUND#*of }" "$(json .totalResults)" "$1: only what is found is read"
}
scanned() {
	n=$(all)
	found 'title+eq+%22Title+3%22'
	is "${FOUND#*of }" "$n" "$1: everything is read"
}

awk -v n="$USERS" -v titles=$TITLES -v urn="$USER_URN" 'BEGIN {
	printf "{\"Users\":["
	for (i = 0; i < n; i++)
		printf "%s{\"schemas\":[\"%s\"],\"userName\":\"user-%d\",\"title\":\"Title %d\"}",
		    i ? "," : "", urn, i, i % titles
	print "],\"Groups\":[]}"
}' > "$T/users.json"
store_new --example "$T/users.json"
server_start 4 http --request-log 0
is "$(all)" "$USERS" 'users, before title has an index'
found 'userName+eq+%22user-7%22'
is "$FOUND" '1 of 1' 'the indexes of a new store are complete'
reindex
is "$rc $(cat "$T/out" "$T/err")" '0 ' 'reindex: nothing to do'

declare_title "$INDEX"
restart
scanned 'declared'
is "${FOUND% of*}" $((USERS / TITLES)) 'and all are found'
found 'title+eq+%22Title+3%22+and+userName+eq+%22user-3%22'
is "$FOUND" '1 of 1' 'another index goes on'

# writer NAME: create and rename until $T/stop is there; "STATUS" a line
writer() {
	i=0
	while [ ! -e "$T/stop" ]; do
		i=$((i + 1))
		curl -s -D "$T/head.$1" -o "$T/body.$1" --max-time 20 -w '%{http_code}\n' -X POST \
		    -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/scim+json' \
		    --data "{\"schemas\":[\"$USER_URN\"],\"userName\":\"$1-$i\",\"title\":\"Title 3\"}" \
		    "$ORIGIN/scim/v2/Users" >> "$T/writes.$1" 2>> "$T/log"
		id=$(shuf -n 1 "$T/ids")
		curl -s -o "$T/body.$1" --max-time 20 -w '%{http_code}\n' -X PATCH \
		    -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/scim+json' \
		    --data "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"title\",\"value\":\"Title $((i % TITLES))\"}]}" \
		    "$ORIGIN/scim/v2/Users/$id" >> "$T/writes.$1" 2>> "$T/log"
	done
}

# written N: until N writes more are acknowledged
written() {
	goal=$(($(cat "$T"/writes.* 2> /dev/null | wc -l) + $1))
	for _ in $(awk 'BEGIN { for (i = 0; i < 1500; i++) print i }'); do
		[ "$(cat "$T"/writes.* 2> /dev/null | wc -l)" -ge "$goal" ] && return 0
		sleep 0.02
	done
	return 1
}

writers_start() {
	rm -f "$T/stop" "$T"/writes.*
	scim GET "/Users?count=$USERS&attributes=id"
	json '.Resources[].id' > "$T/ids"
	writers=
	for name in "$1-a" "$1-b" "$1-c"; do
		writer "$name" &
		writers="$writers $!"
	done
	written 6
}

writers_stop() {
	written 6
	: > "$T/stop"
	for p in $writers; do
		wait "$p"
	done
}

writers_start first
reindex
writers_stop
is "$rc $(cat "$T/err")" '0 ' 'reindex while others write'
is "$(sed 's/[0-9]* read$/N read/' "$T/out")" 'default User: title built, N read' 'it tells what it did'
is "$(sort "$T"/writes.* | uniq | tr '\n' ' ')" '200 201 ' 'and no write was refused'
used 'built'
same_answers 'built'
reindex title
is "$rc $(cat "$T/out" "$T/err")" '0 ' 'again: nothing to do'
reindex nosuch
is "$rc $(grep -c 'declare no index nosuch' "$T/err")" '1 1' 'an attribute that has no index'
reindex --type Group title
is "$rc $(grep -c 'no index title of Group' "$T/err")" '1 1' 'nor has another type'
reindex --tenant nosuch
is "$rc $(grep -c "no tenant 'nosuch'" "$T/err")" '1 1' 'an unknown tenant'

# The case counts now: another index.  The server is not restarted yet.
declare_title "$EXACT"
n=$(all)
reindex --tenant default --type User title
is "$rc $(cat "$T/out")" "0 default User: title built, $n read
default User: $n old keys removed" 'caseExact changed: another index'
scanned 'a program that was not restarted'
scim GET '/Users?filter=userName+eq+%22user-5%22'
id=$(json '.Resources[0].id')
patch "/Users/$id" '[{"op":"replace","path":"title","value":"tITLE 3"}]'
is "$STATUS $(header Retry-After) $(json .status)" '503 1 503' 'it refuses to write'
is "$(logged 'before the index title of User was declared: restart it' | wc -l | tr -d ' ')" 1 'and says why'
restart
patch "/Users/$id" '[{"op":"replace","path":"title","value":"tITLE 3"}]'
status_is 200 'after the restart it writes'
used 'caseExact'
found 'title+eq+%22tITLE+3%22'
is "$FOUND" '1 of 1' 'the case counts'
same_answers 'caseExact'

# The declaration goes: right answers, then no key is left.
declare_title ''
restart
patch "/Users/$id" '[{"op":"replace","path":"title","value":"Title 3"}]'
status_is 200 'not declared any more: writes go on'
scanned 'not declared'
reindex
is "$rc $(cat "$T/out")" "0 default User: $(all) old keys removed" 'reindex removes the keys'

declare_title "$INDEX"
restart
writers_start second
for delay in 0 0.01 0.02 0.03 0.04 0.05; do
	"$BIN/muster" reindex --store "$T/store" > /dev/null 2>&1 &
	victim=$!
	sleep $delay
	kill -9 $victim 2> /dev/null
	wait $victim
	written 6 || break
done
ok $? 'http writes go on after six reindexes were killed'
writers_stop
is "$(sort "$T"/writes.* | uniq | grep -vE '^(200|201|50.)$')" '' 'each was done, or not for a fault of the client'
same_answers 'killed'
reindex
is "$rc $(cat "$T/err")" '0 ' 'then one runs to its end'
used 'killed'
same_answers 'and done'

# A unique index finds who shares a value.
new_user one '"title":"Only"'
one=$ID
new_user two '"title":"ONLY"'
two=$ID
declare_title "$UNIQUE"
restart
reindex title
is "$rc $(grep -c "title 'O[a-zA-Z]*' twice: .*\($one $two\|$two $one\)" "$T/out")" '1 1' 'unique: both ids are told'
is "$(grep -c 'values are not unique' "$T/err") $(grep -c built "$T/out")" '1 0' 'and it is not built'
scanned 'not unique'
new_user three '"title":"only"'
error_is 409 uniqueness 'STR-03 refused without an index as well'
done_testing
