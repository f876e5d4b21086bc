#!/bin/sh
# muster work provisions muster itself, with every profile that a credential
# of the target may have, strict among them, each in the dialect that muster
# job probe proposes for it; and in the other ways to change something.
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
. tests/organisation.sh
MODE=profiles
TARGETS="$(cd schemas/profiles && echo *.json | sed 's/\.json//g') strict-put entra-merged entra-legacy"

# base NAME: of the tenant of that name
base() {
	echo "$ORIGIN/scim/$1/v2"
}

stage() {
	work "$1"
	for name in $TARGETS; do
		is "$(organisation_there "$(base "$name")" "$(cat "$T/$name.token")")" "$2" "$name: $1"
	done
}

# target PROFILE[-PATCH]: a tenant, a token with that profile, a job, with
# that "patch" in the dialect
target() {
	case $1 in
	*-*) more="{\"patch\":\"${1#*-}\"}" ;;
	*) more='{}' ;;
	esac
	m tenant create --store "$T/store" "$1"
	"$BIN/muster" token create --store "$T/store" --tenant "$1" --profile "${1%-*}" |
	    sed -n 's/^Secret token: //p' > "$T/$1.token"
	m job create --store "$T/store" --template scim --url "$(base "$1")" --secret-file "$T/$1.token" "$1"
	is "$rc $(cat "$T/err")" '0 ' "$1: a job"
	m job probe --store "$T/store" --json "$1"
	is "$rc $(jq -r '.ok' "$T/out") $(cat "$T/err")" '0 true ' "PS-021 $1 is probed"
	jq --argjson more "$more" '{scope: {mode: "all"}, target: {dialect: (.dialect + {ratePerSecond: 0} + $more)}}' "$T/out" > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" "$1"
	m job start --store "$T/store" "$1"
	is "$rc $(cat "$T/err")" '0 ' "$1: it is started"
}

changes() {
	journal 'select(.status=="success" and .action!="other")|.action' | grep -c .
}

store_new
server_start 2
for name in $TARGETS; do
	target "$name"
done
organisation
is "$(journal 'select(.status=="failure")')" '' 'nothing has failed'
before=$(changes)
for name in $TARGETS; do
	m job restart --store "$T/store" "$name"
done
work 'all of it once more'
is "$(changes)" "$before" 'CLI-17 what is there as it should be is left alone'
done_testing
