#!/bin/sh
# muster upgrade, and stores that are not entered: newer, foreign, unfinished
# (issue 4: "a foreign or newer store: refused with a message that says what
# to do").
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

format 'muster 1'
m upgrade --store "$T/store"
is "$rc $(grep -c "'muster 1', which is the newest: nothing to do" "$T/out")" '0 1' 'the newest format'
refused 'muster_2' "'muster_2', which is none of muster's: is this the right directory"
refused 'muster 2' "'muster 2', this muster knows up to 'muster 1': use the version that wrote it"
refused 'other 1' "'other 1', which is none of muster's"
refused 'muster 0' "'muster 0', which is none of muster's"

MODE=cgi
format 'muster 2'
TOKEN=x
scim GET /Users
is "$STATUS" 500 'a program answers 500'
is "$(grep -c 'use the version that wrote it' "$T/log")" 1 'and says why in its log'
MODE=upgrade

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
