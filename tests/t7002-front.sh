#!/bin/sh
# The configurations that `muster serve-config` prints, run by the web servers
# themselves: Apache with mod_fcgid, and both with TLS.
. "$(dirname "$0")/lib.sh"
. tests/admin.sh

MODULES=/usr/lib/apache2/modules
PEM=$T/server.pem
FRONT=

free_port() {
	while :; do
		PORT=$(od -An -N2 -tu2 /dev/urandom | awk '{ print 10000 + $1 % 22000 }')
		curl -s -o /dev/null "http://127.0.0.1:$PORT/" || [ $? -ne 7 ] || return 0
	done
}

# print_config lighttpd|apache [OPTION ...]
print_config() {
	"$BIN/muster" serve-config "$@" --port "$PORT" --store "$T/store" \
	    --programs "$BIN" --schemas "$MUSTER_SCHEMAS" --www "$PWD/www" \
	    --workers 2 --var "$T/run" --socket-dir "$T/run"
}

# What Debian's own apache2.conf and a2enmod say.
apache_config() {
	cat <<-EOF
	ServerRoot "$T/run"
	ServerName 127.0.0.1
	PidFile "$T/run/apache.pid"
	DefaultRuntimeDir "$T/run"
	ErrorLog "$T/run/error.log"
	EOF
	for module in mpm_event authz_core alias headers socache_shmcb ssl fcgid; do
		echo "LoadModule ${module}_module $MODULES/mod_$module.so"
	done
	echo "FcgidIPCDir $T/run"
	echo "FcgidProcessTableFile $T/run/fcgid_shm"
	print_config apache "$@"
}

# front_start NAME SCHEME [OPTION ...]: its server in the foreground, as our child
front_start() {
	name=$1 ORIGIN=$2
	shift 2
	mkdir -p "$T/run"
	free_port
	ORIGIN=$ORIGIN://127.0.0.1:$PORT
	if [ "$name" = apache ]; then
		apache_config "$@" > "$T/front.conf"
		apache2 -D FOREGROUND -f "$T/front.conf" 2>> "$T/log" &
	else
		print_config lighttpd "$@" > "$T/front.conf"
		lighttpd -D -f "$T/front.conf" 2>> "$T/log" &
	fi
	LIGHTTPD=$!
	curl -ks -f -o /dev/null --retry 20 --retry-connrefused --retry-delay 1 \
	    --max-time 20 "$ORIGIN/healthz"
	ok $? "$name $ORIGIN answers"
}

# One request of each kind, and what the web server itself would refuse.
lifecycle() {
	new_user anna '"emails":[{"value":"anna@example.com","type":"work"}]'
	status_is 201 'HTTP-01 created'
	is "$(header Location)" "$ORIGIN/scim/v2/Users/$ID" 'POST-04 its URL'
	anna=$ID
	scim GET '/Users?filter=userName+eq+"anna"&count=1'
	json_is '.Resources[0].id' "$anna" 'FILTER-01 found'
	patch "/Users/$anna" '[{"op":"replace","path":"title","value":"Tester"}]'
	json_is .title Tester 'PATCH-01 changed'
	is "$(header Location) $(header Content-Location) $(header Resource-Location)" \
	    "$(json '"\(.meta.location) \(.meta.location)"') " 'HTTP-17 with its places'
	HEADER="If-None-Match: $(json .meta.version)" scim GET "/Users/$anna"
	status_is 304 'ETAG-04 not modified'
	VERSION=none TENANT=default
	scim GET "/Users/$anna"
	json_is .meta.location "$ORIGIN/scim/default/Users/$anna" 'HTTP-05 without the version'
	VERSION='' TENANT=''
	new_group staff "\"members\":[{\"value\":\"$anna\"}]"
	json_is '.members[0].value' "$anna" 'a group'
	scim GET /ServiceProviderConfig
	json_is .patch.supported true 'DISC-01 discovery'
	scim GET "/Users/nosuch"
	error_is 404 null 'ERR-01 not there'
	scim GET /Me
	error_is 501 null 'ME-01 not a person'
	AUTH=none scim GET /Users
	error_is 401 null 'AUTH-01 no token'
	scim GET "/Schemas/$USER_URN"
	json_is .name User 'a URN in the path'
	scim GET '/Users/a%2Fb'
	error_is 404 null 'a slash in an id'
	scim GET '/Users/%zz'
	error_is 400 null 'ERR-01 what the web server refuses'
	for size in 2 20; do
		head -c ${size}000000 /dev/zero > "$T/large"
		STATUS=$(curl -s -o "$T/body" -w '%{http_code}' -H 'Expect:' -H "Authorization: Bearer $TOKEN" \
		    -H 'Content-Type: application/scim+json' --data-binary "@$T/large" "$ORIGIN/scim/v2/Users")
		error_is 413 null "SEC-08 a body of $size MB"
	done
	scim DELETE "/Users/$anna"
	status_is 204 'DEL-01 deleted'
	ADMIN=$(administrator owner --all-tenants)
	admin POST /tenants '{"name":"acme"}'
	is "$STATUS $(header Location)" "201 $ORIGIN/admin/v1/tenants/acme" 'an administrator'
	admin PATCH /tenants/acme '{}'
	error_is 428 null 'who edits says which version'
	edit /tenants/acme '{"state":"disabled"}'
	is "$STATUS $(header ETag)" '200 W/"2"' 'and then may'
	AUTH='Bearer mst_x' admin GET /me
	error_is 401 null 'AUTH-01 nobody else is one'
}

MODE=apache
store_new
front_start apache http
lifecycle
server_stop

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1 -keyout "$T/key" -out "$T/crt" 2>> "$T/log"
cat "$T/crt" "$T/key" > "$PEM"

for name in apache lighttpd; do
	MODE=$name
	front_start $name https --tls-pem "$PEM"
	for version in 1.0 1.1; do
		# OpenSSL's own list of ciphers would refuse them as well.
		curl -s -o /dev/null --cacert "$T/crt" --ciphers 'DEFAULT:@SECLEVEL=0' --tls-max $version --tlsv1.0 "$ORIGIN/healthz"
		is $? 35 "AUTH-08 TLS $version is refused"
	done
	for version in 1.2 1.3; do
		is "$(curl -s --cacert "$T/crt" --tls-max $version --tlsv1.2 "$ORIGIN/healthz")" ok "AUTH-08 TLS $version"
	done
	is "$(curl -s --cacert "$T/crt" -H "Authorization: Bearer $TOKEN" "$ORIGIN/scim/v2/ServiceProviderConfig" | jq -r .meta.location)" \
	    "$ORIGIN/scim/v2/ServiceProviderConfig" 'AUTH-08 URLs begin with https'
	server_stop
done

# client_certificate NAME CA: NAME.crt and NAME.key, signed by CA
client_certificate() {
	openssl req -newkey rsa:2048 -nodes -subj "/O=Example/CN=$1" -keyout "$T/$1.key" -out "$T/$1.csr" 2>> "$T/log"
	openssl x509 -req -days 2 -in "$T/$1.csr" -CA "$T/$2.crt" -CAkey "$T/$2.key" -CAcreateserial -out "$T/$1.crt" 2>> "$T/log"
}

# by NAME STATUS TEXT: a request with that certificate
by() {
	is "$(curl -s -o /dev/null -w '%{http_code}' --cacert "$T/crt" ${HEADER:+-H "$HEADER"} \
	    ${1:+--cert "$T/$1.crt" --key "$T/$1.key"} "$ORIGIN/scim/v2/Users?count=1")" "$2" "$3"
}

for ca in ca evil; do
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$ca" -keyout "$T/$ca.key" -out "$T/$ca.crt" 2>> "$T/log"
done
client_certificate hr ca
client_certificate other ca
client_certificate subject ca
cp "$T/subject.key" "$T/forged.key"
openssl x509 -req -days 2 -in "$T/subject.csr" -CA "$T/evil.crt" -CAkey "$T/evil.key" -CAcreateserial -out "$T/forged.crt" 2>> "$T/log"
store_new
"$BIN/muster" client create --store "$T/store" --certificate "$T/hr.crt" > "$T/out"
ID=$(sed -n 's/^Client id: *//p' "$T/out")
for subject in 'CN=subject,O=Example' 'O = Example, CN = subject'; do
	"$BIN/muster" client create --store "$T/store" --certificate-subject "$subject" > "$T/out"
done
for name in apache lighttpd; do
	MODE=$name
	front_start $name https --tls-pem "$PEM" --client-ca "$T/ca.crt"
	by hr 200 'AUTH-04 a client certificate'
	by subject 200 'AUTH-04 one by its subject'
	by other 401 'AUTH-04 one that nobody has'
	by '' 401 'AUTH-04 none'
	# Apache ends the connection, lighttpd lets the request through.
	is "$(curl -s -o /dev/null -w '%{http_code}' --cacert "$T/crt" --cert "$T/forged.crt" --key "$T/forged.key" \
	    "$ORIGIN/scim/v2/Users" | grep -cE '^(401|000)$')" 1 'AUTH-04 one of another authority with the same subject'
	HEADER='SSL_CLIENT_VERIFY: SUCCESS' by '' 401 'AUTH-04 a header is no certificate'
	HEADER='SSL-CLIENT-VERIFY: SUCCESS' by '' 401 'AUTH-04 nor with another spelling'
	server_stop
done
MODE=lighttpd
"$BIN/muster" token revoke --store "$T/store" "$ID"
front_start lighttpd https --tls-pem "$PEM" --client-ca "$T/ca.crt"
by hr 401 'AUTH-05 a certificate that is taken back'
server_stop
done_testing
