#!/bin/sh
# The matrix: every route x every kind of credential x right tenant, wrong
# tenant, expired, revoked, wrong scope.  What each is answered stands in
# tests/data/access.tsv (AUTH-01, AUTH-02, AUTH-03, AUTH-09, TEN-02); for
# /admin/v1 also each role, of all tenants and of one.
. "$(dirname "$0")/lib.sh"
. tests/oauth.sh
. tests/jwt.sh
MODE=matrix
TABLE=tests/data/access.tsv
MUSTER_SCHEMAS=$MUSTER_SCHEMAS:$PWD/schemas/optional/devices
JWT_BEARER=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer
KINDS='token access assertion jwt basic certificate'
ROLES='owner operator designer auditor'

m() { verb=$1 word=$2; shift 2; "$BIN/muster" "$verb" "$word" --store "$T/store" "$@"; }

# Every route that a program has is in the table, and no other.
routes() {
	for f in cgi-src/*.c; do
		base=$(sed -n 's/.*\.base = "\(.*\)".*/\1/p' "$f")
		grep -oE '\{ HTTP_[A-Z_]+,[[:space:]]*"[^"]*",[[:space:]]*SCOPE_' "$f" |
		    sed -E "s,\{ HTTP_([A-Z_]+)\,[[:space:]]*\"([^\"]*)\".*,\1 $base\2,"
	done | sort -u
}
# tabled KIND: the routes that the table has for it
tabled() {
	grep -v '^#' "$TABLE" | awk -F '\t' -v kind="$1" '$2 == kind { print $1 }' | sort
}
is "$(tabled client)" "$(routes | grep -v /admin/)" 'AUTH-03 the table has every route, for client'
for kind in user none; do
	is "$(tabled $kind)" "$(routes)" "AUTH-03 the table has every route, for $kind"
done
for kind in admin jwt ambient $ROLES; do
	is "$(tabled "$kind")" "$(routes | grep /admin/)" "AUTH-03 the table has every route of administrators, for $kind"
done

# client_of OPTIONS: a new client; prints its id
client_of() { m client create "$@" | sed -n 's/^Client id: *//p'; }

certificate() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
	    -keyout "$T/$1.key" -out "$T/$1.crt" 2>> "$T/log"
}

# asserted CLIENT AGE: an access token for an assertion, both of AGE seconds ago
asserted() {
	CLIENT=$1
	oauth "grant_type=client_credentials&client_id=$1&client_assertion_type=$JWT_BEARER&client_assertion=$(
	    jwt '{"alg":"ES256","kid":"e1"}' "$(claims ".sub=\"w\"|.aud=\"a\"|.iat-=$2|.nbf-=$2|.exp-=$2")" es256 "$T/ec.pem")"
	json .access_token
}

# old_clock SECONDS: the token endpoint lives so long ago
old_clock() {
	perl -e 'print pack("q", -$ARGV[0])' "$1" > "$T/clock"
	SETTINGS="LD_PRELOAD=$PWD/$BUILD/torture/clock.so CLOCK_FILE=$T/clock"
	SETTINGS="$SETTINGS ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
}

# make_one KIND STATE [OPTIONS]: a credential; what to send is in $T/KIND.STATE
make_one() {
	kind=$1 state=$2
	out=$T/$kind.$state
	shift 2
	TID=$state
	ISSUER=https://login.microsoftonline.com/$TID/v2.0
	case $kind in
	token | user)
		[ "$kind" = token ] || set -- "$@" --user "$user"
		echo "Bearer $(credential --label "$kind.$state" "$@")" > "$out"
		id=$(m token list | sed -n "s/ .* $kind\.$state\$//p")
		;;
	access | basic)
		age=0
		case $kind.$state in access.*expired) age=7200 && set -- ;; esac
		client "$@"
		id=$CLIENT
		[ $age = 0 ] || old_clock $age
		[ "$kind" = basic ] || ask
		SETTINGS=
		[ "$kind" = basic ] && printf 'Basic %s' "$(printf '%s:%s' "$CLIENT" "$SECRET" | base64 -w 0)" > "$out"
		[ "$kind" = basic ] || echo "Bearer $(json .access_token)" > "$out"
		;;
	assertion)
		age=0
		case $state in *expired) age=7200 && set -- ;; esac
		id=$(client_of --tenant-id "$TID" --audience a --subject w --keys "$T/keys.json" "$@")
		[ $age = 0 ] || old_clock $age
		echo "Bearer $(asserted "$id" $age)" > "$out"
		SETTINGS=
		;;
	jwt)
		id=$(client_of --bearer --tenant-id "$TID" --keys "$T/keys.json" "$@")
		age=0
		case $state in *expired) age=7200 ;; esac
		echo "Bearer $(jwt '{"alg":"ES256","kid":"e1"}' "$(claims ".iss=\"https://sts.windows.net/$TID/\"|.aud=\"8adf8e6e-67b2-4cf2-a259-e3dc5476c621\"|.exp-=$age")" es256 "$T/ec.pem")" > "$out"
		;;
	certificate)
		certificate "$state"
		id=$(client_of --certificate "$T/$state.crt" "$@")
		echo "certificate $T/$state" > "$out"
		;;
	esac
	case $state in *revoked) m token revoke "$id" ;; esac
}

make_all() {
	for kind in $KINDS user; do
		make_one "$kind" right
		make_one "$kind" expired --expires 0d
		make_one "$kind" revoked
		[ "$kind" = user ] || make_one "$kind" scope --scope admin --role auditor
		cp "$T/$kind.right" "$T/$kind.tenant"
	done
	make_one user scope --scope groups:read
	for kind in $KINDS; do
		make_one "$kind" admin-right --role owner
		make_one "$kind" admin-tenant --role owner --tenant acme
		make_one "$kind" admin-expired --role owner --expires 0d
		make_one "$kind" admin-revoked --role owner
		make_one "$kind" admin-scope --scope users
	done
	for role in $ROLES; do
		echo "Bearer $(credential --all-tenants --role "$role")" > "$T/$role.right"
		echo "Bearer $(credential --tenant acme --role "$role")" > "$T/$role.tenant"
	done
	: > "$T/none.right"
	: > "$T/none.tenant"
}

# url PATTERN TENANT
url() {
	case $1 in
	/admin/v1/audit/verify) printf '%s' "$ORIGIN$1" ;;
	/admin/*) printf '%s' "$ORIGIN$1" | sed "s,/tenants/:id,/tenants/default,; s,/credentials/:i[dn],/credentials/$client,
	    s,/log/:id,/log/$logged,; s,/breakers/:id,/breakers/$taker,; s,/jobs/:i[dn],/jobs/crm,; s,/versions/:id,/versions/1,; s,/:id,/01900000-0000-7000-8000-000000000000,
	    /\/v1\/\(log\|audit\|heartbeats\|breakers\|jobs\)/s,$,?tenant=default,
	    s,/explain,/explain?tenant=default\&filter=title%20pr," ;;
	/healthz | /metrics | /oauth2/*) printf '%s' "$ORIGIN$1" ;;
	*)
		printf '%s' "$ORIGIN/scim${2:+/$2}/v2$1" |
		    sed "s,/Users/:id,/Users/$user,; s,/Groups/:id,/Groups/$group,; s,/ResourceTypes/:id,/ResourceTypes/User,
			s,/Schemas/:id,/Schemas/$USER_URN,; s,/:type/:id,/Devices/$device,; s,/:type,/Devices,
			s,/:id,/01900000-0000-7000-8000-000000000000,"
		;;
	esac
}

# request METHOD URL FILE: for curl -K
request() {
	method=$1
	[ "$method" = METHOD_MAX ] && method=POST
	printf 'url = "%s"\nrequest = %s\ncacert = "%s"\nsilent\noutput = "%s"\nwrite-out = "%%{http_code}\\n"\n' \
	    "$2" "$method" "$T/server.crt" /dev/null
	case $method in POST | PUT | PATCH) printf 'data = "{}"\nheader = "Content-Type: %s"\n' \
	    "$(case $2 in */oauth2/*) echo "$form_type" ;; *) echo application/json ;; esac)" ;; esac
	# What would be deleted is not the version that is meant.
	[ "$method" != DELETE ] || printf 'header = "If-Match: W/\\"99\\""\n'
	case $(cat "$3") in
	'') ;;
	certificate*)
		certificate=$(cut -d ' ' -f 2 "$3")
		printf 'cert = "%s.crt"\nkey = "%s.key"\n' "$certificate" "$certificate"
		;;
	*) printf 'header = "Authorization: %s"\n' "$(cat "$3")" ;;
	esac
	echo next
}

# One line a cell: what is expected, and of what.
cells() {
	tab=$(printf '\t')
	grep -v '^#' "$TABLE" | while IFS= read -r line; do
		route=${line%%"$tab"*}
		line=${line#*"$tab"}
		kinds=${line%%"$tab"*}
		line=${line#*"$tab"}
		set=
		case $kinds in
		client) kinds=$KINDS ;;
		admin) kinds='token access assertion' set=admin- ;;
		jwt) set=admin- ;;
		ambient) kinds='basic certificate' set=admin- ;;
		esac
		for kind in $kinds; do
			rest=$line
			for state in right tenant expired revoked scope; do
				[ "${rest%%"$tab"*}" = - ] ||
				    printf '%s\t%s\t%s\t%s\n' "${rest%%"$tab"*}" "$kind" "$set$state" "$route"
				rest=${rest#*"$tab"}
			done
		done
	done
}

new_keys
printf '{"keys":[%s]}' "$(jwk_ec "$T/ec.pem" e1)" > "$T/keys.json"
store_new
"$BIN/muster" init --store "$T/store" --tenant acme > /dev/null
MODE=cgi
new_user anna
user=$ID
new_group all
group=$ID
scim POST /Devices '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Device"],"active":false}'
device=$(json .id)
client=$(client_of)
# What is in the logs: a request, and what a credential took away.
logged=$("$BIN/muster" log --store "$T/store" --path /Groups --method POST --json | jq -r .id)
new_user ben
AUTH="Bearer $(credential --label taker --breaker-count 5)" scim DELETE "/Users/$ID"
AUTH=
taker=$(m token list | sed -n 's/ .* taker$//p')
printf '{"target":{"url":"https://crm.example.com","authentication":"none"}}' > "$T/job"
m job create crm --file "$T/job" > /dev/null
make_all
MODE=matrix

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$T/server.key" -out "$T/server.crt" 2>> "$T/log"
cat "$T/server.crt" "$T/server.key" > "$T/server.pem"
for state in right expired revoked scope admin-right admin-tenant admin-expired admin-revoked admin-scope; do
	cat "$T/$state.crt"
done > "$T/ca.crt"
# Who is not let in so often is told to wait: not here.
export MUSTER_FAILURES=0
server_start 2 https --tls-pem "$T/server.pem" --client-ca "$T/ca.crt" --basic 1

cells > "$T/cells"
while IFS='	' read -r _ kind state route; do
	tenant=
	[ "$state" = tenant ] && tenant=acme
	request "${route%% *}" "$(url "${route#* }" "$tenant")" "$T/$kind.$state"
done < "$T/cells" | sed '$d' > "$T/requests"
curl -K "$T/requests" > "$T/statuses" 2>> "$T/log"
is "$(wc -l < "$T/statuses" | tr -d ' ')" "$(wc -l < "$T/cells" | tr -d ' ')" 'every cell was asked for'
exec 3< "$T/statuses"
while IFS='	' read -r want kind state route; do
	read -r got <&3
	is "$got" "$want" "AUTH-03 $route by $kind, $state"
done < "$T/cells"
exec 3<&-
server_stop
done_testing
