#!/bin/sh
# Tenants: made, listed, changed, disabled, renamed and deleted; what each has
# of its own (TEN of spec scim.md; issue 5).
. "$(dirname "$0")/lib.sh"
. tests/oauth.sh
KV=$PWD/$BUILD/tests/kv_tool
INVALID='Bearer realm="scim", error="invalid_token"'

# m WORDS: the command; its exit code in rc
m() {
	verb=$1
	shift
	"$BIN/muster" "$verb" "$@" --store "$T/store" > "$T/out" 2> "$T/err" < /dev/null
	rc=$?
}

tenant() {
	m tenant "$@"
}

# refused WORDS-IN-ERROR TEXT: the last command was
refused() {
	is "$rc $(grep -c "$1" "$T/err")" '1 1' "$2"
}

# token_of TENANT [OPTIONS]
token_of() {
	of=$1
	shift
	credential --tenant "$of" "$@"
}

# as TOKEN REQUEST: with that token
as() {
	as=$1
	shift
	AUTH="Bearer $as" "$@"
}

denied() {
	error_is 401 null "$1"
	is "$(header WWW-Authenticate) $(json .detail)" "$INVALID $wrong" "$1: as with a wrong token"
}

# oauth_refused TEXT: CLIENT gets no token, as one that is not there
oauth_refused() {
	ask
	refusal="$STATUS $(cat "$T/body")"
	CLIENT=01890000-0000-7000-8000-000000000001 ask
	is "$refusal" "$STATUS $(cat "$T/body")" "$1"
}

unhex() {
	perl -pe 'chomp; $_ = pack "H*", $_'
}

# credentials: how many the tenant NUMBER has
credentials() {
	"$KV" "$T/store" list credentials | cut -d' ' -f2 | while read -r value; do
		printf '%s' "$value" | unhex | jq .tenant
	done | grep -c "^$((0x$number))$"
}

# keys TABLE PREFIX: how many there are
keys() {
	"$KV" "$T/store" list "$1" | grep -c "^$2"
}

names() {
	tenant create acme
	is "$rc $(cat "$T/out")" '0 Tenant path: /scim/acme/v2' 'TEN-02 a tenant is made'
	tenant create acme
	refused "there is a tenant 'acme'" 'a name is taken once'
	for name in v2 v7 a/b A ''; do
		tenant create "$name"
		refused "a tenant's name has lower-case" "no tenant is called '$name'"
	done
	tenant create zeta --profile nosuch
	refused "there is no profile 'nosuch'" 'a profile must be there'
	tenant create zeta --types User,Robot
	refused "no resource type 'Robot'" 'a type must be there'
	tenant create zeta --types ''
	is "$rc" 0 'no choice is no restriction'
	tenant create beta --without "$USER_URN"
	refused "no extension '$USER_URN'" 'what is left out must be an extension'
	tenant create beta --scan-max 0x
	refused "'0x' is no number" 'a limit is a number'
	tenant create beta --body-max 1
	refused 'body-max must be a number from 1024' 'and in its bounds'
	tenant list
	is "$(awk '{print $NF}' "$T/out" | tr '\n' ' ')" 'acme default zeta ' 'they are listed'
	tenant show acme
	is "$rc $(grep -cE '^(name +acme|state +active|profile +tolerant|types +all|User +0)$' "$T/out")" '0 5' 'and shown'
	for words in 'show nobody' 'disable nobody' 'rename nobody new' 'delete nobody'; do
		# shellcheck disable=SC2086 # words
		tenant $words
		refused "there is no tenant 'nobody'" "$words"
	done
	for words in show 'rename acme' 'list acme' 'create a b' explode ''; do
		# shellcheck disable=SC2086 # words
		tenant $words
		is "$rc" 2 "usage: tenant $words"
	done
}

# Same names, other ids; the URL with the name and without.
separate() {
	acme=$(token_of acme)
	new_user anna '"externalId":"x-1"'
	anna=$ID
	as "$acme" new_user anna '"externalId":"x-1"'
	is "$STATUS" 201 'TEN-04 TEN-05 the same userName and externalId'
	theirs=$ID
	as "$acme" scim GET "/Users/$theirs"
	is "$STATUS $(json .meta.location | sed 's/.*test//; s/.*:[0-9]*//')" "200 /scim/v2/Users/$theirs" 'TEN-02 by a credential alone'
	TENANT=acme
	as "$acme" scim GET "/Users/$theirs"
	is "$STATUS $(json .meta.location | sed 's/.*test//; s/.*:[0-9]*//')" "200 /scim/acme/v2/Users/$theirs" 'TEN-02 by its name too'
	AUTH='' scim GET "/Users/$anna"
	TENANT='' AUTH='Bearer mst_wrong' scim GET /Users
	wrong=$(json .detail)
	AUTH='' scim GET "/Users/$anna"
	denied "TEN-02 another tenant's token"
	TENANT=
	as "$acme" scim GET "/Users/$anna"
	error_is 404 null 'TEN-03 another id'
	AUTH=
}

# What of the schemas is in force.
schemas() {
	tenant create small --types User,Group --without "$ENT"
	small=$(token_of small)
	as "$small" new_user kim
	is "$STATUS" 201 'a user of a tenant with less'
	AUTH=none scim GET /Schemas
	json_is "[.Resources[].id]|index(\"$ENT\") != null" true 'without a credential discovery shows what the server has'
	as "$small" scim GET /Schemas
	json_is "[.Resources[].id]|index(\"$ENT\")" null 'with one what is in force for its tenant: schemas'
	as "$small" scim GET /ResourceTypes/User
	json_is 'has("schemaExtensions")' false 'and extensions'
	TENANT=small AUTH=none scim GET /Schemas
	json_is "[.Resources[].id]|index(\"$ENT\") != null" true 'the name of a tenant tells nobody anything'
	TENANT=small scim GET /Schemas
	json_is "[.Resources[].id]|index(\"$ENT\") != null" true 'nor with the credential of another'
	as "$small" scim GET "/Schemas/$ENT"
	error_is 404 null 'the schema that is not in force'
	as "$small" scim GET '/Users?filter='"$(jq -rn --arg f "$ENT:department eq \"x\"" '$f|@uri')"
	is "$STATUS $(json .totalResults)" '200 0' 'nor can it be searched'
	as "$small" new_user lou "\"schemas\":[\"$USER_URN\",\"$ENT\"],\"$ENT\":{\"department\":\"Sales\"}"
	json_is "has(\"$ENT\")" false 'nor written'
	as "$TOKEN" new_user lou "\"$ENT\":{\"department\":\"Sales\"}"
	json_is ".[\"$ENT\"].department" Sales 'elsewhere it can'
	tenant set small --types Group
	refused 'resources of type User' 'a type that is used stays'
	tenant set small --without ''
	is "$rc" 0 'there may be more at any time'
	as "$small" new_user max "\"$ENT\":{\"department\":\"Sales\"}"
	json_is ".[\"$ENT\"].department" Sales 'and then it is there'
	tenant set small --without "$ENT"
	refused 'resources of type User' 'and stays'
	m verify
	is "$rc" 0 'verify agrees'
	tenant create groups --types Group
	groups=$(token_of groups)
	for request in 'GET /Users' 'GET /Users/x' 'POST /Users/.search' 'PATCH /Users/x' 'GET /Robots'; do
		as "$groups" scim "${request% *}" "${request#* }" '{}'
		error_is 404 null "$request of a tenant without users"
	done
	as "$groups" scim GET /ResourceTypes
	json_is '[.Resources[].id]|join(" ")' Group 'nor in discovery'
	as "$groups" new_group g
	is "$STATUS" 201 'groups it has'
	as "$groups" scim POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[{\"method\":\"POST\",\"path\":\"/Users\",\"bulkId\":\"a\",\"data\":{\"schemas\":[\"$USER_URN\"],\"userName\":\"a\"}}]}"
	is "$STATUS $(json '.Operations[0].status')" '200 400' 'nor users by bulk'
	as "$groups" scim GET /Me
	is "$STATUS" 501 'nor a /Me'
	AUTH=
}

profiles() {
	tenant create firm --profile strict
	firm=$(token_of firm)
	lax=$(token_of firm --profile tolerant)
	body="{\"schemas\":[\"$USER_URN\"],\"userName\":\"p\",\"active\":\"True\"}"
	as "$firm" scim POST /Users "$body"
	is "$STATUS" 400 "the tenant's profile"
	as "$lax" scim POST /Users "$body"
	is "$STATUS" 201 "the credential's goes before it"
	tenant set firm --profile tolerant
	as "$firm" scim POST /Users "$(echo "$body" | sed 's/"p"/"q"/')"
	is "$STATUS" 201 'it can be another one'
	AUTH=
}

limits() {
	tenant create tight --body-max 1024 --bulk-operations 1 --bulk-payload 2048 --scan-max 2 --members-max 1
	tight=$(token_of tight)
	AUTH="Bearer $tight"
	scim GET /ServiceProviderConfig
	is "$(json '"\(.bulk.maxOperations) \(.bulk.maxPayloadSize)"')" '1 2048' 'its limits are shown'
	long=$(awk 'BEGIN { for (i = 0; i < 1100; i++) printf "x" }')
	new_user a "\"title\":\"$long\""
	error_is 413 null 'body-max'
	for u in a b c; do
		new_user $u '"title":"t"'
		ids="$ids {\"value\":\"$ID\"}"
	done
	scim POST /Bulk "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"],\"Operations\":[{\"method\":\"DELETE\",\"path\":\"/Users/$ID\"},{\"method\":\"DELETE\",\"path\":\"/Users/$ID\"}]}"
	error_is 413 null 'bulk-operations'
	query /Users 'title eq "t"'
	error_is 400 tooMany 'scan-max'
	new_group g "\"members\":[$(echo "$ids" | sed 's/^ //; s/ {/,{/g')]"
	json_is '.members|length' 1 'members-max'
	AUTH=
	scim GET /ServiceProviderConfig
	json_is .bulk.maxOperations 1000 "others have the server's"
}

disabled() {
	AUTH='Bearer mst_wrong' scim GET /Users
	wrong=$(json .detail)
	client --tenant acme
	ask
	access=$(json .access_token)
	as "$access" scim GET "/Users/$theirs"
	is "$STATUS $(json .id)" "200 $theirs" 'a client of the tenant'
	tenant disable acme
	is "$rc" 0 'disable'
	tenant disable acme
	is "$rc" 0 'and again'
	oauth_refused 'disabled: a client gets no token'
	as "$access" scim GET /Users
	denied 'disabled: nor is one good that it has'
	for request in 'GET /Users' "DELETE /Users/$theirs" 'POST /Users' 'POST /Bulk' 'GET /Me'; do
		as "$acme" scim "${request% *}" "${request#* }" '{}'
		denied "disabled: ${request% *}"
	done
	TENANT=acme as "$acme" scim GET /Users
	denied 'disabled: by its name'
	m work --once
	is "$rc" 0 'work goes on'
	m user list --tenant acme
	is "$rc" 0 'an administrator still sees it'
	tenant enable acme
	as "$access" scim GET "/Users/$theirs"
	is "$STATUS $(json .id)" "200 $theirs" 'enabled: its client goes on'
	as "$acme" scim GET "/Users/$theirs"
	is "$STATUS $(json .id)" "200 $theirs" 'enabled: as if nothing had been'
	AUTH=
}

renamed() {
	tenant create taken
	tenant rename acme taken
	refused "there is a tenant 'taken'" 'rename to a name that is taken'
	tenant rename acme v3
	refused 'no version' 'or to none'
	tenant rename acme ajax
	is "$rc" 0 'rename'
	TENANT=ajax
	as "$acme" scim GET "/Users/$theirs"
	is "$STATUS $(json .id)" "200 $theirs" 'data, ids and credentials stay'
	TENANT=acme
	as "$acme" scim GET "/Users/$theirs"
	denied 'the old name is nobody'
	TENANT=
	m token list
	is "$(awk '{print $3}' "$T/out" | grep -c '^ajax$')" 1 'its tokens are listed under the new name'
	tenant create acme
	newcomer=$(token_of acme)
	as "$newcomer" scim GET /Users
	is "$STATUS $(json .totalResults)" '200 0' 'who takes the old name sees nothing'
	TENANT=acme
	as "$acme" scim GET /Users
	denied 'nor is its URL good for the old token'
	TENANT='' AUTH=''
}

deleted() {
	AUTH="Bearer $acme"
	for u in b c d; do new_user $u "\"displayName\":\"$u\",\"emails\":[{\"value\":\"$u@x\"}]"; done
	new_group crew "\"members\":[{\"value\":\"$ID\"}]"
	scim GET '/Users?cursor&count=2'
	cursor=$(json .nextCursor)
	AUTH=
	number=$("$KV" "$T/store" list tenants | sed -n "s/^$(printf ajax | od -An -tx1 | tr -d ' \n') 00000000//p")
	others=$("$KV" "$T/store" list resources | grep -vc "^$number")
	changes=$(keys changes "$number")
	held=$(credentials)
	tenant delete ajax
	refused 'nothing was deleted' 'delete wants the name typed'
	tenant delete ajax --yes acme
	refused 'nothing was deleted' 'that of the tenant'
	as "$acme" scim GET /Users
	is "$STATUS" 200 'it is still there'
	printf 'ajax\n' | "$BIN/muster" tenant delete ajax --store "$T/store" > "$T/out" 2> "$T/err"
	is "$? $(grep -c 'keys removed' "$T/out") $(grep -cE 'User +4$' "$T/err")" '0 1 1' 'typed, it goes'
	as "$acme" scim GET /Users
	denied 'its tokens are none'
	oauth_refused 'nor has it clients'
	as "$access" scim GET /Users
	denied 'nor tokens of them'
	for table in meta counters resources uniques indexes members groups; do
		want=0
		[ "$table" = counters ] && want=1
		is "$(keys $table "$number")" "$want" "nothing of it is in $table"
	done
	is "$("$KV" "$T/store" list meta | grep -c "^73656372657400$number")" 0 'nor its key for cursors'
	is "$held $(credentials)" '2 0' 'nor a credential'
	is "$(keys changes "$number")" "$changes" 'its changes stay'
	is "$("$KV" "$T/store" list resources | grep -vc "^$number")" "$others" 'and all that others have'
	is "$("$KV" "$T/store" list changes | grep '^00000000' | cut -d' ' -f2 | unhex | tr '}' '\n' |
	    grep -c '"operation":"delete[d]*","type":"Tenant"')" 2 'that it was deleted stands in the log of the store'
	m verify
	is "$rc" 0 'verify finds nothing wrong'
	tenant list
	is "$(grep -c ajax "$T/out")" 0 'it is listed no more'
	tenant list --all
	is "$(grep -c 'deleted  *ajax' "$T/out")" 1 'but among all there ever were'
	tenant create ajax
	again=$(token_of ajax)
	as "$again" scim GET /Users
	is "$STATUS $(json .totalResults)" '200 0' 'its name can be taken; nothing of it is seen'
	as "$again" scim GET "/Users/$theirs"
	error_is 404 null 'nor by id'
	as "$again" scim GET "/Users?cursor=$cursor&count=2"
	error_is 400 invalidCursor 'nor by cursor'
	AUTH=
}

# A store that was made when a tenant was a name and a number.
without_row() {
	"$KV" "$T/store" delete tenants 0000000001
	for TENANT in '' default; do
		AUTH='' scim GET "/Users/$anna"
		is "$STATUS $(json .id)" "200 $anna" "a tenant without a row: ${TENANT:-its credential alone}"
	done
	TENANT=ajax
	AUTH='' scim GET "/Users/$anna"
	denied 'and under another name'
	TENANT=
	tenant list
	is "$rc $(grep -c 'active *default$' "$T/out")" '0 1' 'it is listed'
	m verify
	is "$rc" 0 'it is sound'
	tenant disable default
	AUTH='' scim GET "/Users/$anna"
	denied 'and can be disabled'
	tenant enable default
	AUTH='' scim GET "/Users/$anna"
	is "$STATUS $(json .id)" "200 $anna" 'and enabled'
	tenant show default
	is "$(grep -cE '^id +[0-9a-f]{8}-' "$T/out")" 1 'and has an id then'
}

run() {
	ids=
	names
	separate
	schemas
	profiles
	limits
	disabled
	renamed
	deleted
	without_row
}
both run
done_testing
