# shellcheck shell=sh
# disk.sh: power cuts, and disks that are full.  Sourced by faults.sh.

# A power cut at a random moment of a load, CUTS times from one log: what was
# not synced is dropped in part.  $2 is "whole" or "torn" (cut.c).
power() {
	reset_figures
	rm -rf "$T/cut.log" "$T/base" "$T/journal"
	store_new
	server_start 2
	torture_group
	server_stop
	cp -a "$T/store" "$T/base"
	rm -f "$T"/base/__db.0*
	export TOKEN BIN MUSTER_STORE="$T/store" POWERCUT_LOG="$T/cut.log"
	# What is preloaded keeps files of its own.
	export MUSTER_CONFINE=0 LD_PRELOAD="$TORTURE/powercut.so"
	server_start 4
	under_load "$1" true
	server_stop
	unset MUSTER_CONFINE LD_PRELOAD POWERCUT_LOG
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
	check_store "$moment" "$moment"
	server_stop
	[ "$ACKED" -le "$acked" ] || acked=$ACKED
	lost=$((lost + LOST))
	half=$((half + HALF))
	[ "$VERIFY" = 0 ] || verify=$VERIFY
}

fault_power() {
	power "$1" whole
}

# As a disk that writes 4 KiB at once leaves larger writes.
fault_power_torn() {
	power "$1" torn
}

# small_mount: a file system of 300 MiB, in memory, or with SMALL_BLOCK one with
# blocks of so many bytes.  Fails without root.
small_mount() {
	mkdir -p "$T/small"
	if [ -z "${SMALL_BLOCK-}" ]; then
		mount -t tmpfs -o size=300m none "$T/small" 2> /dev/null
		return
	fi
	rm -f "$T/small.img"
	truncate -s 300M "$T/small.img"
	mkfs.ext4 -q -m 0 -b "$SMALL_BLOCK" "$T/small.img" 2> /dev/null &&
	    mount -o loop "$T/small.img" "$T/small" 2> /dev/null
}

# small_store [BALLAST-MIB]: on a file system of its own
small_store() {
	reset_figures
	export MUSTER_BALLAST_MIB="${1:-16}"
	rm -f "$T/journal"
	small_mount || return 1
	rm -rf "$T/store"
	mkdir "$T/small/store"
	TOKEN=$("$BIN/muster" init --store "$T/small/store" | sed -n 's/^Secret token: //p')
	ln -s "$T/small/store" "$T/store"
	server_start 4
	torture_group
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

# The same on a file system with blocks smaller than pages.
fault_full_kill_blocks() {
	SMALL_BLOCK=1024
	fault_full_kill "$1"
	SMALL_BLOCK=
}

# The disk is filled while there are no region files, which recovery makes: it
# has room for them and for its log from the ballast, which comes back later.
fault_ballast() {
	if ! small_store 64; then
		SKIPPED='a small file system needs root'
		return
	fi
	under_load 2 true
	FAULTS=0 GAP=0
	server_stop
	for _ in 1 2 3; do
		has_ballast 64 || note_odd_ballast 'was not made'
		rm -f "$T"/small/store/__db.0*
		fill 0
		answers_again 'recovery on a full disk'
		has_ballast 64 && note_odd_ballast 'was not needed'
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

# writes_left N: of all processes together that have nospace.so
writes_left() {
	perl -e 'print pack("q<", $ARGV[0])' -- "$1" | dd of="$T/nospace" conv=notrunc 2> /dev/null
}

# The disk is full at any write of any process, and then is not.
fault_nospace() {
	reset_figures
	writes_left 1000000000000
	export MUSTER_CONFINE=0 LD_PRELOAD="$TORTURE/nospace.so" NOSPACE_FILE="$T/nospace"
	store_served
	# For 0.3 s the disk takes nothing: what is to be recovered has to wait.
	GAP_MAX=1300
	under_load "$1" stop_writes "$1"
	check_store
	server_stop
	unset MUSTER_CONFINE LD_PRELOAD NOSPACE_FILE
}

stop_writes() {
	end=$(($(date +%s) + $1))
	stops=0
	while [ "$(date +%s)" -lt $end ]; do
		writes_left $((stops * 37 % 101))
		stops=$((stops + 1))
		sleep 0.3
		writes_left 1000000000000
		sleep 0.5
	done
	echo "hurts=$stops"
}

# The same on a file system with blocks smaller than pages: one takes the first
# half of a page and not the other.
fault_nospace_blocks() {
	export NOSPACE_BLOCK=1024
	fault_nospace "$1"
	unset NOSPACE_BLOCK
}

fault_nospace_each_blocks() {
	export NOSPACE_BLOCK=1024
	fault_nospace_each "$1"
	unset NOSPACE_BLOCK
}

# As shared hosts have them.
fault_quota() {
	export NOSPACE_QUOTA=1
	fault_nospace "$1"
	unset NOSPACE_QUOTA
}

# The first N writes of one process are done, the others not, for N from 0 on:
# of a request, of a checkpoint, of one after which somebody dies inside, of
# recovery.
fault_nospace_each() {
	store_left
	for kind in request checkpoint crash recovery; do
		nospace_sweep $kind $(($1 + 6))
	done
	check_left
}

# nospace_sweep KIND POINTS: at every write, or at POINTS of them
nospace_sweep() {
	writes_left 1000000000000
	nospace_try "$1" "$1-whole"
	used=$((1000000000000 - $(od -An -td8 "$T/nospace")))
	step=$((used / $2 + 1))
	echo "$1: $used writes, stopped at every $step." >> "$T/notes"
	at=0
	while [ $at -lt "$used" ]; do
		writes_left $at
		nospace_try "$1" "$1-$at"
		STATUS_SAID=$STATUS
		[ "$1" != crash ] || "$TORTURE/hurt" inside 0 > /dev/null 2>> "$T/notes"
		answers_again "$1 without room from write $at on"
		nospace_done "$1-$at"
		at=$((at + step))
	done
}

# nospace_try KIND NAME: what needs room; STATUS of a request
nospace_try() {
	STATUS=none
	case $1 in
	checkpoint | crash)
		dirty_pages
		env LD_PRELOAD="$TORTURE/nospace.so" NOSPACE_FILE="$T/nospace" \
		    "$BIN/muster" work --once >> "$T/log" 2>&1
		return
		;;
	recovery) "$TORTURE/hurt" inside 0 > /dev/null 2>> "$T/notes" ;;
	esac
	SETTINGS="LD_PRELOAD=$TORTURE/nospace.so NOSPACE_FILE=$T/nospace"
	MODE=cgi
	new_user "$2"
	MODE=http
	SETTINGS=
	case "$STATUS $(header Retry-After)" in
	'201 ' | '507 '? | '503 '?) ;;
	*)
		ODD=$((ODD + 1))
		echo "$2: $STATUS $(head -c 300 "$T/body") $(tail -1 "$T/log")" >> "$T/notes"
		;;
	esac
}

# For a checkpoint to write: another name each time.
dirty_pages() {
	MODE=cgi
	dirtied=$((${dirtied:-0} + 1))
	patch "/Groups/$GROUP" "[{\"op\":\"replace\",\"path\":\"displayName\",\"value\":\"torture $dirtied\"}]"
	MODE=http
}

# nospace_done NAME: is it there if it was said to be, and only then?
nospace_done() {
	said=$STATUS_SAID
	[ "$said" != none ] || return 0
	MODE=cgi
	query /Users "userName eq \"$1\""
	MODE=http
	case "$said $(json .totalResults)" in
	'201 1' | '507 0' | '503 '[01]) ;;
	'201 0') LOST=$((LOST + 1)) ;;
	*) HALF=$((HALF + 1)) ;;
	esac
}
