#!/bin/sh
# One worker, more than 10,000 mixed requests: its memory stays what it was.
. "$(dirname "$0")/lib.sh"
MODE=http
BATCHES=${BATCHES:-13}

# A request for curl's configuration file: METHOD PATH [BODY]
request() {
	printf 'next\nurl = "%s/scim/v2%s"\nrequest = "%s"\n' "$ORIGIN" "$2" "$1"
	printf 'header = "Authorization: Bearer %s"\nheader = "Content-Type: application/scim+json"\n' "$TOKEN"
	printf 'output = "/dev/null"\nwrite-out = "%%{http_code}\\n"\nsilent\nglobon\n' | sed '/globon/d'
	[ -z "${3-}" ] || printf 'data = "%s"\n' "$(printf '%s' "$3" | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

# send FILE: all requests of it over one connection; one status a line
send() {
	sed 1d "$1" > "$1.conf"
	curl -g -K "$1.conf" 2>> "$T/log"
}

creations() {
	request POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"u-@ID@\",\"name\":{\"givenName\":\"G\"},\"emails\":[{\"value\":\"u-@ID@@x.test\",\"type\":\"work\"}]}"
}

# Everything else, on one user
mixture() {
	request GET "/Users/@ID@"
	request PATCH "/Users/@ID@" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"Replace\",\"path\":\"emails[type eq \\\"work\\\"].value\",\"value\":\"x\"},{\"op\":\"replace\",\"value\":{\"title\":\"T\",\"$ENT:department\":\"D\"}}]}"
	request GET "/Users?filter=id+eq+%22@ID@%22+and+title+pr&attributes=id"
	request PUT "/Users/@ID@" "{\"schemas\":[\"$USER_URN\"],\"userName\":\"put-@ID@\"}"
	request PATCH "/Users/@ID@" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":[{\"op\":\"remove\"}]}"
	request DELETE "/Users/@ID@"
	request GET "/Users/@ID@"
}

# for_each TEMPLATE: it, with each line of standard input for @ID@
for_each() {
	awk -v template="$1" '
	    BEGIN { while ((getline line < template) > 0) text = text line "\n" }
	    { out = text; gsub(/@ID@/, $1, out); printf "%s", out }'
}

batch() {
	awk -v b="$1" 'BEGIN { for (i = 0; i < 100; i++) print b "-" i }' |
	    for_each "$T/creations" > "$T/requests"
	send "$T/requests" > "$T/statuses"
	scim GET '/Users?count=1000&attributes=id&filter=userName+sw+"u-"'
	json '.Resources[].id' > "$T/batch"
	for_each "$T/mixture" < "$T/batch" > "$T/requests"
	send "$T/requests" >> "$T/statuses"
	sent=$((sent + $(wc -l < "$T/statuses") + 1))
	sort "$T/statuses" | uniq -c | awk '{ printf "%s %s,", $2, $1 }' > "$T/summary"
}

# The one worker of the program users: a child of a child of lighttpd.
worker() {
	for stat in /proc/[0-9]*/stat; do
		parent=$(sed 's/.*) . \([0-9]*\) .*/\1/' "$stat" 2> /dev/null) || continue
		exe=$(readlink "${stat%stat}exe" 2> /dev/null) || continue
		grand=$(sed 's/.*) . \([0-9]*\) .*/\1/' "/proc/$parent/stat" 2> /dev/null) || continue
		[ "$grand" = "$LIGHTTPD" ] && [ "$exe" = "$BIN/users" ] && basename "${stat%/stat}"
	done
}

memory() {
	sed -n "s/^$1:[[:space:]]*\([0-9]*\) kB/\1/p" "/proc/$pid/status"
}

# Of two tables, one that it needs and one that it does not.
tables_open() {
	for table in jobs.db resources.db; do
		find "/proc/$pid/fd" -lname "*/$table" | grep -q . || printf 'no '
		printf '%s, ' "$table"
	done | sed 's/, $//'
}

store_new
server_start 1
creations > "$T/creations"
mixture > "$T/mixture"
pid=$(worker)
sent=0
batch warm
before=$(memory RssAnon)
b=1
while [ "$b" -lt "$BATCHES" ]; do
	batch "$b"
	b=$((b + 1))
done
after=$(memory RssAnon)
is "$(cat "$T/summary")" '200 400,201 100,204 100,400 100,404 100,' 'every request was answered as it should be'
is "$(worker)" "$pid" 'by one worker'
is "$(tables_open)" 'no jobs.db, resources.db' 'it has opened what it needed, and no more'
[ "$sent" -ge 10000 ]
ok $? "$sent requests"
echo "# worker after $sent requests: VmRSS $(memory VmRSS) kB, of it private (RssAnon) $after kB; after the first $((sent / BATCHES)) it was $before kB"
case $BUILD in
*asan*) echo '# under sanitizers the heap is theirs: leaks are told when the worker ends' ;;
*)
	[ $((after - before)) -lt 256 ]
	ok $? "memory is flat: $before kB, then $after kB"
	;;
esac
done_testing
