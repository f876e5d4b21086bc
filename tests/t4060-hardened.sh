#!/bin/sh
# What a program that was taken over could do: how it is linked, and what a
# worker that serves has given up (lib/serve/confine.h, SECURITY.md).
. "$(dirname "$0")/lib.sh"
MODE=http

# Was this build made for a sanitizer, which wants none of it?
sanitized() {
	readelf -Ws "$BIN/users" | grep -q __asan_init
}

# linked PROGRAM: what of a distribution's hardening it lacks, or nothing
lacks() {
	readelf -Wh "$1" | grep -q 'Type: *DYN' || echo 'a position of its own'
	readelf -Wl "$1" | grep -q GNU_RELRO || echo 'RELRO'
	readelf -Wd "$1" | grep -Eq 'BIND_NOW|Flags:.*NOW' || echo 'BIND_NOW'
	readelf -Wl "$1" | grep -q 'GNU_STACK.* RW ' || echo 'a stack without code'
	readelf -Ws "$1" | grep -q __stack_chk_fail || echo 'stack protectors'
	readelf -Ws "$1" | grep -Eq '__[a-z]*_chk@|__(v?snprintf|memcpy|read)_chk' || echo 'fortified calls'
}

# The workers of PROGRAM below our lighttpd.
workers() {
	for p in $(descendants "$LIGHTTPD"); do
		parent=$(sed 's/.*) . \([0-9]*\) .*/\1/' "/proc/$p/stat" 2> /dev/null) || continue
		[ "$(readlink "/proc/$p/exe" 2> /dev/null)" = "$BIN/$1" ] &&
		    [ "$parent" != "$LIGHTTPD" ] && echo "$p"
	done
}

# given_up PID: of every thread of it, "NoNewPrivs Seccomp"
given_up() {
	for task in "/proc/$1"/task/*; do
		awk '$1 == "NoNewPrivs:" { n = $2 } $1 == "Seccomp:" { s = $2 }
		    END { print n, s }' "$task/status"
	done | sort -u
}

if sanitized; then
	echo '1..0 # SKIP a build for sanitizers is neither hardened nor confined'
	exit 0
fi
for program in "$BIN"/*; do
	is "$(lacks "$program")" '' "${program##*/} is linked as distributions link"
done

store_new
server_start 2
scim GET /Users
status_is 200 'a confined worker answers'
new_user hardened
status_is 201 'and writes'
for program in users groups bulk; do
	for worker in $(workers $program); do
		is "$(given_up "$worker")" '1 2' "every thread of a worker of $program has given up calls and rights"
	done
done
server_stop
MUSTER_CONFINE=0
export MUSTER_CONFINE
server_start 2
scim GET /Users
is "$(given_up "$(workers users | head -1)")" "$(given_up $$)" 'with MUSTER_CONFINE=0 it keeps what it was started with'
unset MUSTER_CONFINE
server_stop

# With the libraries in it a program starts with that of C alone; it is linked
# no worse, and answers.
static_build() {
	mkdir "$T/static"
	cp -rp "$BUILD/lib" "$BUILD/cgi-src" "$BUILD/libmuster.a" "$T/static"
	(unset MAKEFLAGS MFLAGS MAKELEVEL
	    make -s STATIC=1 BUILD="$T/static" "$T/static/bin/users") > "$T/out" 2>&1
	is "$? $(readelf -d "$T/static/bin/users" | grep NEEDED | grep -vcE '\[(libc|ld-linux[-_a-z0-9]*)\.so')" '0 0' 'STATIC=1 links the libraries in'
	is "$(lacks "$T/static/bin/users")" '' 'and hardens as ever'
	objdump -d "$T/static/bin/users" > "$T/code"
	is "$(($(grep -c '<__wrap___bam_split>$' "$T/code") > 2)) $(grep -c 'call.*<__bam_split>$' "$T/code")" \
	    '1 0' 'pages are split by way of lib/store/kv_split.c'
	linked=$BIN
	MODE=cgi
	as_profile strict
	BIN=$T/static/bin
	new_user static '"x509Certificates":[{"value":"AAAA"}]'
	error_is 400 invalidValue 'libcrypto can still be loaded, which sees that this is no certificate'
	new_user static
	status_is 201 'and what needs none of it is done'
	BIN=$linked
	MODE=http
}
static_build

# What is wrong with a store is said, not served.
chmod o+r "$T/store/credentials.db"
"$BIN/muster" user list --store "$T/store" > "$T/out" 2>&1
is $? 1 'a table that everybody may read: the command refuses it'
grep -q "chmod o-rwx '$T/store/credentials.db'" "$T/out"
ok $? 'and says what to do'
MODE=cgi
scim GET /Users
status_is 500 'a program too'
chmod o-r "$T/store/credentials.db"
scim GET /Users
status_is 200 'and serves it when it is put right'
chmod o+rx "$T/store"
scim GET /Users
status_is 200 'a directory that everybody may enter, with nothing open in it'
for file in changes.db audit log "$(basename "$(find "$T/store" -name 'log.0*' | head -1)")"; do
	[ -e "$T/store/$file" ] || mkdir -m 2770 "$T/store/$file"
	chmod o+r "$T/store/$file"
	scim GET /Users
	status_is 500 "but not with an open $file"
	chmod o-r "$T/store/$file"
done
chmod o+w "$T/store"
"$BIN/muster" init --store "$T/store" --tenant other > "$T/out" 2>&1
is "$? $(grep -c "chmod o-rwx '$T/store'" "$T/out")" '1 1' 'a directory that everybody may change'
mkdir -m 777 "$T/everybody"
"$BIN/muster" init --store "$T/everybody" > "$T/out" 2>&1
is "$? $(grep -c "chmod o-rwx '$T/everybody'" "$T/out") $(find "$T/everybody" | wc -l | tr -d ' ')" '1 1 1' 'nor is a store made in one'
done_testing
