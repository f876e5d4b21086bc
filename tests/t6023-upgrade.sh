#!/bin/sh
# muster upgrade: from the format before, alone, again after it was killed;
# and stores that are not entered: older, newer, foreign, unfinished (issue 4:
# "a foreign or newer store: refused with a message that says what to do").
. "$(dirname "$0")/lib.sh"
MODE=upgrade

m() {
	"$BIN/muster" "$@" > "$T/out" 2> "$T/err"
	rc=$?
}

# format TEXT: a store that says so
format() {
	rm -rf "$T/store"
	"$BIN/muster" init --store "$T/store" > /dev/null
	"$BUILD/tests/kv_tool" "$T/store" put meta 666f726d6174 \
	    "$(printf '%s' "$1" | od -An -tx1 | tr -d ' \n')"
}

# refused FORMAT MESSAGE
refused() {
	format "$1"
	for verb in upgrade verify init compact 'user list' "backup $T/backup" "export $T/x"; do
		# shellcheck disable=SC2086 # words
		m $verb --store "$T/store"
		is "$rc $(grep -c "$2" "$T/err")" '1 1' "$1: $verb is refused: $2"
	done
}

format 'muster 2'
m upgrade --store "$T/store"
is "$rc $(grep -c "'muster 2', which is the newest: nothing to do" "$T/out")" '0 1' 'the newest format'
refused 'muster_2' "'muster_2', which is none of muster's: is this the right directory"
refused 'muster 3' "'muster 3', this muster knows up to 'muster 2': use the version that wrote it"
refused 'other 1' "'other 1', which is none of muster's"
refused 'muster 0' "'muster 0', which is none of muster's"

MODE=cgi
format 'muster 3'
TOKEN=x
scim GET /Users
is "$STATUS" 500 'a program answers 500'
is "$(grep -c 'use the version that wrote it' "$T/log")" 1 'and says why in its log'
MODE=upgrade

# ranks: the rows of the blocks of users
ranks() {
	"$BUILD/tests/kv_tool" "$T/store" list counters | grep "^$RANKS"
}

# old_store [KEY VALUE]: one of the format before, with 2,500 users and 30
# groups in it, and that row
RANKS=00000001$(printf 'rank\000User\000' | od -An -tx1 | tr -d ' \n')
COUNT=00000001$(printf 'count User\000' | od -An -tx1 | tr -d ' \n')
old_store() {
	rm -rf "$T/store"
	"$BIN/muster" init --store "$T/store" > /dev/null
	"$BIN/muster" import --store "$T/store" "$T/lines" > /dev/null 2>&1
	ranks > "$T/ranks"
	ranks | cut -d' ' -f1 | while read -r key; do
		"$BUILD/tests/kv_tool" "$T/store" delete counters "$key"
	done
	[ $# -eq 0 ] || "$BUILD/tests/kv_tool" "$T/store" put counters "$@"
	"$BUILD/tests/kv_tool" "$T/store" put meta 666f726d6174 \
	    "$(printf 'muster 1' | od -An -tx1 | tr -d ' \n')"
}

perl -e 'my ($user, $group) = @ARGV;
printf "{\"schemas\":[\"$user\"],\"id\":\"01900000-0000-7000-8000-%012x\",\"userName\":\"u$_\"}\n", $_ for 1 .. 2500;
printf "{\"schemas\":[\"$group\"],\"id\":\"01910000-0000-7000-8000-%012x\",\"displayName\":\"g$_\"}\n", $_ for 1 .. 30;
' "$USER_URN" "$GROUP_URN" > "$T/lines"
old_store
is "$(wc -l < "$T/ranks" | tr -d ' ')" 3 'a new store has blocks'
for verb in verify init compact 'user list' "export $T/x"; do
	# shellcheck disable=SC2086 # words
	m $verb --store "$T/store"
	is "$rc $(grep -c "'muster 1', which is older than 'muster 2': stop the programs, make a backup, and run muster upgrade" "$T/err")" \
	    '1 1' "muster 1: $verb is refused"
done
m upgrade --store "$T/store"
is "$rc $(grep -c "the format 'muster 2' now: 2530 resources counted" "$T/out")" '0 1' 'upgrade from muster 1'
is "$(ranks)" "$(cat "$T/ranks")" 'it has the blocks that a new store has'
m verify --store "$T/store"
is "$rc" 0 'it is sound'
m upgrade --store "$T/store"
is "$rc $(grep -c 'nothing to do' "$T/out")" '0 1' 'once is enough'

# Killed anywhere, it is run again: half of the blocks, the old format.
old_store "$(sed -n '2s/ .*//p' "$T/ranks")" 0000000000000007
for delay in 0.01 0.02 0.03; do
	timeout -s KILL $delay "$BIN/muster" upgrade --store "$T/store" > /dev/null 2>&1
done
m upgrade --store "$T/store"
is "$rc $(ranks)" "0 $(cat "$T/ranks")" 'upgrade that was killed, again'
m verify --store "$T/store"
is "$rc" 0 'it is sound'

# What counts is made anew when verify found it wrong, by whoever is alone.
"$BUILD/tests/kv_tool" "$T/store" put counters "$COUNT" 0000000000000001
"$BUILD/tests/kv_tool" "$T/store" put counters "$(sed -n '1s/ .*//p' "$T/ranks")" 0000000000000001
m verify --store "$T/store"
is "$rc $(grep -c 'stop the programs and run: muster upgrade --again' "$T/out")" '1 2' 'verify finds wrong counts'
server_start 1
m upgrade --store "$T/store" --again
is "$rc $(grep -c 'other programs are at work in the store: stop them first' "$T/err")" '1 1' 'not while others are inside'
m upgrade --store "$T/store"
is "$rc" 0 'nothing to do is no matter for them'
server_stop
m upgrade --store "$T/store" --again
is "$rc $(ranks)" "0 $(cat "$T/ranks")" '--again counts anew'
m verify --store "$T/store"
is "$rc" 0 'it is sound'

rm -rf "$T/store"
"$BIN/muster" init --store "$T/store" > /dev/null
"$BUILD/tests/kv_tool" "$T/store" delete meta 666f726d6174
m upgrade --store "$T/store"
is "$rc $(grep -c 'not made to the end: run muster init again' "$T/err")" '1 1' 'a store without a format'
m init --store "$T/store"
m upgrade --store "$T/store"
is "$rc" 0 'init again helps'
mkdir "$T/empty"
m upgrade --store "$T/empty"
is "$rc $(grep -c 'there is no store in' "$T/err")" '1 1' 'a directory that is no store'
done_testing
