#!/bin/sh
# muster backup and muster restore while others write and die (berkeley-db.md
# section 2.11, section 6 point 9), and muster compact.
. "$(dirname "$0")/lib.sh"
MODE=backup
expect_deaths

# m VERB ...: its answer in $T/out, its exit code in rc
m() {
	"$BIN/muster" "$@" > "$T/out" 2> "$T/err"
	rc=$?
}

# lines N NAME: N users to import
lines() {
	perl -e '
	my ($schema, $n, $name, $kind) = @ARGV;
	printf "{\"schemas\":[\"$schema\"],\"id\":\"018a0000-%04x-7000-8000-%012x\",\"userName\":\"$name%d\",\"displayName\":\"%s\"}\n",
	    $kind, $_, $_, "x" x 500 for 1 .. $n;
	' "$USER_URN" "$@"
}

# restored FROM: make $T/copy of it, and look at all of it
restored() {
	rm -rf "$T/copy"
	m restore --store "$T/copy" "$1"
	is "$rc $(cat "$T/err")" '0 ' "restore of $(basename "$1")"
	m verify --store "$T/copy"
	is "$rc $(grep -v 'keys looked at' "$T/out")" '0 ' 'it is sound'
}

# names STORE: all userNames
names() {
	"$BIN/muster" export --store "$1" 2> /dev/null | jq -r 'select(.userName).userName' | sort
}

store_new
lines 3000 old 1 > "$T/old"
lines 15000 new 2 > "$T/new"
"$BIN/muster" import --store "$T/store" "$T/old" > /dev/null 2>&1

m backup --store "$T/store" "$T/one"
is "$rc" 0 'backup to a directory'
is "$(stat -c %a "$T/one") $(find "$T/one" -type f -perm /077 | wc -l | tr -d ' ')" '700 0' 'for its owner alone'
restored "$T/one"
is "$(names "$T/copy" | md5sum)" "$(names "$T/store" | md5sum)" 'it has what the store has'
is "$(stat -c %a "$T/copy") $(find "$T/copy" -name 'backup' -o -name complete | wc -l | tr -d ' ')" '2770 0' 'and is a store'
m backup --store "$T/store" "$T/one.tar"
is "$rc $(tar tf "$T/one.tar" | sed -n '1p;$p' | tr '\n' ' ')" '0 backup complete ' 'backup to a file that tar can read'
restored "$T/one.tar"
is "$(names "$T/copy" | md5sum)" "$(names "$T/store" | md5sum)" 'it has what the store has'

# Nothing is overwritten, nothing half is taken for a whole.
m backup --store "$T/store" "$T/one"
is "$rc $(grep -c 'nothing is overwritten' "$T/err")" '1 1' 'a backup that is there stays'
flock "$T/store" "$BIN/muster" backup --store "$T/store" "$T/two" > "$T/out" 2> "$T/err"
is "$? $(grep -c 'another backup is at work' "$T/err") $(test -e "$T/two"; echo $?)" '1 1 1' 'one backup at a time'
m restore --store "$T/store" "$T/one"
is "$rc $(grep -c 'nothing is overwritten' "$T/err")" '1 1' 'a store that is there stays'
m user list --store "$T/one"
is "$rc $(grep -c 'is a backup.*muster restore --store NEW' "$T/err")" '1 1' 'a backup is not used as a store'
m init --store "$T/one"
is "$rc" 1 'nor made one by init'
m restore --store "$T/x" "$T/nosuch"
is "$rc $(test -e "$T/x"; echo $?)" '1 1' 'a backup that is not there'
m restore --store "$T/x" README.md
is "$rc $(grep -c 'not a complete backup' "$T/err")" '1 1' 'a file that is no backup'
rm -rf "$T/x"
head -c 2000000 "$T/one.tar" > "$T/half.tar"
m restore --store "$T/x" "$T/half.tar"
is "$rc $(grep -c 'not a complete backup' "$T/err")" '1 1' 'a file that is cut off'
m user list --store "$T/x"
is "$rc $(grep -c 'not restored to the end' "$T/err")" '1 1' 'what was restored of it is not used'
rm -rf "$T/x"
cp -R "$T/one" "$T/half"
rm "$T/half/complete"
m restore --store "$T/x" "$T/half"
is "$rc" 1 'a directory that is not complete'
rm -rf "$T/x" "$T/half"
cp -R "$T/one" "$T/bad"
printf 'XXXX' | dd of="$T/bad/resources.db" bs=1 seek=300000 conv=notrunc 2> /dev/null
m restore --store "$T/x" "$T/bad"
is "$rc $(grep -cE 'resources.db: is damaged|checksum' "$T/err")" '1 1' 'a page that is damaged is seen'
rm -rf "$T/x" "$T/bad"

# While two write over HTTP, one imports, and workers are killed.
server_start 3
writer() {
	while [ ! -e "$T/stop" ]; do
		n=$((n + 1))
		code=$(curl -s --max-time 20 -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $TOKEN" \
		    -H 'Content-Type: application/scim+json' \
		    -d "{\"schemas\":[\"$USER_URN\"],\"userName\":\"w$1-$n\"}" "$ORIGIN/scim/v2/Users")
		[ "$code" = 000 ] && echo "w$1-$n" >> "$T/unanswered"
		[ "$code" = 201 ] && echo "w$1-$n" >> "$T/acked.$1"
	done
}
killer() {
	while [ ! -e "$T/stop" ]; do
		sleep 0.3
		for p in $(descendants "$LIGHTTPD"); do
			grep -q users "/proc/$p/comm" 2> /dev/null && victim=$p
		done
		kill -9 "$victim" 2> /dev/null
	done
}
n=0
: > "$T/acked.a"
: > "$T/acked.b"
writer a & pids=$!
writer b & pids="$pids $!"
killer & pids="$pids $!"
(while [ ! -e "$T/stop" ]; do
	"$BIN/muster" import --store "$T/store" "$T/new" > "$T/import" 2>&1
done) & pids="$pids $!"
for i in 1 2 3 4 5 6; do
	cat "$T/acked.a" "$T/acked.b" | sort > "$T/before.$i"
	case $i in
	[135]) m backup --store "$T/store" "$T/hot$i" ;;
	*) m backup --store "$T/store" "$T/hot$i.tar" ;;
	esac
	is "$rc" 0 "backup $i, while others write and die ($(wc -l < "$T/before.$i" | tr -d ' ') writes before)"
	sleep 0.5
done
touch "$T/stop"
# shellcheck disable=SC2086 # a list
wait $pids
server_stop
for i in 1 2 3 4 5 6; do
	path=$T/hot$i
	[ -d "$path" ] || path=$path.tar
	restored "$path"
	names "$T/copy" > "$T/names"
	is "$(comm -23 "$T/before.$i" "$T/names")" '' 'what was acknowledged before it began is there'
done
m verify --store "$T/store"
is "$rc $(grep -v 'keys looked at' "$T/out")$(cat "$T/err")" '0 ' 'the store itself is sound'

# A backup that is killed leaves no trace but an incomplete directory.
for delay in 0.01 0.02 0.03 0.04; do
	"$BIN/muster" backup --store "$T/store" "$T/dead$delay" > /dev/null 2>&1 &
	victim=$!
	sleep $delay
	# shellcheck disable=SC2046 # a list
	kill -9 $victim $(descendants $victim) 2> /dev/null
	wait $victim
done 2> /dev/null
sleep 0.3
lines 20000 more 3 > "$T/more"
m import --store "$T/store" "$T/more"
is "$rc" 0 'then writes go on'
is "$(find "$T/store" -name 'log.*' | wc -l | tr -d ' ' | sed 's/^[1-3]$/few/')" few 'old log files go again'
m verify --store "$T/store"
is "$rc $(grep -v 'keys looked at' "$T/out")$(cat "$T/err")" '0 ' 'and the store is sound'

# compact, while one writes
server_start 2
"$BIN/muster" export --store "$T/store" 2> /dev/null | jq -r 'select(.userName)|select(.userName|test("^more")).id' > "$T/ids"
split -l 1000 "$T/ids" "$T/ids."
for part in "$T"/ids.*; do
	jq -R . "$part" | jq -sc '{schemas:["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],Operations:[.[]|{method:"DELETE",path:("/Users/"+.)}]}' > "$T/bulk"
	curl -s -o "$T/body" -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/scim+json' \
	    --data-binary "@$T/bulk" "$ORIGIN/scim/v2/Bulk"
done
rm -f "$T/stop"
writer c & pid=$!
before=$(cat "$T/store"/*.db | wc -c)
m compact --store "$T/store"
touch "$T/stop"
wait $pid
server_stop
is "$rc $(sed 's/[1-9][0-9]*/N/g' "$T/out")" '0 N pages freed, N returned to the disk' 'compact'
after=$(cat "$T/store"/*.db | wc -c)
[ "$after" -lt "$before" ]
ok $? "the tables are smaller: $before, then $after bytes"
m verify --store "$T/store"
is "$rc $(grep -v 'keys looked at' "$T/out")$(cat "$T/err")" '0 ' 'the store is sound'
done_testing
