#!/bin/sh
# conf/dev-server, which make run, start and stop call: what it prints, what
# it leaves behind, and what it says when it cannot start.
. "$(dirname "$0")/lib.sh"
MODE=server
unset MUSTER_SCHEMAS

free_port() {
	while :; do
		PORT=$(od -An -N2 -tu2 /dev/urandom | awk '{ print 10000 + $1 % 22000 }')
		curl -s -o /dev/null "http://127.0.0.1:$PORT/" || [ $? -ne 7 ] || return 0
	done
}

server() {
	PORT=$PORT VAR=$T/var WORKERS=3 EXAMPLE=1 BUILD=$BUILD conf/dev-server "$1" > "$T/out" 2>&1
}

# leftovers: processes that run our programs on this store
leftovers() {
	cat /proc/[0-9]*/environ 2> /dev/null | tr '\0' '\n' |
	    grep -cxF "MUSTER_STORE=$T/var/store" || true
}

free_port
ORIGIN=http://127.0.0.1:$PORT
server start
ok $? 'start'
is "$(sed -n 1p "$T/out")" "Tenant URL:   $ORIGIN/scim/v2" 'the first line'
TOKEN=$(sed -n 's/^Secret token: \(mst_[0-9A-Za-z]*\)$/\1/p' "$T/out")
is "${#TOKEN}" 50 'the second line'
is "$(sed -n 3p "$T/out")" "Console:      $ORIGIN/" 'the third line'
MODE=http
scim GET '/Users?count=0'
json_is .totalResults 20 'the example: people'
scim GET '/Groups'
json_is '[.Resources[]|select(.members[]?.type=="Group").displayName]|unique|join(",")' 'All staff' 'the example: a nested group'
scim GET '/Users?filter=userName+eq+"tomas.ribeiro@example.com"'
json_is '.Resources[0]|[.groups[]|"\(.display) \(.type)"]|sort|join(",")' 'All staff indirect,Engineering direct' 'the example: groups of a user'
json_is ".Resources[0][\"$ENT\"].manager.displayName" 'Marek Novák' 'the example: managers'
is "$(curl -s "$ORIGIN/" | grep -c '<h1>muster</h1>')" 1 'the page'
is "$(curl -s "$ORIGIN/healthz")" ok 'healthz'
scim GET '/Users?attributes=userName' && is "$(header Content-Type)" application/scim+json 'media type'
is "$(curl -sv "$ORIGIN/healthz" "$ORIGIN/healthz" 2>&1 | grep -c 'Re-using existing connection')" 1 'connections are kept'
MODE=server
for program in users groups resources search me bulk discovery events oauth; do
	is "$(stat -c '%F %a' "$T/var/run/$program.sock"* | sort -u)" 'socket 660' "socket of $program: mode 0660"
done
is "$(leftovers)" 40 'the environment that leftovers looks for'
lighttpd=$(cat "$T/var/lighttpd.pid")
is "$(descendants "$lighttpd" | wc -l | tr -d ' ')" 40 'ten programs of three workers'

server start
is "$? $(grep -c 'already running' "$T/out")" '1 1' 'a second start says that it runs'
PORT=$PORT VAR=$T/other BUILD=$BUILD conf/dev-server start > "$T/out2" 2>&1
is "$? $(grep -c "port $PORT of 127.0.0.1 is taken" "$T/out2") $([ -d "$T/other" ] && echo made)" '1 1 ' 'a port that is taken: said before anything is made'

all="$lighttpd $(descendants "$lighttpd")"
server stop
gone "$all"
ok $? 'stop leaves no process behind'
is "$(leftovers)" 0 'none at all'
server stop
is "$? $(grep -c 'not running' "$T/out")" '0 1' 'stop again says so'

server start
ok $? 'a second start on the same store'
is "$(grep -c '^Secret token: (shown at the first start' "$T/out")" 1 'the token is not shown again'
MODE=http
scim GET '/Users?count=0'
json_is .totalResults 20 'everybody is still there, with the same token'
MODE=server
server stop

# In the foreground: the end of make is the end of everything.
make -s run PORT="$PORT" VAR="$T/var" WORKERS=1 BUILD="$BUILD" > "$T/out" 2>&1 &
runner=$!
curl -s -o /dev/null --retry 40 --retry-connrefused --retry-delay 1 --retry-max-time 30 "$ORIGIN/healthz"
lighttpd=$(cat "$T/var/lighttpd.pid")
all="$lighttpd $(descendants "$lighttpd")"
kill -TERM "$runner"
wait "$runner"
gone "$all"
ok $? 'make run ends with all it started'
done_testing
