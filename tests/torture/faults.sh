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
# and prints what it saw to $T/notes.  The ten points of spec berkeley-db.md
# section 6 are
#
#	1 kill			6 full, full_kill, ballast, nospace(_each),
#				  the same with _blocks, quota
#	2 panic			7 idle
#	3 stop, stop_oneshot	8 two_users
#	4 recoverer		9 backup
#	5 same_pid, header, upgrade, regions
#				10 reader

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

# the group that the load uses; what a web server that cannot reach a program
# says by itself, on a machine that is too busy, is no reply of ours
torture_group() {
	for _ in 1 2 3 4 5; do
		new_group torture
		[ "$STATUS" = 503 ] || break
		rm -f "$T/replies"
	done
	GROUP=$ID
}

# a store, its server and the group that the load uses
store_served() {
	reset_figures
	rm -f "$T/journal"
	store_new
	server_start "${1:-4}"
	torture_group
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

# muster work as a service, started again whenever it ends
work_loop() {
	trap 'kill "$worker"; wait "$worker"; exit' TERM
	while :; do
		"$BIN/muster" work &
		worker=$!
		wait "$worker"
	done
}

# backups without end; the last three stay, with the time that each took
backup_loop() {
	while [ ! -e "$T/stop" ]; do
		rm -rf "$T/backups/new"
		since=$("$TORTURE/load" now)
		if "$BIN/muster" backup "$T/backups/new" && [ -e "$T/backups/new/complete" ]; then
			mv "$T/backups/new" "$T/backups/$since-$("$TORTURE/load" now)"
			echo >> "$T/backed"
			find "$T/backups" -mindepth 1 -maxdepth 1 | sort | head -n -3 | xargs rm -rf
		fi
		sleep 0.2
	done
}

# under_load SECONDS COMMAND...: the load, muster work, backups and commands
# that read, while COMMAND hurts
under_load() {
	rm -rf "$T/stop" "$T/backups" "$T/backed"
	mkdir "$T/backups"
	: > "$T/backed"
	command_loop 2>> "$T/log" &
	commands=$!
	backup_loop > /dev/null 2>> "$T/log" &
	backups=$!
	work_loop > /dev/null 2>> "$T/log" &
	works=$!
	"$TORTURE/load" run "$PORT" "$BIN" "$1" "$CLIENTS" "$T/journal" "$GROUP" > "$T/load" 2>> "$T/notes" &
	loads=$!
	shift
	"$@" > "$T/hurt" 2>> "$T/notes"
	wait "$loads"
	touch "$T/stop"
	wait "$commands" "$backups"
	kill "$works"
	wait "$works"
	BACKUPS=$(wc -l < "$T/backed" | tr -d ' ')
	[ "$1" = true ] || echo "$BACKUPS backups were made meanwhile" >> "$T/notes"
	FAULTS=$(figure hurts "$(cat "$T/hurt")")
	ODD=$(figure odd "$(cat "$T/load")")
	GAP=$(figure gap "$(cat "$T/load")")
	WRITE_GAP=$(figure wgap "$(cat "$T/load")")
}

# check_store [SINCE-NS UNTIL-NS]: is everything there, by itself, as of then?
check_store() {
	result=$("$TORTURE/load" check "$PORT" "$T/journal" "$GROUP" "$@" 2>> "$T/notes")
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

# short NAME SECONDS TEXT: a scenario as a test.  How long the gaps were is
# told, not judged: other things run on the machine, which may be so slow that
# no fault happens in that time: then it takes longer.
short() {
	before=$FAILED
	for span in "$2" $(($2 * 3)) $(($2 * 9)); do
		: > "$T/notes"
		"fault_$1" "$span"
		[ "$FAULTS" -eq 0 ] && [ -z "$SKIPPED" ] || break
	done
	if [ -n "$SKIPPED" ]; then
		echo "# $1 skipped: $SKIPPED"
		return
	fi
	[ "$FAULTS" -gt 0 ]
	ok $? "$1: $FAULTS faults, $ACKED writes acknowledged, longest gap $GAP ms"
	is "lost $LOST, half $HALF, odd $ODD, hands $HANDS, verify $VERIFY" \
	    'lost 0, half 0, odd 0, hands 0, verify 0' "$3"
	[ "$FAILED" -eq "$before" ] || head -20 "$T/notes" | cut -c1-300 | sed 's/^/# /' >&2
}

# shellcheck source=tests/torture/processes.sh
. tests/torture/processes.sh
# shellcheck source=tests/torture/files.sh
. tests/torture/files.sh
# shellcheck source=tests/torture/disk.sh
. tests/torture/disk.sh
# shellcheck source=tests/torture/limits.sh
. tests/torture/limits.sh
