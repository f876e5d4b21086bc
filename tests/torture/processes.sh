# shellcheck shell=sh
# processes.sh: processes that are killed, stopped or in the way, and
# environments that panic.  Sourced by faults.sh.

fault_kill() {
	store_served
	under_load "$1" "$TORTURE/hurt" kill "$1" 200
	check_store
	server_stop
}

# Each of the last backups is a store, as it was while the backup was made.
fault_backup() {
	store_served
	under_load "$1" "$TORTURE/hurt" kill "$1" 2000
	server_stop
	FAULTS=$BACKUPS acked=0 lost=0 half=0 hands=0 verify=0
	for backup in "$T"/backups/*-*; do
		rm -rf "$T/store"
		"$BIN/muster" restore "$backup" >> "$T/log" 2>> "$T/notes" || hands=$((hands + 1))
		server_start 2
		times=${backup##*/}
		check_store "${times%-*}" "${times#*-}"
		server_stop
		acked=$((acked + ACKED)) lost=$((lost + LOST)) half=$((half + HALF)) hands=$((hands + HANDS))
		[ "$VERIFY" = 0 ] || verify=$VERIFY
	done
	ACKED=$acked LOST=$lost HALF=$half HANDS=$hands VERIFY=$verify
}

# Who reads all, slowly, without ever letting go, does not block writers.
fault_reader() {
	store_served
	under_load "$1" "$TORTURE/hurt" reader "$1"
	GAP=$WRITE_GAP
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
