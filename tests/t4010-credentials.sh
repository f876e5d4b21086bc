#!/bin/sh
# Limits of a token: until when, from where; and what the log says of one
# that is refused, and the client is not told (AUTH of spec scim.md,
# ENTRA-A01).
. "$(dirname "$0")/lib.sh"
. tests/oauth.sh

m() { "$BIN/muster" "$@" --store "$T/store"; }

# refused TOKEN REASON TEXT: one answer for all, but the log knows why
refused() {
	before=$(said "refused: $2")
	AUTH="Bearer $1" scim GET /Users
	is "$STATUS $(header WWW-Authenticate) $(json .detail)" "$WRONG" "$3"
	is "$(said "refused: $2")" $((before + 1)) "$3: the log says why"
}

run() {
	AUTH='Bearer mst_wrong' scim GET /Users
	WRONG="$STATUS $(header WWW-Authenticate) $(json .detail)"
	is "${WRONG%% *}" 401 'AUTH-01 a wrong token'

	last=$(printf '%s' "$TOKEN" | tail -c 1)
	flip=x
	[ "$last" = x ] && flip=y
	other=$(T2=$T/other && "$BIN/muster" init --store "$T2" | sed -n 's/^Secret token: //p' && rm -rf "$T2")
	refused "${TOKEN%?}$flip" 'no such token: its checksum is wrong: a typo' 'AUTH-05 a typo'
	refused "${TOKEN%?}" 'no such token: it is too short' 'AUTH-05 a part of a token'
	refused "${TOKEN}x" 'no such token: it is too long' 'AUTH-05 more than a token'
	refused "$other" 'no such token: it was revoked, or is of another store' 'AUTH-05 the token of another store'
	refused 'eyJhbGciOi' 'no such token: it does not begin as one' 'AUTH-05 something else'
	before=$(said "refused: with a pasted 'Bearer '")
	AUTH="Bearer Bearer $other" scim GET /Users
	is "$STATUS $(said "refused: with a pasted 'Bearer '")" "401 $((before + 1))" 'ENTRA-A01 the log knows a pasted "Bearer "'

	brief=$(credential --label brief --expires 1d)
	AUTH="Bearer $brief" scim GET /Users
	status_is 200 'AUTH-05 a token that lives for a day'
	is "$(m token list | awk '/ brief$/ { print ($5 > $2), ($6 >= substr($2, 1, 10)) }')" '1 1' 'token list shows its end and its use'
	is "$(m token list | awk '/ first token$/ { print $5, $6 }')" 'forever unused' 'and that one was never used'
	refused "$(credential --expires 0d)" 'credential ' 'AUTH-05 a token that has expired'
	for word in 2020-01-01 90 d 1w 2026-13-01 -1d 99999d; do
		m token create --expires "$word" > "$T/out" 2>&1
		is "$? $(grep -c '^muster: --expires' "$T/out")" '1 1' "--expires $word is refused"
	done
	m token create --label "$(printf 'odd\nlabel\033[2J')" > /dev/null
	is "$(m token list | grep -c 'odd?label?\[2J$') $(m heartbeat | grep -c 'odd?label?\[2J$')" '1 1' 'a label is a line, and nothing that a terminal obeys'
	distant=$(credential --expires 2999-12-31)
	AUTH="Bearer $distant" scim GET /Users
	status_is 200 'AUTH-05 a token until a date'

	near=$(credential --addresses '192.0.2.0/24, 127.0.0.0/8')
	far=$(credential --addresses 192.0.2.0/24)
	AUTH="Bearer $near" scim GET /Users
	status_is 200 'a token from where it may be used'
	refused "$far" 'credential ' 'a token from elsewhere'
	HEADER='X-Forwarded-For: 192.0.2.7'
	refused "$far" 'credential ' 'AUTH-08 X-Forwarded-For is anybody'"'"'s word'
	HEADER=
	id=$(m token list | sed -n 's/ .* brief$//p')
	m token set --scope groups --addresses 127.0.0.1 --label short "$id"
	AUTH="Bearer $brief" scim GET /Users
	status_is 403 'AUTH-09 a token that was changed may do less'
	m token set --scope '' --expires 0d "$id"
	refused "$brief" 'credential ' 'AUTH-05 or has expired'
	m token set --expires '' "$id"
	AUTH="Bearer $brief" scim GET /Users
	status_is 200 'AUTH-05 or has not'
	is "$(m token list | awk '/ short$/ { print $5 }')" forever 'token list shows it'
	next=$(m token rotate --expires 30d --old-expires 0d "$id" | sed -n 's/^Secret token: //p')
	AUTH="Bearer $next" scim GET /Users
	status_is 200 'issue 5: token rotate makes another like it'
	refused "$brief" 'credential ' 'and the old one ends, as was said'
	is "$(m token list | sed -n 's/^  rotation of //p')" "$id" 'token list shows of which it is'
	is "$(m token list | grep -c ' short$')" 2 'with the label of the first'
	m token rotate nobody > "$T/out" 2>&1
	is "$? $(grep -c 'no token' "$T/out")" '1 1' 'what is not there is not rotated'
	for words in "--profile nosuch $id" "--role owner --scope users $id" '--label x nothing'; do
		# shellcheck disable=SC2086 # words
		m token set $words > "$T/out" 2>&1
		is "$?" 1 "token set $words"
	done
	for words in 'set' 'list --label x' 'revoke' 'revoke a b' "set --user x $id" 'walk'; do
		# shellcheck disable=SC2086 # words
		m token $words > "$T/out" 2>&1
		is "$?" 2 "usage: token $words"
	done
	m token create --addresses 192.0.2.0/33 > "$T/out" 2>&1
	is "$? $(grep -c 'no address' "$T/out")" '1 1' 'what is no network is refused'
}

both run

# Behind a proxy that the administrator has listed.
MODE=proxy
store_new
far=$(credential --addresses 192.0.2.0/24)
MODE=cgi
SETTINGS=MUSTER_PROXIES=127.0.0.1 HEADER='X-Forwarded-For: 192.0.2.7'
AUTH="Bearer $far" scim GET /Users
status_is 200 'AUTH-08 X-Forwarded-For of a listed proxy counts'
HEADER='X-Forwarded-For: 192.0.2.7, 198.51.100.1'
AUTH="Bearer $far" scim GET /Users
status_is 401 'AUTH-08 but not what the client wrote before it'
SETTINGS='' HEADER=''
MUSTER_PROXIES=nowhere "$BIN/users" < /dev/null > "$T/out" 2>&1
is "$? $(grep -c 'MUSTER_PROXIES' "$T/out")" '78 1' 'a list of proxies that is none stops the program'
# Read, and read again: the second one writes nothing.
scim GET /Users
before=$(cat "$T"/store/log.* | sha256sum)
scim GET /Users
is "$(cat "$T"/store/log.* | sha256sum)" "$before" 'a token that was used this hour is not written again'
done_testing
