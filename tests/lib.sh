# lib.sh: what the shell tests share.  POSIX sh; every test is TAP.
#
# A test defines functions and calls `both FUNCTION`, which runs it twice on
# a store of its own: against the programs as plain CGI, and behind lighttpd.
# In it, `scim METHOD PATH [BODY]` makes one request and fills
#
#	STATUS		the status code
#	$T/body		the body, $T/head the header fields
#
# PATH is what follows the base URL, with its query, percent-encoded as a
# client sends it.  TOKEN is the secret token; set AUTH to send another
# Authorization header, or "none"; TENANT, VERSION, TYPE and AGENT set the tenant and
# the version ("none": no such segment) in the URL, the Content-Type and the User-Agent; HEADER adds a field.  With
# PROFILE=strict before `both`, TOKEN has the profile strict.

cd "${ROOT:-$(dirname "$0")/..}" || exit 1
BUILD=${BUILD:-build}
BIN=$PWD/$BUILD/bin
T=$(mktemp -d "${TMPDIR:-/tmp}/muster-test.XXXXXX") || exit 1
N=0
FAILED=0
LIGHTTPD=
USER_URN=urn:ietf:params:scim:schemas:core:2.0:User
GROUP_URN=urn:ietf:params:scim:schemas:core:2.0:Group
ENT=urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
PATCHOP=urn:ietf:params:scim:api:messages:2.0:PatchOp
export MUSTER_SCHEMAS="$PWD/schemas" MUSTER_LOG_LEVEL=1 MUSTER_CACHE_MIB=4 MUSTER_BALLAST_MIB=1

finish() {
	rc=$?
	server_stop
	! mountpoint -q "$T/small" || umount "$T/small"
	rm -rf "$T"
	exit $rc
}
trap finish EXIT
trap 'exit 130' INT TERM

# ok STATUS-OF-LAST-COMMAND TEXT
ok() {
	N=$((N + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $N - $2"
	else
		echo "not ok $N - $2"
		FAILED=$((FAILED + 1))
	fi
}

# differs GOT WANT TEXT: to where prove shows it
differs() {
	{
		printf '# %s: %s %s\n' "$(basename "$0")" "$MODE" "$3"
		printf '#   got:  %s\n#   want: %s\n' "$1" "$2" | head -c 2000
		[ -s "$T/body" ] && head -c 600 "$T/body" | sed 's/^/#   body: /'
		echo
	} >&2
}

# is GOT WANT TEXT
is() {
	if [ "$1" = "$2" ]; then
		ok 0 "$MODE $3"
	else
		ok 1 "$MODE $3"
		differs "$1" "$2" "$3"
	fi
}

# note_reply METHOD PATH: keep the last reply for check_replies
note_reply() {
	{
		printf '\036%s %s %s %s\n%s\n' "$N" "$1" "$STATUS" "$2" "${HEADER-}"
		cat "$T/head" "$T/body"
	} >> "$T/replies"
}

# Every reply that scim received keeps the rules of all replies.
check_replies() {
	[ -s "$T/replies" ] || return 0
	"$BUILD/tests/check_reply" "$T/replies" > "$T/checked"
	ok $? 'every reply agrees with RFC 7644 and the schema files'
	head -c 20000 "$T/checked"
	rm -f "$T/replies"
}

# expect_deaths [STATUS]: workers are killed here, or end with STATUS (a
# pattern) when the store wants it.  A process that looks for leaks when it
# ends has another one look at it: who kills that one makes it wait for ever.
expect_deaths() {
	EXPECTED_IN_LOG="ended by signal 9|ended with status ${1:-7[67]}\$"
	export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
}

# done_testing: the plan, last.  What the programs wrote to their logs counts
# too: reports of sanitizers, and workers that died.
done_testing() {
	server_stop
	check_replies
	if grep -hE 'Sanitizer|runtime error:|ended by signal|ended with status' \
	    "$T/log" "$T/run/error.log" 2> /dev/null | grep -vE "${EXPECTED_IN_LOG:-^$}" > "$T/reports"; then
		MODE=log
		is "$(head -5 "$T/reports")" '' 'no report of a sanitizer, no dead worker'
	fi
	echo "1..$N"
	[ "$FAILED" -eq 0 ] && [ "$N" -gt 0 ]
}

status_is() {
	is "$STATUS" "$1" "$2"
}

# json_is JQ-EXPRESSION WANT TEXT: on the last body, strings raw
json_is() {
	is "$(jq -r "$1" "$T/body" 2>&1)" "$2" "$3"
}

# json EXPRESSION: print it, from the last body
json() {
	jq -r "$1" "$T/body"
}

# header NAME: print a field of the last answer
header() {
	sed -n "s/^$1: *//Ip" "$T/head" | tr -d '\r' | head -1
}

# error_is STATUS SCIMTYPE TEXT: an Error message; "null" for no scimType
error_is() {
	is "$STATUS $(jq -r '"\(.schemas[0]) \(.status) \(.scimType)"' "$T/body")" \
	    "$1 urn:ietf:params:scim:api:messages:2.0:Error $1 $2" "$3"
}

percent_decode() {
	case $1 in
	*%*) printf '%s' "$1" |
	    perl -pe 's/%([0-9A-Fa-f]{2})/chr(hex($1))/ge' ;;
	*) printf '%s' "$1" ;;
	esac
}

# program PATH: the name of the program that serves it, as lighttpd routes
program() {
	case $(printf '%s' "$1" | tr -s /) in
	/Users | /Users/*) echo users ;;
	/Groups | /Groups/*) echo groups ;;
	/Me | /Me/*) echo me ;;
	/Bulk | /Bulk/*) echo bulk ;;
	/.events/*) echo events ;;
	/ | '' | /.search | /.search/) echo search ;;
	/ServiceProviderConfig* | /ResourceTypes* | /Schemas* | /healthz | /metrics) echo discovery ;;
	*) echo resources ;;
	esac
}

authorization() {
	case ${AUTH-} in
	none) ;;
	'') echo "Bearer $TOKEN" ;;
	*) echo "$AUTH" ;;
	esac
}

base_path() {
	[ "${VERSION-}" = none ] || set -- "/${VERSION:-v2}"
	echo "/scim${TENANT:+/$TENANT}${1-}"
}

cgi_request() {
	path=${2%%\?*}
	query=
	case $2 in *\?*) query=${2#*\?} ;; esac
	prog=${PROGRAM:-$(program "$path")}
	printf '%s' "${3-}" > "$T/request"
	env -i PATH="$PATH" ${ASAN_OPTIONS:+ASAN_OPTIONS="$ASAN_OPTIONS"} \
	    GATEWAY_INTERFACE=CGI/1.1 SERVER_PROTOCOL=HTTP/1.1 \
	    REQUEST_METHOD="$1" SCRIPT_NAME="${SCRIPT-$(base_path)}" \
	    PATH_INFO="$(percent_decode "$path")" QUERY_STRING="$query" \
	    HTTP_HOST=scim.example.test REMOTE_ADDR=127.0.0.1 \
	    ${HEADER:+"HTTP_$(printf '%s' "${HEADER%%:*}" | tr a-z- A-Z_)=${HEADER#*: }"} \
	    HTTP_USER_AGENT="${AGENT-}" ${ORIGIN_HEADER:+HTTP_ORIGIN="$ORIGIN_HEADER"} \
	    MUSTER_CORS_ORIGINS=https://page.example.test \
	    MUSTER_HOSTS=scim.example.test ${SETTINGS-} ${SENSITIVE:+MUSTER_SENSITIVE="$SENSITIVE"} \
	    ${3+CONTENT_TYPE="${TYPE-application/scim+json; charset=utf-8}"} \
	    ${3+CONTENT_LENGTH="$(wc -c < "$T/request" | tr -d ' ')"} \
	    HTTP_AUTHORIZATION="$(authorization)" \
	    MUSTER_STORE="$T/store" MUSTER_SCHEMAS="$MUSTER_SCHEMAS" \
	    MUSTER_LOG_LEVEL=1 MUSTER_CACHE_MIB=4 MUSTER_BALLAST_MIB="$MUSTER_BALLAST_MIB" \
	    ${BODY_MAX:+MUSTER_BODY_MAX="$BODY_MAX"} \
	    "$BIN/$prog" < "$T/request" > "$T/answer" 2>> "$T/log"
	sed '/^\r*$/q' "$T/answer" > "$T/head"
	sed '1,/^\r*$/d' "$T/answer" > "$T/body"
	STATUS=$(sed -n 's/^Status: \([0-9]*\).*/\1/p' "$T/head")
}

http_request() {
	set -- "$1" "$2" "${3+x}" "${3-}"
	if [ -n "$3" ]; then
		printf '%s' "$4" > "$T/request"
		set -- "$1" "$2" -H "Content-Type: ${TYPE-application/scim+json; charset=utf-8}" \
		    --data-binary "@$T/request"
	else
		set -- "$1" "$2"
	fi
	method=$1
	url=$ORIGIN${SCRIPT-$(base_path)}$2
	shift 2
	[ "$method" = HEAD ] && set -- -I "$@"
	: > "$T/body"
	STATUS=$(curl -sg -o "$T/body" -D "$T/head" -w '%{http_code}' \
	    -X "$method" -H "Authorization: $(authorization)" \
	    ${HEADER:+-H "$HEADER"} \
	    -A "${AGENT-}" ${ORIGIN_HEADER:+-H "Origin: $ORIGIN_HEADER"} -H 'Expect:' "$@" "$url" 2>> "$T/log")
}

# scim METHOD PATH [BODY]
scim() {
	if [ "$MODE" = cgi ]; then
		cgi_request "$@"
	else
		http_request "$@"
	fi
	note_reply "$@"
}

# patch PATH OPERATIONS: a PatchOp with that array
patch() {
	scim PATCH "$1" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":$2}"
}

# query PATH FILTER [MORE]: GET with that filter, percent-encoded
query() {
	scim GET "$1?filter=$(jq -rn --arg f "$2" '$f|@uri')${3:+&$3}"
}

# found: the names in the last list, in its order
found() {
	json '[.Resources[]|.userName // .displayName]|join(" ")'
}

# finds PATH FILTER WANT TEXT: the names that the filter finds
finds() {
	query "$1" "$2"
	is "$STATUS $(found)" "200 $3" "$4"
}

# new_user USERNAME [MORE-MEMBERS]: create one, its id in ID
new_user() {
	scim POST /Users "{\"schemas\":[\"$USER_URN\"],\"userName\":\"$1\"${2:+,$2}}"
	ID=$(json .id)
}

# new_group DISPLAYNAME [MORE-MEMBERS]
new_group() {
	scim POST /Groups "{\"schemas\":[\"$GROUP_URN\"],\"displayName\":\"$1\"${2:+,$2}}"
	ID=$(json .id)
}

# store_new: an empty store with one tenant; in TOKEN its token, one of the
# profile PROFILE if that is set
store_new() {
	rm -rf "$T/store"
	TOKEN=$("$BIN/muster" init --store "$T/store" "$@" |
	    sed -n 's/^Secret token: //p')
	[ -z "${PROFILE-}" ] || TOKEN=$(credential --profile "$PROFILE")
}

# credential [OPTIONS]: a new token of the default tenant
credential() {
	"$BIN/muster" token create --store "$T/store" "$@" |
	    sed -n 's/^Secret token: //p'
}

# as_profile NAME: from now on with a token of that profile, in TOKEN
as_profile() {
	TOKEN=$("$BIN/muster" token create --store "$T/store" --profile "$1" |
	    sed -n 's/^Secret token: //p')
}

# server_start [WORKERS [SCHEME [OPTIONS OF serve-config]]]: lighttpd on a free
# port of loopback
server_start() {
	workers=${1:-2} scheme=${2:-http}
	shift $(($# < 2 ? $# : 2))
	mkdir -p "$T/run"
	for _ in 1 2 3 4 5 6 7 8; do
		PORT=$(od -An -N2 -tu2 /dev/urandom |
		    awk '{ print 10000 + $1 % 22000 }')
		ORIGIN=$scheme://127.0.0.1:$PORT
		"$BIN/muster" serve-config lighttpd --port "$PORT" \
		    --store "$T/store" --programs "$BIN" \
		    --schemas "$MUSTER_SCHEMAS" --www "$PWD/www" \
		    --cors-origins https://page.example.test \
		    --workers "$workers" --var "$T/run" \
		    --socket-dir "$T/run" "$@" > "$T/lighttpd.conf" || return 1
		lighttpd -D -f "$T/lighttpd.conf" 2>> "$T/log" &
		LIGHTTPD=$!
		server_wait && return 0
		server_stop
	done
	echo "not ok - lighttpd did not start: $(tail -3 "$T/log")"
	exit 1
}

# Until it answers, or is gone; curl does the waiting.
server_wait() {
	for _ in 1 2; do
		kill -0 "$LIGHTTPD" 2> /dev/null &&
		    curl -ks -f -o /dev/null --retry 20 --retry-connrefused \
			--retry-delay 1 --max-time 20 "$ORIGIN/healthz" &&
		    return 0
	done
	return 1
}

# descendants PID: its children and theirs, one a line
descendants() {
	cat /proc/[0-9]*/stat 2> /dev/null |
	    sed -n 's/^\([0-9]*\) (.*) [^Z] \([0-9]*\) .*/\1 \2/p' |
	    awk -v root="$1" '
	    { parent[$1] = $2 }
	    END { for (pid in parent) {
		for (p = pid; p in parent; p = parent[p])
			if (parent[p] == root) { print pid; break }
	    } }'
}

# gone PIDS: within 12 s none of them is left
gone() {
	for _ in $(awk 'BEGIN { for (i = 0; i < 600; i++) print i }'); do
		left=
		for p in $1; do
			[ -d "/proc/$p" ] && left="$left $p"
		done
		[ -z "$left" ] && return 0
		sleep 0.02
	done
	return 1
}

# server_stop: lighttpd, its programs and their workers
server_stop() {
	[ -n "$LIGHTTPD" ] || return 0
	started=$(descendants "$LIGHTTPD")
	kill "$LIGHTTPD" 2> /dev/null
	wait "$LIGHTTPD" 2> /dev/null
	LIGHTTPD=
	gone "$started" && return 0
	MODE=stop
	is "$left" '' 'no process is left behind'
}

# both FUNCTION: as plain CGI, then behind lighttpd
both() {
	MODE=cgi
	store_new
	"$1"
	MODE=http
	store_new
	server_start
	"$1"
	server_stop
}
