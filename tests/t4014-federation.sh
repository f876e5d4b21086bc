#!/bin/sh
# Tokens for the word of an issuer: client assertions (ENTRA-A03, RFC 7523)
# and JWTs as bearer tokens (ENTRA-A04); known attacks on JWTs (RFC 8725).
. "$(dirname "$0")/lib.sh"
. tests/oauth.sh
. tests/jwt.sh

TID=3f6c1c7e-0000-4000-8000-00000000e17a
ISSUER=https://login.microsoftonline.com/$TID/v2.0
RS='{"alg":"RS256","typ":"JWT","kid":"r1"}'
ES='{"alg":"ES256","typ":"JWT","kid":"e1"}'
JWT_BEARER=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer

m() { "$BIN/muster" "$@" --store "$T/store"; }

# assert_with JWT
assert_with() {
	oauth "grant_type=client_credentials&client_id=$CLIENT&client_assertion_type=$JWT_BEARER&client_assertion=$1&scope=scim"
}

good() {
	assert_with "$1"
	is "$STATUS $(json '.token_type')" '200 Bearer' "ENTRA-A03 $2"
}

# bad JWT TEXT [REASON]: refused, and the log says why
bad() {
	before=$(said "${3:-token refused: }")
	assert_with "$1"
	is "$STATUS $(json .error) $(json .error_description)" '401 invalid_client the client is not known' "ENTRA-A03 $2"
	is "$(said "${3:-token refused: }")" $((before + 1)) "ENTRA-A03 $2: ${3:-the log says why}"
}

federated() {
	printf '{"keys":[%s,%s,%s]}' "$(jwk_rsa "$T/rsa.pem" r1 ',"use":"sig","alg":"RS256"')" \
	    "$(jwk_ec "$T/ec.pem" e1 ',"key_ops":["sign","verify"]')" "$(jwk_rsa "$T/evil.pem" enc ',"use":"enc"')" > "$T/keys.json"
	client --tenant-id "$TID" --audience api://muster --subject workload --keys "$T/keys.json" --scope 'users read'
	is "$?$SECRET" 0 'ENTRA-A03 a client with an issuer in place of a secret'
}

works() {
	good "$(jwt "$RS" "$(claims)" rs256 "$T/rsa.pem")" 'an assertion by RS256'
	access=$(json .access_token)
	AUTH="Bearer $access" scim GET /Users
	status_is 200 'ENTRA-A03 the token is good'
	AUTH="Bearer $access" scim GET /Groups
	status_is 403 'AUTH-09 for what its client may do'
	good "$(jwt "$ES" "$(claims)" es256 "$T/ec.pem")" 'an assertion by ES256'
	once=$(jwt "$RS" "$(claims '.jti="only once"')" rs256 "$T/rsa.pem")
	good "$once" 'one with a jti'
	bad "$once" 'and once only' 'has used it before'
	good "$(jwt "$RS" "$(claims '.jti="another"')" rs256 "$T/rsa.pem")" 'one with another jti'
	oauth "grant_type=client_credentials&client_id=$CLIENT&client_assertion=$once"
	is "$STATUS $(json .error)" '400 invalid_request' 'ENTRA-A03 without client_assertion_type'
	oauth "grant_type=client_credentials&client_id=$CLIENT&client_secret=x&client_assertion_type=$JWT_BEARER&client_assertion=$once"
	is "$STATUS $(json .error)" '400 invalid_request' 'ENTRA-A03 with a secret too'

	issuer=$(m client list | sed -n "s/^\($CLIENT\).*/\1/p")
	printf '{"keys":[%s]}' "$(jwk_ec "$T/ec.pem" e2)" > "$T/other.json"
	m client keys --keys "$T/other.json" "$issuer"
	is "$?" 0 'ENTRA-A03 other keys'
	bad "$(jwt "$RS" "$(claims)" rs256 "$T/rsa.pem")" 'a key that is gone' "its issuer has no such key"
	good "$(jwt '{"alg":"ES256","kid":"e2"}' "$(claims)" es256 "$T/ec.pem")" 'a new key'
	m client revoke "$CLIENT"
	AUTH="Bearer $access" scim GET /Users
	status_is 401 'ENTRA-A03 a client that is gone has no tokens'
}

claims_attacks() {
	for change in '.aud="api://muster/.default"' '.aud=["x","api://muster"]' '.exp=$now-290' \
	    '.nbf=$now+290' 'del(.nbf)|del(.iat)' '.exp=$now+3600.5'; do
		good "$(jwt "$RS" "$(claims "$change")" rs256 "$T/rsa.pem")" "$change"
	done
	while IFS='	' read -r change why; do
		bad "$(jwt "$RS" "$(claims "$change")" rs256 "$T/rsa.pem")" "$change" "$why"
	done << 'X'
.iss="https://login.microsoftonline.com/other/v2.0"	'iss' is
.iss|=ascii_upcase	'iss' is
del(.iss)	'iss' is
.sub="somebody"	'sub' is
del(.sub)	'sub' is
.sub=["workload"]	'sub' is
.tid="other"	'tid' is
del(.tid)	'tid' is
.aud="api://other"	another audience
.aud="api://muster/"	another audience
.aud=["api://muster2"]	another audience
.aud={"x":"api://muster"}	another audience
.aud=""	another audience
.aud="/.default"	another audience
del(.aud)	another audience
.exp=$now-310	it has expired
.exp=0	it has expired
del(.exp)	does not say until when
.exp="9999999999"	does not say until when
.exp=1e300	does not say until when
.exp=-1	does not say until when
.exp=null	does not say until when
.nbf="x"	does not say until when
.exp=$now+90000	lives too long
.nbf=$now+310	from the future
.iat=$now+310	from the future
.jti=5	'jti' is no text
.jti=["a"]	'jti' is no text
.jti=null	'jti' is no text
.jti=""	'jti' is no text
X
}

header_attacks() {
	body=$(claims)
	for header in '{"alg":"none"}' '{"alg":"none","kid":"r1"}' '{"alg":"NONE","kid":"r1"}' '{"alg":"nOnE","kid":"r1"}'; do
		bad "$(jwt "$header" "$body" none)" "$header" 'its algorithm is not'
	done
	bad "$(jwt "$RS" "$body" none)" 'no signature' 'it has no signature'
	openssl rsa -in "$T/rsa.pem" -pubout -out "$T/public.pem" 2> /dev/null
	bad "$(jwt '{"alg":"HS256","kid":"r1"}' "$body" hs256 "$T/public.pem")" 'a public key for the secret of HS256' 'its algorithm is not'
	bad "$(jwt "$RS" "$body" hs256 "$T/public.pem")" 'an HMAC that says it is RS256' 'its signature is wrong'
	bad "$(jwt '{"alg":"ES256","kid":"r1"}' "$body" es256 "$T/ec.pem")" 'ES256 with the RSA key' 'not for this algorithm'
	bad "$(jwt '{"alg":"RS256","kid":"e1"}' "$body" rs256 "$T/rsa.pem")" 'RS256 with the EC key' 'not for this algorithm'
	bad "$(jwt '{"alg":"RS256","kid":"enc"}' "$body" rs256 "$T/evil.pem")" 'a key that is not for signatures' 'not for this algorithm'
	for alg in PS256 RS384 RS512 RS1 rs256 ES384 EdDSA '' ; do
		bad "$(jwt "{\"alg\":\"$alg\",\"kid\":\"r1\"}" "$body" rs256 "$T/rsa.pem")" "alg '$alg'" 'its algorithm is not'
	done
	bad "$(jwt "$RS" "$body" rs256 "$T/evil.pem")" 'a foreign key under a known name' 'its signature is wrong'
	bad "$(jwt "{\"alg\":\"RS256\",\"kid\":\"r1\",\"jwk\":$(jwk_rsa "$T/evil.pem" r1)}" "$body" rs256 "$T/evil.pem")" 'a key in the token itself' 'its signature is wrong'
	bad "$(jwt '{"alg":"RS256","kid":"x","jku":"https://evil.example.test/keys"}' "$body" rs256 "$T/evil.pem")" 'keys at a URL in the token' 'no such key'
	bad "$(jwt '{"alg":"RS256","kid":"../../../dev/null"}' "$body" rs256 "$T/rsa.pem")" 'a path for a key' 'no such key'
	bad "$(jwt '{"alg":"RS256"}' "$body" rs256 "$T/rsa.pem")" 'no kid' 'does not name its key'
	bad "$(jwt '{"alg":"RS256","kid":["r1"]}' "$body" rs256 "$T/rsa.pem")" 'a kid that is no string' 'does not name its key'
	bad "$(jwt '{"alg":"RS256","kid":"r1","crit":["b64"],"b64":false}' "$body" rs256 "$T/rsa.pem")" 'a critical extension' 'asks for an extension'
	bad "$(jwt '{"alg":"RS256","kid":"r1","typ":"secevent+jwt"}' "$body" rs256 "$T/rsa.pem")" 'a token for something else' 'a token of another kind'
	bad "$(jwt '{"alg":"none","alg":"RS256","kid":"r1"}' "$body" rs256 "$T/rsa.pem")" 'alg twice' 'gone, or damaged'
	bad "$(jwt '[]' "$body" rs256 "$T/rsa.pem")" 'a header that is no object' 'too long, or none'
}

form_attacks() {
	token=$(jwt "$RS" "$body" rs256 "$T/rsa.pem")
	head=${token%%.*} rest=${token#*.}
	signature=${rest#*.}
	bad "$head.$(claims '.sub="admin"' | tr -d '\n' | b64u).$signature" 'other claims under a signature' 'its signature is wrong'
	bad "$(jwt "$RS" "$(printf '%s' "$body" | sed 's/"sub":"workload"/"sub":"x",&/')" rs256 "$T/rsa.pem")" 'a claim twice' 'gone, or damaged'
	bad "$(jwt "$RS" '"workload"' rs256 "$T/rsa.pem")" 'claims that are no object' 'gone, or damaged'
	bad "$head.${rest%%.*}==.$signature" 'padding' 'gone, or damaged'
	bad "$head.${rest%%.*}.${signature%?}" 'a signature that is cut off'
	bad "$head.${rest%%.*}.${signature}AA" 'a signature with more behind it'
	bad "$token.x.y" 'five parts, as of a JWE' 'too long, or none'
	bad "$head.${rest%%.*}" 'two parts' 'too long, or none'
	bad "$(printf '%017000d' 0)" 'a very long one' 'too long, or none'
	bad "$(jwt "$ES" "$body" es256_der "$T/ec.pem")" 'ES256 in DER' 'its signature is wrong'
	zero=$(head -c 64 /dev/zero | b64u)
	token=$(jwt "$ES" "$body" none)
	bad "$token$zero" 'a signature of zeros' 'its signature is wrong'
	# The order of P-256 twice: what is 0 modulo it.
	order=$(printf '%s' FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 | perl -ne 'print pack("H*", $_ . $_)' | b64u)
	bad "$token$order" 'a signature of the order of the curve' 'its signature is wrong'
}

uploads() {
	openssl genrsa -out "$T/weak.pem" 1024 2> /dev/null
	for keys in '' '{}' '{"keys":[]}' "{\"keys\":[$(jwk_rsa "$T/weak.pem" w)]}" \
	    '{"keys":[{"kty":"oct","kid":"o","k":"c2VjcmV0"}]}' \
	    '{"keys":[{"kty":"EC","crv":"P-256","kid":"off","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}]}' \
	    "{\"keys\":[$(jwk_rsa "$T/rsa.pem" '')]}" \
	    "{\"keys\":[$(jwk_rsa "$T/rsa.pem" o ',"key_ops":["encrypt"]')]}" \
	    "{\"keys\":[$(jwk_rsa "$T/rsa.pem" p ',"d":"AQAB"')]}" \
	    "{\"keys\":[$(jwk_ec "$T/ec.pem" e),$(jwk_ec "$T/ec.pem" d ',"d":"AQAB"')]}" \
	    "{\"keys\":[$(jwk_ec "$T/ec.pem" e),{\"kty\":\"oct\",\"kid\":\"o\",\"k\":\"c2VjcmV0\"}]}"; do
		printf '%s' "$keys" > "$T/bad.json"
		m client create --tenant-id "$TID" --audience a --subject s --keys "$T/bad.json" > "$T/out" 2>&1
		is "$?" 1 "RFC 8725 no client trusts $(printf '%.40s ... %s' "$keys" "${keys##*,}")"
	done
	for options in "--tenant-id $TID --subject s" '--audience a --subject s' "--tenant-id $TID --audience a" '--bearer'; do
		# shellcheck disable=SC2086 # several words
		m client create $options --keys "$T/keys.json" > "$T/out" 2>&1
		is "$? $(grep -cE 'needs' "$T/out")" '1 1' "ENTRA-A03 an issuer with $options only is refused"
	done
}

bearer() {
	v1=https://sts.windows.net/$TID/
	m client create --bearer --tenant-id "$TID" --keys "$T/keys.json" --scope users > "$T/out"
	id=$(sed -n 's/^Client id: *//p' "$T/out")
	m client create --bearer --tenant-id "$TID" --keys "$T/keys.json" > "$T/out" 2>&1
	is "$? $(grep -c 'for this issuer already' "$T/out")" '1 1' 'ENTRA-A04 one issuer once'
	app='.iss="'$v1'"|.aud="8adf8e6e-67b2-4cf2-a259-e3dc5476c621"|.sub="anything"'
	entra=$(jwt "$RS" "$(claims "$app")" rs256 "$T/rsa.pem")
	AUTH="Bearer $entra" scim GET /Users
	status_is 200 'ENTRA-A04 a JWT as bearer token'
	AUTH="Bearer $entra" scim GET /Users
	status_is 200 'ENTRA-A04 which comes again and again'
	AUTH="Bearer $entra" scim GET /Groups
	status_is 403 'AUTH-09 for what it may do'
	for change in '.iss="https://sts.windows.net/other/"' '.tid="other"' '.aud="00000002-0000-0000-c000-000000000000"' '.exp=$now-310' \
	    ".iss=\"${v1%/}\""; do
		AUTH="Bearer $(jwt "$RS" "$(claims "$app|$change")" rs256 "$T/rsa.pem")" scim GET /Users
		status_is 401 "ENTRA-A04 but not with $change"
	done
	AUTH="Bearer $(jwt '{"alg":"none","kid":"r1"}' "$(claims "$app")" none)" scim GET /Users
	status_is 401 'ENTRA-A04 nor without a signature'
	AUTH="Bearer $(jwt "$RS" "$(claims "$app")" rs256 "$T/evil.pem")" scim GET /Users
	status_is 401 "ENTRA-A04 nor with another's"
	"$BIN/muster" init --store "$T/store" --tenant acme > /dev/null
	TENANT=acme
	AUTH="Bearer $entra" scim GET /Users
	status_is 401 'TEN-02 nor in a tenant that does not trust it'
	TENANT=
	m client create --tenant acme --bearer --tenant-id "$TID" --keys "$T/keys.json" > "$T/out"
	m tenant rename acme beta > "$T/out" 2>&1
	TENANT=beta
	AUTH="Bearer $entra" scim GET /Users
	status_is 200 'TEN-02 a tenant that was renamed trusts it still'
	TENANT=
	m client revoke "$id"
	AUTH="Bearer $entra" scim GET /Users
	status_is 401 'ENTRA-A04 nor once it is taken back'
}

run() {
	federated
	works
	bearer
}

new_keys
both run
MODE=cgi
store_new
federated
claims_attacks
header_attacks
form_attacks
uploads
done_testing
