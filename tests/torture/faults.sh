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
	printf '%s\n' "$2" | tr ' ' '\n' | sed -n "s/^$1=//p" | grep . || echo 0
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
