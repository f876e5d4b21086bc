# shellcheck shell=sh
# faults.sh: a store under load, and what is done to it.  Sourced by run and
# by tests/t81*.sh, after lib.sh.
#
# Each scenario is a function `fault_NAME SECONDS`.  It fills
#
#	FAULTS		how often something was hurt
#	ACKED		writes that were acknowledged
#	LOST		of these, not there at the end
#	HALF		writes not acknowledged, of which a part is there
#	ODD		answers that nobody should get
#	GAP		longest time without a successful answer, ms
#	GAP_MAX		what it may be
#	HANDS		1 if somebody had to help
#	VERIFY		what muster verify found: problems, or what it said
#
# and prints what it saw to $T/notes.

MODE=http
TORTURE=$PWD/$BUILD/torture
CLIENTS=${CLIENTS:-10}

reset_figures() {
	FAULTS=0 ACKED=0 LOST=0 HALF=0 ODD=0 GAP=0 GAP_MAX=1000 HANDS=0 VERIFY=0
	SKIPPED=
}

# figure NAME LINE: from "a=1 b=2"
figure() {
	printf '%s\n' "$2" | tr ' ' '\n' | sed -n "s/^$1=//p" | tail -1 | grep . || echo 0
}

# a store, its server and the group that the load uses
store_served() {
	reset_figures
	rm -f "$T/journal"
	store_new
	server_start "${1:-4}"
	new_group torture
	GROUP=$ID
	export TOKEN BIN MUSTER_STORE="$T/store"
}

# the command, again and again: what it reads must not be disturbed for long
command_loop() {
	while [ ! -e "$T/stop" ]; do
		"$BIN/muster" user list --filter 'userName sw "c1-u1"' > /dev/null 2>> "$T/log"
		"$BIN/muster" token list > /dev/null 2>> "$T/log"
		sleep 0.1
	done
}

# under_load SECONDS COMMAND...: the load, while COMMAND hurts
under_load() {
	rm -f "$T/stop"
	command_loop &
	commands=$!
	"$TORTURE/load" run "$PORT" "$BIN" "$1" "$CLIENTS" "$T/journal" "$GROUP" > "$T/load" 2>> "$T/notes" &
	loads=$!
	shift
	"$@" > "$T/hurt" 2>> "$T/notes"
	wait "$loads"
	touch "$T/stop"
	wait "$commands"
	FAULTS=$(figure hurts "$(cat "$T/hurt")")
	ODD=$(figure odd "$(cat "$T/load")")
	GAP=$(figure gap "$(cat "$T/load")")
}

# check_store [UNTIL-NS]: is everything there, by itself?
check_store() {
	result=$("$TORTURE/load" check "$PORT" "$T/journal" "$GROUP" ${1:+"$1"} 2>> "$T/notes")
	ACKED=$(figure acked "$result")
	LOST=$(figure lost "$result")
	HALF=$(figure half "$result")
	[ "$(figure unanswered "$result")" = 0 ] && [ -n "$result" ] || HANDS=1
	verify_store
}

verify_store() {
	"$BIN/muster" verify --store "${1:-$T/store}" > "$T/verify" 2>&1
	VERIFY=$(sed -n 's/^[0-9]* keys looked at, \([0-9]*\) problems$/\1/p' "$T/verify")
	if [ "$VERIFY" != 0 ]; then
		VERIFY=${VERIFY:-failed}
		cat "$T/verify" >> "$T/notes"
	fi
}

fault_kill() {
	store_served
	under_load "$1" "$TORTURE/hurt" kill "$1" 200
	check_store
	server_stop
}

# What the library says of every panic is not for the notes.
quietly() {
	"$@" 2> /dev/null
}

fault_panic() {
	store_served
	# Who panics an environment cannot give back what the library holds.
	under_load "$1" quietly env ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0" \
	    "$TORTURE/hurt" panic "$1"
	check_store
	server_stop
}

# Seen as stopped, then killed, then recovered from.
fault_stop() {
	store_served
	under_load "$1" "$TORTURE/hurt" stop "$1"
	check_store
	server_stop
}

# The same of one that has no watchdog of its own.
fault_stop_oneshot() {
	store_served
	under_load "$1" "$TORTURE/hurt" oneshot "$1"
	check_store
	server_stop
}

# Each of three recoverers in a row comes to its end in the middle.
fault_recoverer() {
	store_served
	GAP_MAX=4000
	under_load "$1" "$TORTURE/hurt" recoverer "$1"
	check_store
	server_stop
}

# answers_again TEXT: one request as plain CGI, timed; counts as a fault
# survived.  What is wrong goes to the notes.
answers_again() {
	FAULTS=$((FAULTS + 1))
	before=$(date +%s%3N)
	MODE=cgi
	scim GET '/Users?count=1'
	MODE=http
	gap=$(($(date +%s%3N) - before))
	[ "$gap" -le "$GAP" ] || GAP=$gap
	[ "$STATUS" = 200 ] && return 0
	HANDS=1
	echo "$1: status $STATUS: $(head -c 300 "$T/body") $(tail -2 "$T/log")" >> "$T/notes"
}

# poke FILE OFFSET TEXT: over what is there
poke() {
	printf '%s' "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc 2> /dev/null
}

# garbage FILE LENGTH
garbage() {
	head -c "$2" /dev/urandom | dd of="$1" conv=notrunc 2> /dev/null
}

# a store with a journal, everything that served it gone
store_left() {
	store_served
	under_load 2 true
	FAULTS=0 GAP=0
	server_stop
}

# The store as it is now is entered again and holds what it must.
check_left() {
	server_start 2
	check_store
	server_stop
}

# The gate's header: magic at 0, boot id at 32, library at 80, libc at 128.
fault_header() {
	store_left
	for field in 0 16 32 80 128; do
		poke "$T/store/gate" "$field" another
		answers_again "gate header at $field"
	done
	poke "$T/store/gate" 20 "$(printf '\001')"
	answers_again 'recovery wanted by somebody long gone'
	garbage "$T/store/gate" 20000
	answers_again 'garbage in the gate'
	: > "$T/store/gate"
	answers_again 'an empty gate'
	check_left
}

# The same while it is served: boot and libraries change under it.
fault_upgrade() {
	store_served
	under_load "$1" poke_live "$1"
	check_store
	server_stop
}

poke_live() {
	pokes=0
	while [ $pokes -lt "$1" ]; do
		sleep 1
		for field in 32 80 128; do
			[ $((pokes % 3 * 48 + 32)) != $field ] ||
			    poke "$T/store/gate" $field another
		done
		pokes=$((pokes + 1))
	done
	echo "hurts=$pokes"
}

fault_regions() {
	store_left
	for kind in deleted empty garbage one; do
		case $kind in
		deleted) rm "$T"/store/__db.0* ;;
		empty) for f in "$T"/store/__db.0*; do : > "$f"; done ;;
		garbage) for f in "$T"/store/__db.0*; do garbage "$f" 65536; done ;;
		one) rm "$T/store/__db.002" ;;
		esac
		answers_again "region files: $kind"
	done
	check_left
}

# A process of the same number as the one that died, in a pid namespace.
fault_same_pid() {
	if ! unshare -p -f --mount-proc true 2> /dev/null; then
		reset_figures
		SKIPPED='unshare needs root'
		return
	fi
	store_left
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		result=$(unshare -p -f --mount-proc "$TORTURE/hurt" inside 0 2>> "$T/notes")
		[ "$(figure hurts "$result")" = 1 ] || HANDS=1
		answers_again 'after a death inside'
	done
	check_left
}

# 200 idle deaths in a row make a recovery at a quiet moment.
fault_idle() {
	store_served
	under_load "$1" idle_kills "$1"
	check_store
	server_stop
}

generation() {
	od -An -tu4 -j24 -N4 "$T/store/gate" | tr -d ' '
}

idle_kills() {
	was=$(generation)
	result=$("$TORTURE/hurt" idle "$1")
	echo "$result"
	echo "idle: $result, $(($(generation) - was)) recoveries" >&2
}

# Two users of one group with umasks that would lock each other out.
fault_two_users() {
	reset_figures
	if [ "$(id -u)" != 0 ] || ! setpriv --reuid=64001 --regid=64000 --clear-groups test -x "$BIN/users"; then
		SKIPPED='needs root, and programs that other users may run'
		return
	fi
	store_left
	chmod 711 "$T"
	chown -R 64001:64000 "$T/store"
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		as_user 64001 077 "$TORTURE/hurt" inside 0
		as_user 64002 022 "$BIN/muster" user list
		as_user 64002 077 "$TORTURE/hurt" inside 0
		as_user 64001 022 "$BIN/muster" user list
	done
	check_left
}

# as_user UID UMASK COMMAND...
as_user() {
	FAULTS=$((FAULTS + 1))
	number=$1
	mask=$2
	shift 2
	(umask "$mask" && setpriv --reuid="$number" --regid=64000 --clear-groups "$@") > "$T/out" 2>> "$T/notes" || HANDS=1
}

# A power cut at a random moment of a load, CUTS times from one log: what was
# not synced is dropped in part.  $2 is "whole" or "torn" (cut.c).
power() {
	reset_figures
	rm -rf "$T/cut.log" "$T/base" "$T/journal"
	store_new
	server_start 2
	new_group torture
	GROUP=$ID
	server_stop
	cp -a "$T/store" "$T/base"
	rm -f "$T"/base/__db.0*
	export TOKEN BIN MUSTER_STORE="$T/store" POWERCUT_LOG="$T/cut.log"
	export LD_PRELOAD="$TORTURE/powercut.so"
	server_start 4
	under_load "$1" true
	server_stop
	unset LD_PRELOAD POWERCUT_LOG
	cuts=0 acked=0 lost=0 half=0 hands=0 verify=0 gap=0
	while [ $cuts -lt "${CUTS:-12}" ]; do
		cuts=$((cuts + 1))
		one_cut "$cuts" "$2"
	done
	FAULTS=$cuts ACKED=$acked LOST=$lost HALF=$half HANDS=$hands VERIFY=$verify GAP=$gap
}

# one_cut SEED HOW: afterwards the machine has booted anew
one_cut() {
	rm -rf "$T/store"
	cp -a "$T/base" "$T/store"
	moment=$("$TORTURE/cut" "$T/cut.log" "$T/store" "$1" "$2" 2>> "$T/notes")
	poke "$T/store/gate" 32 before-the-power-cut
	GAP=0
	answers_again "cut $1, $2"
	[ "$GAP" -le "$gap" ] || gap=$GAP
	if [ "$HANDS" != 0 ]; then
		hands=$((hands + 1))
		HANDS=0
		return
	fi
	server_start 2
	check_store "$moment"
	server_stop
	[ "$ACKED" -le "$acked" ] || acked=$ACKED
	lost=$((lost + LOST))
	half=$((half + HALF))
	[ "$VERIFY" = 0 ] || verify=$VERIFY
}

fault_power() {
	power "$1" whole
}

# As a disk that writes 4 KiB at once may leave pages of 8 and 16 KiB.
fault_power_torn() {
	power "$1" torn
}

# small_store [BALLAST-MIB]: on a file system of its own, of 300 MiB.  Fails
# without root.
small_store() {
	reset_figures
	export MUSTER_BALLAST_MIB="${1:-16}"
	rm -f "$T/journal"
	mkdir -p "$T/small"
	mount -t tmpfs -o size=300m none "$T/small" 2> /dev/null || return 1
	rm -rf "$T/store"
	mkdir "$T/small/store"
	TOKEN=$("$BIN/muster" init --store "$T/small/store" | sed -n 's/^Secret token: //p')
	ln -s "$T/small/store" "$T/store"
	server_start 4
	new_group torture
	GROUP=$ID
	export TOKEN BIN MUSTER_STORE="$T/store"
}

small_store_end() {
	server_stop
	rm -f "$T/store"
	umount "$T/small"
	export MUSTER_BALLAST_MIB=1
}

# fill BYTES-LEFT: at once, without writing; more is left if others write
fill() {
	leave=$1
	for _ in 1 2 3 4 5 6 7 8; do
		free=$(df --output=avail -B1 "$T/small" | tail -1)
		[ "$free" -gt "$leave" ] || break
		fallocate -l $((free - leave)) "$T/small/filler" 2> /dev/null && break
		leave=$((leave * 2 + 65536))
	done
}

# full_and_not SECONDS COMMAND...: full down to the last byte, or nearly, and
# not; COMMAND is run while it is full
full_and_not() {
	end=$(($(date +%s) + $1))
	shift
	fulls=0
	while [ "$(date +%s)" -lt $end ]; do
		sleep 0.5
		fill $((fulls % 3 * fulls % 7 * 4096))
		fulls=$((fulls + 1))
		"$@"
		sleep 0.7
		rm "$T/small/filler"
	done
	echo "hurts=$fulls"
}

# What clients are told while there is no room, after the 200 ms in which the
# store may still try.
told_full() {
	sleep 0.3
	new_user "late-$fulls"
	[ "$STATUS $(header Retry-After) $(json .status)" = '507 1 507' ] ||
	    echo "full: $STATUS $(head -c 300 "$T/head" "$T/body")" >&2
	scim GET '/Users?count=1'
	[ "$STATUS" = 200 ] || echo "full: a read got $STATUS $(head -c 300 "$T/body")" >&2
}

fault_full() {
	if ! small_store; then
		SKIPPED='a small file system needs root'
		return
	fi
	under_load "$1" full_and_not "$1" told_full
	[ "$(figure full "$(cat "$T/load")")" -gt 0 ] || echo 'nobody was told that it is full' >> "$T/notes"
	[ -s "$T/notes" ] && ODD=$((ODD + $(grep -c '^full: \|^nobody' "$T/notes")))
	check_store
	small_store_end
}

# Killed while it is full: recovery may have to wait for room.
fault_full_kill() {
	if ! small_store; then
		SKIPPED='a small file system needs root'
		return
	fi
	GAP_MAX=3000
	under_load "$1" full_and_not "$1" "$TORTURE/hurt" kill 0
	check_store
	small_store_end
}

# The disk is filled while there are no region files, which recovery makes: it
# has room for them and for its log from the ballast, which comes back later.
fault_ballast() {
	if ! small_store 24; then
		SKIPPED='a small file system needs root'
		return
	fi
	under_load 2 true
	FAULTS=0 GAP=0
	server_stop
	for _ in 1 2 3; do
		has_ballast 24 || note_odd_ballast 'was not made'
		rm -f "$T"/small/store/__db.0*
		fill 0
		answers_again 'recovery on a full disk'
		has_ballast 24 && note_odd_ballast 'was not needed'
		rm "$T/small/filler"
		"$BIN/muster" work --once >> "$T/notes" 2>&1 || HANDS=1
	done
	server_start 2
	check_store
	small_store_end
}

# has_ballast MIB
has_ballast() {
	[ "$(stat -c %s "$T/small/store/ballast" 2> /dev/null)" = $(($1 * 1048576)) ]
}

note_odd_ballast() {
	ODD=$((ODD + 1))
	echo "the ballast $1" >> "$T/notes"
}

# refused TEXT WORDS [COMMAND...]: the command (as a user, if one is given)
# and the programs refuse the store with a message that has WORDS in it
refused() {
	FAULTS=$((FAULTS + 1))
	text=$1
	words=$2
	shift 2
	if "$@" "$BIN/muster" user list --store "$T/store" > "$T/out" 2>&1 ||
	    ! tail -1 "$T/out" | grep -q "$words"; then
		ODD=$((ODD + 1))
		echo "$text: $(tail -2 "$T/out")" >> "$T/notes"
	fi
	[ $# -eq 0 ] || return 0 # the programs are run by us
	MODE=cgi
	scim GET /Users
	MODE=http
	[ "$STATUS $(json .status)" = '500 500' ] && tail -1 "$T/log" | grep -q "$words" && return
	ODD=$((ODD + 1))
	echo "$text: $STATUS $(tail -1 "$T/log")" >> "$T/notes"
}

as_stranger() {
	setpriv --reuid=64003 --regid=64003 --clear-groups "$@"
}

# Stores that cannot be entered, each put right again afterwards.
fault_refused() {
	store_left
	refused_files
	if [ "$(id -u)" = 0 ] && as_stranger test -x "$BIN/users"; then
		refused_permissions
	else
		echo 'SKIPPED without root: permissions, a read-only file system' >> "$T/notes"
	fi
	check_left
}

# The bytes of "format" and "muster 2".  A tool of ours would not enter the
# newer store either: a copy is kept.
refused_files() {
	cp -a "$T/store" "$T/kept"
	"$BUILD/tests/kv_tool" "$T/store" put meta 666f726d6174 6d75737465722032
	refused 'a newer store' 'use the version that wrote it'
	rm -rf "$T/store"
	refused 'no store' 'make one: muster init'
	cp -a "$T/kept" "$T/aside"
	cp -a "$T/aside" "$T/store"
	rm "$T"/store/__db.0* "$T/store/resources.db"
	refused 'a table is missing' 'bring them back'
	cp -a "$T/aside/resources.db" "$T/store"
	rm "$T"/store/log.*
	refused 'the log files are missing' 'bring them back'
	cp -a "$T"/aside/log.* "$T/store"
	garbage "$T/store/resources.db" 40000
	refused 'a damaged table' 'put a backup in'
	rm -rf "$T/store"
	mv "$T/aside" "$T/store"
	touch "$T/store/DB_CONFIG"
	refused 'settings of somebody else' 'take it away'
	rm -rf "$T/store"
	mv "$T/kept" "$T/store"
}

refused_permissions() {
	chmod 711 "$T"
	chmod 2700 "$T/store"
	refused 'a directory of somebody else' 'must be in the group' as_stranger
	chmod 2770 "$T/store"
	mkdir -p "$T/small"
	if ! mount --bind "$T/store" "$T/small" 2> /dev/null; then
		echo 'SKIPPED without leave to mount: a read-only file system' >> "$T/notes"
		return
	fi
	mount -o remount,bind,ro "$T/small"
	mv "$T/store" "$T/aside"
	ln -s small "$T/store"
	refused 'a read-only file system' 'mount it read-write'
	rm "$T/store"
	mv "$T/aside" "$T/store"
	umount "$T/small"
}

# set_clock SECONDS: 8 bytes, little-endian, over those that are mapped
set_clock() {
	perl -e 'print pack("q<", $ARGV[0])' -- "$1" | dd of="$T/clock" conv=notrunc 2> /dev/null
}

# The time of day jumps by seconds, hours and years, both ways.
fault_clock() {
	reset_figures
	set_clock 0
	export LD_PRELOAD="$TORTURE/clock.so" CLOCK_FILE="$T/clock"
	store_served
	under_load "$1" jump "$1"
	set_clock 0
	check_store
	server_stop
	unset LD_PRELOAD CLOCK_FILE
}

jump() {
	jumps=0
	end=$(($(cut -d. -f1 /proc/uptime) + $1))
	while [ "$(cut -d. -f1 /proc/uptime)" -lt "$end" ]; do
		for seconds in -3600 3600 -5 86400 -94608000 94608000 0; do
			set_clock $seconds
			jumps=$((jumps + 1))
			sleep 0.3
		done
	done
	echo "hurts=$jumps"
}

# Programs and commands that get too little memory, or too few files, while
# others work: they may fail, with a message, and hurt nobody.
fault_limits() {
	store_served
	under_load "$1" limited "$1"
	sort -u "$T/limited" > "$T/want"
	"$BIN/muster" user list --filter 'userName sw "limited-"' | awk '{ print $2 }' | sort > "$T/have"
	LOST=0
	missing=$(comm -23 "$T/want" "$T/have" | wc -l)
	check_store
	LOST=$((LOST + missing))
	server_stop
}

limited() {
	: > "$T/limited"
	tries=0
	failed=0
	end=$(($(date +%s) + $1))
	while [ "$(date +%s)" -lt $end ]; do
		one_limited --as=$((6000000 + tries % 40 * 3000000))
		one_limited --nofile=$((3 + tries % 30))
		tries=$((tries + 1))
	done
	echo "hurts=$failed"
	echo "limits: $((tries * 2)) starts, $failed failed, $(wc -l < "$T/limited") writes acknowledged" >&2
}

# one_limited OPTION: of prlimit
one_limited() {
	name="limited-$tries$1"
	body="{\"schemas\":[\"$USER_URN\"],\"userName\":\"$name\"}"
	printf '%s' "$body" > "$T/limited.in"
	env REQUEST_METHOD=POST SCRIPT_NAME=/scim/v2 PATH_INFO=/Users QUERY_STRING= \
	    GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 HTTP_HOST=127.0.0.1 \
	    REMOTE_ADDR=127.0.0.1 CONTENT_TYPE=application/scim+json CONTENT_LENGTH=${#body} \
	    HTTP_AUTHORIZATION="Bearer $TOKEN" \
	    prlimit "$1" "$BIN/users" < "$T/limited.in" > "$T/said" 2> "$T/said.err"
	case $(head -1 "$T/said") in
	'Status: 201 '*) echo "$name" >> "$T/limited" ;;
	*)
		failed=$((failed + 1))
		[ -s "$T/said.err" ] || echo "limits: silent with $1" >&2
		;;
	esac
}

# short NAME SECONDS TEXT: a scenario as a test.  How long the gaps were is
# told, not judged: other things run on the machine.
short() {
	: > "$T/notes"
	"fault_$1" "$2"
	if [ -n "$SKIPPED" ]; then
		echo "# $1 skipped: $SKIPPED"
		return
	fi
	[ "$FAULTS" -gt 0 ]
	ok $? "$1: $FAULTS faults, $ACKED writes acknowledged, longest gap $GAP ms"
	is "lost $LOST, half $HALF, odd $ODD, hands $HANDS, verify $VERIFY" \
	    'lost 0, half 0, odd 0, hands 0, verify 0' "$3"
	head -12 "$T/notes" | cut -c1-200 | sed 's/^/# /'
}
