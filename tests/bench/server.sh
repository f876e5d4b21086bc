# shellcheck shell=bash
# server.sh: the stores of the bench and the lighttpd before each.  Sourced
# by run.
#
# An instance is a store and a lighttpd; `at NAME` turns to one of them:
# INSTANCE its name, I its directory, LIGHTTPD its process, ORIGIN, TOKEN,
# ENTRA, a token of the profile entra, and GROUP, the group that members are
# added to.

WORKERS=8
BIN=$BUILD/bin
BENCH=$BUILD/bench
declare -A PIDS ORIGINS TOKENS ENTRAS GROUP_IDS
INSTANCE='' I='' LIMITED='' LOUD='' LIGHTTPD='' ORIGIN='' TOKEN='' ENTRA='' GROUP='' HUGE=''

say() {
	printf '%s\n' "$*" >&2
}

at() {
	INSTANCE=$1
	I=$T/$1
	LIGHTTPD=${PIDS[$1]-}
	ORIGIN=${ORIGINS[$1]-}
	TOKEN=${TOKENS[$1]-}
	ENTRA=${ENTRAS[$1]-}
	GROUP=${GROUP_IDS[$1]-}
}

# bare_config NAME: its place in lighttpd's configuration.  The name of the
# link is what the program does.
bare_config() {
	ln -sf "$BENCH/bare" "$I/run/$1"
	cat << END
\$HTTP["url"] =^ "/$1/" {
    fastcgi.server = ( "/$1/" => ((
	"socket" => "$I/run/$1.sock", "bin-path" => "$I/run/$1",
	"check-local" => "disable", "max-procs" => 1,
	"bin-environment" => ( "BARE_WORKERS" => "$WORKERS",
	    "BARE_REPLIES" => "$I/replies", "MUSTER_STORE" => "$I/store" ) )) )
}
END
}

# The one-shot CGI programs: muster's own and the bare one.
cgi_config() {
	cat << END
server.modules += ( "mod_alias", "mod_setenv", "mod_cgi" )
\$HTTP["url"] =^ "/cgi-" {
    alias.url = ( "/cgi-muster/v2/Users" => "$BIN/users",
	"/cgi-hello" => "$BENCH/hello_cgi" )
    cgi.assign = ( "" => "" )
    setenv.set-environment = ( "MUSTER_STORE" => "$I/store",
	"MUSTER_SCHEMAS" => "$MUSTER_SCHEMAS",
	"MUSTER_CACHE_MIB" => "$MUSTER_CACHE_MIB" )
}
END
}

# The program users once more, without the request log.
nolog_config() {
	ln -sf "$BIN/users" "$I/run/nolog"
	cat << END
\$HTTP["url"] =^ "/nolog/" {
    fastcgi.server = ( "/" => ((
	"fix-root-scriptname" => "enable",
	"socket" => "$I/run/nolog.sock", "bin-path" => "$I/run/nolog",
	"check-local" => "disable", "max-procs" => 1,
	"bin-environment" => ( "MUSTER_WORKERS" => "$WORKERS",
	    "MUSTER_REQUEST_LOG" => "0", "MUSTER_LOG_LEVEL" => "1",
	    "MUSTER_STORE" => "$I/store",
	    "MUSTER_SCHEMAS" => "$MUSTER_SCHEMAS",
	    "MUSTER_CACHE_MIB" => "$MUSTER_CACHE_MIB" ) )) )
}
END
}

# server_config PORT
server_config() {
	"$BIN/muster" serve-config lighttpd --port "$1" \
	    --store "$I/store" --programs "$BIN" \
	    --schemas "$MUSTER_SCHEMAS" --www "$PWD/www" \
	    --workers "$WORKERS" --var "$I/run" --socket-dir "$I/run" &&
	    for bare in bare-respond bare-get bare-txn bare-walk; do
		bare_config "$bare"
	    done && nolog_config && cgi_config
}

# Until ORIGIN answers, or its server is gone.
server_wait() {
	for _ in {1..30}; do
		kill -0 "$1" 2> /dev/null || return 1
		curl -s -o /dev/null -f "$ORIGIN/healthz" && return 0
		sleep 0.2
	done
	return 1
}

# server_start INSTANCE: lighttpd on a free port of loopback
server_start() {
	for _ in {1..8}; do
		local port=$((10000 + RANDOM % 22000))
		ORIGIN=http://127.0.0.1:$port
		server_config "$port" > "$I/lighttpd.conf" || return 1
		lighttpd -D -f "$I/lighttpd.conf" 2>> "$T/log" &
		PIDS[$1]=$!
		ORIGINS[$1]=$ORIGIN
		server_wait "$!" && return 0
		server_stop "$1"
	done
	say "lighttpd did not start: $(tail -3 "$T/log")"
	return 1
}

# processes: "PID PARENT NAME" of every process, a line each
processes() {
	cat /proc/[0-9]*/stat 2> /dev/null |
	    sed -n 's/^\([0-9]*\) (\(.*\)) [^Z] \([0-9]*\) .*/\1 \3 \2/p'
}

# descendants PID: its children and theirs, one a line
descendants() {
	processes | awk -v root="$1" '
	    { parent[$1] = $2 }
	    END { for (pid in parent)
		for (p = pid; p in parent; p = parent[p])
			if (parent[p] == root) { print pid; break }
	    }'
}

# workers_of NAME: pids of the workers of that program of this instance
workers_of() {
	processes | awk -v root="$LIGHTTPD" -v name="$1" '
	    { parent[$1] = $2; names[$1] = $3 }
	    END { for (pid in parent)
		if (names[pid] == name && names[parent[pid]] == name &&
		    parent[parent[pid]] == root) print pid
	    }'
}

# server_stop INSTANCE: lighttpd, its programs and their workers
server_stop() {
	local all left p
	all=$(descendants "${PIDS[$1]}")
	kill "${PIDS[$1]}" 2> /dev/null
	wait "${PIDS[$1]}" 2> /dev/null
	unset "PIDS[$1]"
	for _ in {1..150}; do
		left=
		for p in $all; do
			[ ! -d "/proc/$p" ] || left="$left $p"
		done
		[ -n "$left" ] || return 0
		sleep 0.1
	done
	say "left behind, now killed:$left"
	# shellcheck disable=SC2086 # one word a pid
	kill -9 $left 2> /dev/null
}

servers_stop() {
	local name
	for name in "${!PIDS[@]}"; do
		server_stop "$name"
	done
}

# scim METHOD PATH [BODY-FILE]: the body on standard output
scim() {
	curl -sg -X "$1" -H "Authorization: Bearer $TOKEN" -H 'Expect:' \
	    ${3:+-H 'Content-Type: application/scim+json' --data-binary "@$3"} \
	    "$ORIGIN/scim/v2$2"
}

# bulk_body FIRST LAST PREFIX EXTERNAL: that many creates in one request; the
# users are those of load.lua
bulk_body() {
	awk -v first="$1" -v last="$2" -v prefix="$3" -v external="$4" \
	    -f tests/bench/bulk.awk
}

# load_chunk FIRST LAST: those users; their ids in a file of their own
load_chunk() {
	bulk_body "$1" "$2" u hr- > "$I/chunk.$1"
	scim POST /Bulk "$I/chunk.$1" |
	    grep -o '"location":"[^"]*' | sed 's/.*\///' > "$I/ids.$1"
	rm -f "$I/chunk.$1"
}

load_chunks() {
	local i last running=()
	for ((i = 1; i <= $1; i += 1000)); do
		last=$((i + 999 < $1 ? i + 999 : $1))
		load_chunk "$i" "$last" &
		running+=($!)
		if [ ${#running[@]} -ge 4 ]; then
			wait "${running[0]}"
			running=("${running[@]:1}")
		fi
		[ $((last % 20000)) -ne 0 ] || say "loading: $last of $1 users"
	done
	wait "${running[@]}"
}

# load_users N: by bulks of 1000, four at a time; the ids in the order of the
# names in $I/ids; what it took in $I/loaded
load_users() {
	local began=${EPOCHREALTIME/./} us i
	load_chunks "$1"
	us=$((${EPOCHREALTIME/./} - began))
	for ((i = 1; i <= $1; i += 1000)); do
		cat "$I/ids.$i"
		rm -f "$I/ids.$i"
	done > "$I/ids"
	echo "$1 users, loaded by bulks of 1000 at $(($1 * 1000000 / us)) users" \
	    "a second, $(du -cm "$I"/store/*.db | tail -1 | cut -f1) MiB of" \
	    "tables" > "$I/loaded"
	say "$(cat "$I/loaded")"
	[ "$(wc -l < "$I/ids")" -eq "$1" ] || { say 'not all were loaded'; return 1; }
}

# new_group NAME: its id
new_group() {
	printf '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"%s"}' \
	    "$1" > "$I/body"
	scim POST /Groups "$I/body" | grep -o '"id":"[^"]*' | cut -c7- | head -1
}

# patch_body OPERATION: in $I/body
patch_body() {
	printf '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[%s]}' \
	    "$1" > "$I/body"
}

# add_members GROUP FIRST LAST: the users with these places in $I/ids
add_members() {
	patch_body "{\"op\":\"add\",\"path\":\"members\",\"value\":[$(
	    sed -n "$2,$3s/.*/{\"value\":\"&\"}/p" "$I/ids" | paste -sd,)]}"
	curl -sfg -X PATCH -H "Authorization: Bearer $ENTRA" -H 'Expect:' \
	    -H 'Content-Type: application/scim+json' \
	    --data-binary "@$I/body" "$ORIGIN/scim/v2/Groups/$1" ||
	    { say "not added to the group $1"; return 1; }
}

# add_first GROUP N: the first N users
add_first() {
	local i last
	for ((i = 1; i <= $2; i += 1000)); do
		last=$((i + 999 < $2 ? i + 999 : $2))
		add_members "$1" "$i" "$last" || return 1
	done
}

# The group HUGE of HUGE_LEN users: all but a tenth, or but 60,000 if that is
# more, who are for the loads to add.
huge_group() {
	local users left began=${EPOCHREALTIME/./}
	users=$(wc -l < "$I/ids")
	left=$((users / 10 > 60000 ? users / 10 : 60000))
	HUGE=$(new_group 'nearly everybody')
	HUGE_LEN=$((left * 2 < users ? users - left : users / 2))
	add_first "$HUGE" "$HUGE_LEN" || return 1
	echo "$HUGE_LEN members, added by PATCHes of 1000 at" \
	    "$((HUGE_LEN * 1000000 / (${EPOCHREALTIME/./} - began)))" \
	    "members a second" >> "$I/loaded"
}

# small_new: an instance of 10,000 users, nine tenths of them in one group, as
# of a million: a user says which groups it is in
small_new() {
	instance_new small 10000 || return 1
	at small
	add_first "$(new_group 'nearly everybody')" 9000
}

# group_of_ten: a new group with ten members; its id
group_of_ten() {
	local id
	id=$(new_group "ten of them, $RANDOM")
	add_members "$id" 1 10
	echo "$id"
}

# load_tenant N: a tenant with 100 users and a token of its own; a line
# "ID TOKEN" for each in a file of its own
load_tenant() {
	local first=$((($1 - 1) * 100 + 1)) token
	"$BIN/muster" tenant create "t$1" --store "$I/store" > "$I/made.$1" &&
	    token=$("$BIN/muster" token create --store "$I/store" \
		--tenant "t$1" | sed -n 's/^Secret token: //p')
	bulk_body "$first" "$((first + 99))" u hr- > "$I/chunk.$1"
	TOKEN=$token scim POST /Bulk "$I/chunk.$1" |
	    grep -o '"location":"[^"]*' | sed "s/.*\///; s/\$/ $token/" > "$I/ids.$1"
	rm -f "$I/chunk.$1" "$I/made.$1"
}

# crowd_new TENANTS: an instance of so many tenants with 100 users each; the
# names are those of load_users
crowd_new() {
	local i running=()
	at crowd
	mkdir -p "$I/run" "$I/replies"
	TOKEN=$("$BIN/muster" init --store "$I/store" |
	    sed -n 's/^Secret token: //p')
	TOKENS[crowd]=$TOKEN
	server_start crowd || return 1
	for ((i = 1; i <= $1; i++)); do
		load_tenant "$i" &
		running+=($!)
		if [ ${#running[@]} -ge 4 ]; then
			wait "${running[0]}"
			running=("${running[@]:1}")
		fi
		[ $((i % 200)) -ne 0 ] || say "loading: $i of $1 tenants"
	done
	wait "${running[@]}"
	for ((i = 1; i <= $1; i++)); do
		cat "$I/ids.$i"
		rm -f "$I/ids.$i"
	done > "$I/ids"
	[ "$(wc -l < "$I/ids")" -eq $(($1 * 100)) ] ||
	    { say 'not all tenants were loaded'; return 1; }
}

# limited_new: in LIMITED a token with every limit, none of which it meets; in
# LOUD one of another tenant, that may ask 200 times a second
limited_new() {
	LIMITED=$("$BIN/muster" token create --store "$I/store" \
	    --rate 1000000 --burst 1000000 --in-flight 512 \
	    --breaker-count 1000000000 | sed -n 's/^Secret token: //p')
	"$BIN/muster" tenant create loud --store "$I/store" --rate 200 \
	    --burst 200 > "$I/made"
	LOUD=$("$BIN/muster" token create --store "$I/store" --tenant loud |
	    sed -n 's/^Secret token: //p')
}

# instance_new NAME USERS: a store with that many, and its server, running
instance_new() {
	at "$1"
	mkdir -p "$I/run" "$I/replies"
	TOKEN=$("$BIN/muster" init --store "$I/store" |
	    sed -n 's/^Secret token: //p')
	TOKENS[$1]=$TOKEN
	ENTRAS[$1]=$("$BIN/muster" token create --store "$I/store" \
	    --profile entra | sed -n 's/^Secret token: //p')
	server_start "$1" && load_users "$2" || return 1
	GROUP_IDS[$1]=$(new_group 'all of them')
}
