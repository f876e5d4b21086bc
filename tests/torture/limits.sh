# shellcheck shell=sh
# limits.sh: stores that are refused, clocks that jump, too little memory
# and too few files.  Sourced by faults.sh.

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

# The bytes of "format", and of "muster 99", "muster 1" and "master 100".  A
# tool of ours would not enter these stores either: a copy is kept.
refused_files() {
	cp -a "$T/store" "$T/kept"
	while read -r name format words; do
		"$BUILD/tests/kv_tool" "$T/store" put meta 666f726d6174 "$format"
		refused "$name store" "$words"
		rm -rf "$T/store"
		cp -a "$T/kept" "$T/store"
	done <<-'END'
		a-newer 6d7573746572203939 use the version that wrote it
		an-older 6d75737465722031 muster upgrade
		a-foreign 6d617374657220313030 none of muster's
	END
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
	rm "$T/store/DB_CONFIG"
	chmod o+w "$T/store"
	refused 'a directory that others may change' "chmod o-rwx '$T/store'"
	chmod o-w "$T/store"
	chmod o+r "$T/store/credentials.db"
	refused 'a table that others may read' "chmod o-rwx '$T/store/credentials.db'"
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

# The same of those that serve, while they do.
fault_limits_workers() {
	store_served
	under_load "$1" "$TORTURE/hurt" limit "$1"
	check_store
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
