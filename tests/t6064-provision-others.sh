#!/bin/sh
# muster work provisions SCIM servers that others wrote, from the registry of
# npm, each in the dialect that muster job probe proposes for it.
. "$(dirname "$0")/lib.sh"
. tests/provision.sh
. tests/faulty.sh
. tests/organisation.sh
MODE=cgi
AT=$BUILD/node

skip() {
	echo "1..0 # SKIP $1"
	exit 0
}

# The servers of tests/node, as its package-lock.json has them.
install_servers() {
	command -v npm > /dev/null || skip 'there is no npm'
	[ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ] ||
	    skip "the servers need Node.js 20, this is $(node --version)"
	mkdir -p "$AT"
	if ! cmp -s tests/node/package-lock.json "$AT/installed"; then
		rm -rf "$AT/node_modules" "$AT/installed"
		cp tests/node/package.json tests/node/package-lock.json tests/node/.npmrc "$AT"
		(cd "$AT" && timeout 120 npm ci --ignore-scripts --no-audit --no-fund \
		    --fetch-retries=1) > "$T/npm" 2>&1
		rc=$?
		[ "$rc" != 124 ] || skip 'the registry of npm does not answer in time'
		why=$(grep -oE 'code E(NOTFOUND|AI_AGAIN|CONN[A-Z]*|TIMEDOUT|[A-Z]*UNREACH|401|403|5[0-9]*)$' "$T/npm" | head -1)
		[ "$rc" = 0 ] || [ -z "$why" ] || skip "the registry of npm cannot be reached: $why"
		is "$rc $([ "$rc" = 0 ] || head -5 "$T/npm")" '0 ' 'the servers are installed'
		[ "$rc" = 0 ] || exit 1
		cp tests/node/package-lock.json "$AT/installed"
	fi
	cp tests/node/*.mjs "$AT"
}

stage() {
	work "$NAME: $1"
	is "$(organisation_there "$TARGET" token)" "$2" "$NAME: $1"
}

# changes: how many the log has
changes() {
	journal 'select(.status=="success" and .action!="other")|.action' | grep -c .
}

# theirs METHOD PATH [BODY]: somebody else does something there
theirs() {
	curl -sg -X "$1" -o "$T/theirs" -w '%{http_code}' -H 'Authorization: Bearer token' \
	    -H 'Content-Type: application/scim+json' ${3+-d "$3"} "$TARGET$2"
}

# crowd: more people than one page or one body holds, and a group of them all
crowd() {
	for n in $(seq 105); do
		printf '{"schemas":["%s"],"userName":"p%s","displayName":"P %s","emails":[{"type":"work","value":"p%s@example.test"}]}\n' "$USER_URN" "$n" "$n" "$n"
	done > "$T/import"
	m import --store "$T/store" "$T/import"
	is "$rc" 0 "$NAME: people come"
	query /Users 'userName sw "p"' count=200
	# shellcheck disable=SC2046 # one word an id
	made /Groups "$(group Crowd $(jq -r '.Resources[].id' "$T/body"))"
	work "$NAME: and are provisioned"
	theirs GET '/Groups?filter=displayName%20eq%20%22Crowd%22' > "$T/out"
	is "$(jq -r '.Resources[]|[.members[].value]|unique|length' "$T/theirs")" 105 "ENTRA-31 CLI-10 $NAME: all are members, by several bodies"
	is "$(theirs POST /Users "$(user zoe Zoe)")" 201 "$NAME: somebody comes there whom we do not know"
	m job match --store "$T/store" --json crm
	is "$rc $(tail -1 "$T/out" | jq -c '.summary|del(.[]|select(. == 0))')" '0 {"matched":109,"orphan":1}' "CLI-15 $NAME: all are found again, page by page"
}

# provision NAME PATH [DIALECT]: the server of that name, its base URL at PATH,
# in what DIALECT has otherwise than the one that is proposed
provision() {
	NAME=$1${3:+ $3}
	store_new
	target_start "$AT/$1.mjs"
	TARGET=$TARGET_ORIGIN$2
	printf token > "$T/secret"
	m job create --store "$T/store" --template scim --url "$TARGET" --secret-file "$T/secret" crm
	is "$rc $(cat "$T/err")" '0 ' "$NAME: a job"
	m job probe --store "$T/store" --writes --json crm
	is "$rc $(jq -r '.ok' "$T/out") $(cat "$T/err")" '0 true ' "PS-021 $NAME is probed"
	jq --argjson more "${3:-{\}}" '{scope: {mode: "all"}, target: {dialect: (.dialect + {ratePerSecond: 0} + $more)}}' "$T/out" > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" crm
	m job start --store "$T/store" crm
	is "$rc $(cat "$T/err")" '0 ' "$NAME: it is started"
	is "$(theirs POST /Users "$(user Carl Charles)")" 201 "$NAME: somebody is there already"
	cp "$T/theirs" "$T/carl"
	organisation
	is "$(theirs DELETE "/Users/$(jq -r .id "$T/carl")")" 204 "$NAME: and deleted there"
	patch "/Users/$carl" '[{"op":"add","path":"title","value":"Baker"}]'
	stage 'PS-044 CLI-14 who was deleted there is created anew' 'Everyone=bert,carl
bert:Bert:Chief:off:Support:-:bert@example.test
carl:Carl:Baker:on:-:bert:carl@example.test'
	is "$(journal 'select(.status=="failure")')" '' "$NAME: nothing has failed"
	[ -n "${3-}" ] || crowd
	before=$(changes)
	m job restart --store "$T/store" crm
	work "$NAME: all of it once more"
	is "$(changes)" "$before" "CLI-17 $NAME: what is there as it should be is left alone"
	target_stop
}

install_servers
for more in '' '{"patch":"put"}'; do
	provision scimmy /scim/v2 "$more"
	provision better-auth /api/auth/scim/v2 "$more"
done
done_testing
