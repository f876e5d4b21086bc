# shellcheck shell=sh
# files.sh: gates and regions of another boot or of other libraries,
# damaged or gone; the same pid again; two users; many idle deaths.  Sourced by faults.sh.

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
