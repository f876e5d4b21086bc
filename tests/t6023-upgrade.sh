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

format 'muster 3'
m upgrade --store "$T/store"
is "$rc $(grep -c "'muster 3', which is the newest: nothing to do" "$T/out")" '0 1' 'the newest format'
refused 'muster_2' "'muster_2', which is none of muster's: is this the right directory"
refused 'muster 4' "'muster 4', this muster knows up to 'muster 3': use the version that wrote it"
refused 'other 1' "'other 1', which is none of muster's"
refused 'muster 0' "'muster 0', which is none of muster's"

MODE=cgi
format 'muster 4'
TOKEN=x
scim GET /Users
is "$STATUS" 500 'a program answers 500'
is "$(grep -c 'use the version that wrote it' "$T/log")" 1 'and says why in its log'
MODE=upgrade

# counters: the rows of what is counted
counters() {
	"$BUILD/tests/kv_tool" "$T/store" list counters
}

# of_tenants: the same on standard input, but for the store's own log, in
# which programs note their settings
of_tenants() {
	grep -v '^0000000074616c6c7900 '
}

# old_rows FORMAT: on standard input counters of this format, as rows of that
# one: a counter for each number, and in format 2 a row for the open block
old_rows() {
	perl -ne 'BEGIN { $format = shift }
	sub row { print join(" ", @_), "\n" }
	($key, $value) = split;
	$tenant = substr($key, 0, 8);
	if ($key ne $tenant . unpack("H*", "tally\0")) {
		row($key, $value) if $format == 2 || $key !~ /^.{8}72616e6b00/;
		next;
	}
	row($tenant . unpack("H*", "sequence\0"), substr($value, 0, 16));
	$types = pack("H*", substr($value, 16));
	while ($types =~ s/^([^\0]*)\0(.{8})(.{8})(.{16})//s) {
		($name, $total, $closed, $open) = ($1, unpack("Q>", $2), unpack("Q>", $3), $4);
		row($tenant . unpack("H*", "count $name\0"), sprintf("%016x", $total));
		row($tenant . unpack("H*", "rank\0$name\0" . ~$open), sprintf("%016x", $total - $closed))
		    if $format == 2;
	}' "$1"
}

# old_store FORMAT: with 2,500 users and 30 groups in it
old_store() {
	rm -rf "$T/store"
	"$BIN/muster" init --store "$T/store" > /dev/null
	"$BIN/muster" import --store "$T/store" "$T/lines" > /dev/null 2>&1
	counters > "$T/counters"
	while read -r key _; do
		"$BUILD/tests/kv_tool" "$T/store" delete counters "$key"
	done < "$T/counters"
	old_rows "$1" < "$T/counters" > "$T/old"
	while read -r key value; do
		"$BUILD/tests/kv_tool" "$T/store" put counters "$key" "$value"
	done < "$T/old"
	"$BUILD/tests/kv_tool" "$T/store" put meta 666f726d6174 \
	    "$(printf 'muster %s' "$1" | od -An -tx1 | tr -d ' \n')"
}

perl -e 'my ($user, $group) = @ARGV;
printf "{\"schemas\":[\"$user\"],\"id\":\"01900000-0000-7000-8000-%012x\",\"userName\":\"u$_\"}\n", $_ for 1 .. 2500;
printf "{\"schemas\":[\"$group\"],\"id\":\"01910000-0000-7000-8000-%012x\",\"displayName\":\"g$_\"}\n", $_ for 1 .. 30;
' "$USER_URN" "$GROUP_URN" > "$T/lines"
for old in '1 2530' '2 0'; do
	counted=${old#* }
	old=${old% *}
	old_store "$old"
	is "$(grep -c 72616e6b00 "$T/counters") $(grep -c 72616e6b00 "$T/old")" "2 $((old == 2 ? 4 : 0))" "muster $old: its blocks"
	for verb in verify init compact 'user list' "export $T/x"; do
		# shellcheck disable=SC2086 # words
		m $verb --store "$T/store"
		is "$rc $(grep -c "'muster $old', which is older than 'muster 3': stop the programs, make a backup, and run muster upgrade" "$T/err")" \
		    '1 1' "muster $old: $verb is refused"
	done
	m upgrade --store "$T/store"
	is "$rc $(grep -c "the format 'muster 3' now: $counted resources counted" "$T/out")" '0 1' "upgrade from muster $old"
	is "$(counters)" "$(cat "$T/counters")" 'it counts as a new store does'
	m verify --store "$T/store"
	is "$rc" 0 'it is sound'
	m upgrade --store "$T/store"
	is "$rc $(grep -c 'nothing to do' "$T/out")" '0 1' 'once is enough'

	# Killed anywhere, it is run again.
	old_store "$old"
	for delay in 0.01 0.02 0.03; do
		timeout --foreground -s KILL $delay "$BIN/muster" upgrade --store "$T/store" > /dev/null 2>&1
	done
	m upgrade --store "$T/store"
	is "$rc $(counters)" "0 $(cat "$T/counters")" 'upgrade that was killed, again'
	m verify --store "$T/store"
	is "$rc" 0 'it is sound'
done

# What counts is made anew when verify found it wrong, by whoever is alone.
TALLY=00000001$(printf 'tally\000' | od -An -tx1 | tr -d ' \n')
USERS=$(printf 'User\000' | od -An -tx1 | tr -d ' \n')
"$BUILD/tests/kv_tool" "$T/store" put counters "$TALLY" \
    "$(sed -n "s/^$TALLY //p" "$T/counters" | sed "s/\($USERS\).\{32\}/\100000000000000010000000000000000/")"
m verify --store "$T/store"
is "$rc $(grep -c 'stop the programs and run: muster upgrade --again' "$T/out")" '1 2' 'verify finds wrong counts'
server_start 1
m upgrade --store "$T/store" --again
is "$rc $(grep -c 'other programs are at work in the store: stop them first' "$T/err")" '1 1' 'not while others are inside'
m upgrade --store "$T/store"
is "$rc" 0 'nothing to do is no matter for them'
server_stop
m upgrade --store "$T/store" --again
is "$rc $(counters | of_tenants)" "0 $(of_tenants < "$T/counters")" '--again counts anew'
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
