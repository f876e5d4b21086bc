# provision.sh: what the tests of provisioning share, beside lib.sh: a job
# from the default tenant of a server to another tenant of it.

m() {
	"$BIN/muster" "$@" > "$T/out" 2> "$T/err"
	rc=$?
}

# work TEXT: muster work until nothing is left to do
work() {
	m work --store "$T/store" --once --seconds 60
	is "$rc $(cat "$T/err")" '0 ' "$1"
}

# there TYPE JQ: what the target answers
there() {
	curl -s -H "Authorization: Bearer $THERE" "$ORIGIN/scim/target/v2/$1" | jq -r "$2"
}

# at_target METHOD PATH [BODY]: somebody else does something there
at_target() {
	curl -s -X "$1" -o "$T/there" -H "Authorization: Bearer $THERE" \
	    -H 'Content-Type: application/scim+json' ${3+-d "$3"} "$ORIGIN/scim/target/v2$2"
}

# journal JQ: records of the provisioning log
journal() {
	cat "$T"/store/sync/*/* 2> /dev/null | jq -r "$1"
}

# made PATH BODY: POST at the source; the id in ID
made() {
	scim POST "$1" "$2"
	ID=$(jq -r .id "$T/body")
}

# user USERNAME DISPLAYNAME [ACTIVE [MORE]]: the body of one
user() {
	printf '{"schemas":["%s"],"userName":"%s","displayName":"%s","active":%s,"emails":[{"type":"work","value":"%s@example.test"}]%s}' \
	    "$USER_URN" "$1" "$2" "${3:-true}" "$1" "${4-}"
}

# group DISPLAYNAME ID ...: the body of one with these members
group() {
	name=$1
	shift
	printf '{"schemas":["%s"],"displayName":"%s","members":[%s]}' "$GROUP_URN" "$name" \
	    "$(for id; do printf '{"value":"%s"},' "$id"; done | sed 's/,$//')"
}

patch() {
	scim PATCH "$1" "{\"schemas\":[\"$PATCHOP\"],\"Operations\":$2}"
}

# edit JSON: merged into the definition of the job crm
edit() {
	printf %s "$1" > "$T/edit"
	m job edit --store "$T/store" --file "$T/edit" crm
	is "$rc $(cat "$T/err")" '0 ' "edit $1"
}

# state JQ: of the state of the job crm
state() {
	"$BIN/muster" job show --store "$T/store" --json crm | jq -r ".state|$1"
}

# like TEXT EXPRESSION WHAT: a line of TEXT meets EXPRESSION
like() {
	printf '%s\n' "$1" | grep -q -e "$2" || printf 'no line meets %s in:\n%s\n' "$2" "$1" > "$T/unlike"
	is "$(cat "$T/unlike" 2> /dev/null)" '' "$3"
	rm -f "$T/unlike"
}

# target_server: a server with the tenant target; its token in THERE
target_server() {
	store_new
	server_start 2
	"$BIN/muster" tenant create --store "$T/store" target > /dev/null
	THERE=$("$BIN/muster" token create --store "$T/store" --tenant target | sed -n 's/^Secret token: //p')
	printf %s "$THERE" > "$T/secret"
}

# target_new: the same, and the job crm to it
target_new() {
	target_server
	m job create --store "$T/store" --template muster --url "$ORIGIN/scim/target/v2" --secret-file "$T/secret" crm
	is "$rc $(cat "$T/err")" '0 ' 'a job is created'
}
