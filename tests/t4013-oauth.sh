#!/bin/sh
# The token endpoint: client credentials by form and header, lifetimes,
# rotation, errors of RFC 6749 (ENTRA-A02; AUTH of spec scim.md).
. "$(dirname "$0")/lib.sh"
. tests/oauth.sh

m() { "$BIN/muster" "$@" --store "$T/store"; }

# oauth_error STATUS ERROR TEXT
oauth_error() {
	is "$STATUS $(json '"\(.error) \(has("access_token"))"') $(header Cache-Control)" "$1 $2 false no-store" "$3"
}

gives() {
	ask
	is "$STATUS $(json '"\(.token_type) \(.expires_in) \(.scope)"')" '200 Bearer 3600 scim' 'ENTRA-A02 client credentials in the form'
	is "$(header Cache-Control) $(header Pragma) $(header Content-Type)" 'no-store no-cache application/json;charset=UTF-8' 'ENTRA-A02 an answer that nobody stores'
	access=$(json .access_token)
	AUTH="Bearer $access" scim GET /Users
	status_is 200 'ENTRA-A02 the token is good'
	AUTH="Bearer $access" new_user "by-$MODE"
	status_is 201 'AUTH-03 for what its client may do'
	AUTH="Basic $(printf '%s:%s' "$CLIENT" "$SECRET" | base64 -w 0)" oauth grant_type=client_credentials
	is "$STATUS $(json .token_type)" '200 Bearer' 'ENTRA-A02 client credentials in the header'
	AUTH="Basic $(printf '%s:%s' "$CLIENT" "$SECRET" | sed 's/-/%2D/g' | base64 -w 0)" oauth 'grant_type=client_credentials&scope=scim'
	status_is 200 'ENTRA-A02 encoded as in a form'
	AUTH="Basic $(printf '%s:%s' "$CLIENT" "$SECRET" | base64 -w 0)" oauth \
	    "grant_type=client_credentials&client_id=$CLIENT&client_secret=&client_assertion=&scope="
	is "$STATUS $(json .scope)" '200 scim' 'RFC 6749 3.2 a parameter without a value is as if it were not there'
	ask '&scope=read'
	is "$STATUS $(json .scope)" '200 read' 'ENTRA-A02 a scope'
	narrow=$(json .access_token)
	AUTH="Bearer $narrow" scim GET /Users
	status_is 200 'AUTH-09 it reads'
	AUTH="Bearer $narrow" new_user more
	status_is 403 'AUTH-09 and no more than that'
	TENANT=nobody
	AUTH="Bearer $access" scim GET /Users
	status_is 401 'TEN-02 nor in another tenant'
	TENANT=
	AUTH="Bearer ${access%??}xx" scim GET /Users
	status_is 401 'AUTH-05 a token with another seal'
	AUTH="Bearer ${access%??????}" scim GET /Users
	status_is 401 'AUTH-05 a part of a token'
	# One letter further in the part that says until when.
	changed=$(printf '%s' "$access" | sed 's/^\(.\{52\}\)\(.\)/\1z/')
	[ "$changed" = "$access" ] && changed=$(printf '%s' "$access" | sed 's/^\(.\{52\}\)\(.\)/\1y/')
	AUTH="Bearer $changed" scim GET /Users
	status_is 401 'AUTH-05 a token with another end'
	AUTH="Bearer $SECRET" scim GET /Users
	status_is 401 'AUTH-05 the secret itself is no token'
}

refuses() {
	good=$SECRET
	SECRET=${good%?}
	ask
	oauth_error 401 invalid_client 'ENTRA-A02 a wrong secret'
	is "$(json .error_description)" 'the client is not known' 'and no word more'
	is "$(said "no such secret of client $CLIENT: it is too short")" "${seen:=1}" 'but in the log'
	SECRET=$TOKEN
	ask
	oauth_error 401 invalid_client 'ENTRA-A02 a token in place of the secret'
	SECRET=$good
	AUTH="Basic $(printf '%s:x' "$CLIENT" | base64 -w 0)" oauth grant_type=client_credentials
	oauth_error 401 invalid_client 'ENTRA-A02 a wrong secret in the header'
	is "$(header WWW-Authenticate)" 'Basic realm="scim"' 'and the scheme that it came by'
	AUTH='Basic ====' oauth grant_type=client_credentials
	oauth_error 401 invalid_client 'ENTRA-A02 a header that is none'
	AUTH="Basic $(printf '%s:%s' "$CLIENT" "$SECRET" | base64 -w 0)" ask
	oauth_error 400 invalid_request 'ENTRA-A02 both ways at once'
	AUTH="Basic $(printf '%s:%s' "$CLIENT" "$SECRET" | base64 -w 0)" oauth "grant_type=client_credentials&client_id=$USER_URN"
	oauth_error 400 invalid_request 'ENTRA-A02 another client in the form than in the header'
	oauth grant_type=client_credentials
	oauth_error 401 invalid_client 'ENTRA-A02 no client'
	oauth "grant_type=client_credentials&client_id=$CLIENT"
	oauth_error 401 invalid_client 'ENTRA-A02 no secret'
	oauth "grant_type=client_credentials&client_id=01900000-0000-7000-8000-000000000000&client_secret=$SECRET"
	oauth_error 401 invalid_client 'ENTRA-A02 another client'
	oauth "client_id=$CLIENT&client_secret=$SECRET"
	oauth_error 400 invalid_request 'ENTRA-A02 no grant_type'
	oauth ''
	oauth_error 400 invalid_request 'ENTRA-A02 nothing'
	oauth "grant_type=password&client_id=$CLIENT&client_secret=$SECRET"
	oauth_error 400 unsupported_grant_type 'ENTRA-A02 another grant_type'
	ask '&client_secret=x'
	oauth_error 400 invalid_request 'ENTRA-A02 a parameter twice'
	ask '&scope=admin'
	oauth_error 400 invalid_scope 'ENTRA-A02 more than the client may'
	ask "&scope=$(awk 'BEGIN { for (i = 0; i < 900; i++) printf "read%%20" }')"
	oauth_error 400 invalid_scope 'ENTRA-A02 a scope that no token has room for'
	ask '&scope=everything'
	oauth_error 400 invalid_scope 'ENTRA-A02 a scope that is none'
	TYPE=application/json oauth '{"grant_type":"client_credentials"}'
	oauth_error 400 invalid_request 'ENTRA-A02 another media type'
	METHOD=GET oauth ''
	is "$STATUS $(header Allow)" '405 POST, OPTIONS' 'ENTRA-A02 only POST'
}

# uses: of each secret of CLIENT, the oldest first, whether it was used
uses() { m client list | sed -n "/^$CLIENT/,/^[^ ]/s/^ *secret .*, \(u[a-z]*\).*/\1/p" | tr '\n' ' '; }

# A new secret beside the old one, then without it.
rotates() {
	first=$(m client list | sed -n "/^$CLIENT/{n;s/^ *secret \([^ ]*\).*/\1/p;}")
	old=$SECRET
	ask
	before=$(json .access_token)
	m client secret "$CLIENT" > "$T/out"
	is "$(uses)" 'used unused ' 'issue 5: which secrets are in use is seen'
	SECRET=mcs_wrong ask
	AUTH="Basic $(printf '%s:%s' "$CLIENT" "$(sed -n 's/^Client secret: *//p' "$T/out")" | base64 -w 0)" scim GET /Users
	is "$STATUS $(uses)" '401 used unused ' 'issue 5: what is refused has not used one'
	SECRET=$(sed -n 's/^Client secret: *//p' "$T/out")
	ask
	is "$STATUS" 200 'ENTRA-A02 a second secret'
	is "$(uses)" 'used used ' 'issue 5: then it is in use, too'
	after=$(json .access_token)
	new=$SECRET SECRET=$old
	ask
	is "$STATUS" 200 'ENTRA-A02 and the first goes on'
	m client secret --remove "$first" "$CLIENT"
	is "$?" 0 'ENTRA-A02 until it is taken back'
	ask
	oauth_error 401 invalid_client 'ENTRA-A02 then it is refused'
	AUTH="Bearer $before" scim GET /Users
	status_is 401 'AUTH-05 and what was given for it, at once'
	AUTH="Bearer $after" scim GET /Users
	status_is 200 'AUTH-05 and nothing else'
	m client secret --remove "$first" "$CLIENT" > "$T/out" 2>&1
	is "$? $(grep -c 'no secret with the id' "$T/out")" '1 1' 'a secret is taken back once'
	SECRET=$new
	m client set --lifetime 120 --label changed "$CLIENT"
	ask
	is "$STATUS $(json .expires_in) $(m client list | grep -c ' changed$')" '200 7200 1' 'ENTRA-A02 a client that was changed'
	m client set --lifetime 59 "$CLIENT" > "$T/out" 2>&1
	is "$? $(grep -c '60 to 360 minutes' "$T/out")" '1 1' 'ENTRA-A02 within bounds'
	m client secret --secret-expires 0d "$CLIENT" > "$T/out"
	SECRET=$(sed -n 's/^Client secret: *//p' "$T/out")
	ask
	oauth_error 401 invalid_client 'ENTRA-A02 no token for a secret that has expired'
	m client secret --secret-expires 30h "$CLIENT" > /dev/null
	m client revoke "$CLIENT"
	AUTH="Bearer $after" scim GET /Users
	status_is 401 'AUTH-05 a client that is gone has no tokens'
	SECRET=$new
	ask
	oauth_error 401 invalid_client 'ENTRA-A02 and gets none'
	m client secret "$CLIENT" > "$T/out" 2>&1
	is "$? $(grep -c 'there is no such credential' "$T/out")" '1 1' 'nor a secret'
}

limits() {
	client --scope 'users:read' --lifetime 360 --secret-expires 2h
	ask
	is "$STATUS $(json '.expires_in > 7190 and .expires_in <= 7200')" '200 true' 'ENTRA-A02 no token outlives its secret'
	AUTH="Bearer $(json .access_token)" scim GET /Groups
	status_is 403 'AUTH-09 the scope of the client'
	ask '&scope=users:write'
	oauth_error 400 invalid_scope 'ENTRA-A02 a scope that the client has not'
	client --lifetime 360
	ask
	is "$(json .expires_in)" 21600 'ENTRA-A02 a token of six hours'
	client --addresses 192.0.2.0/24
	ask
	oauth_error 401 invalid_client 'a client from elsewhere'
	client --expires 0d
	ask
	oauth_error 401 invalid_client 'ENTRA-A02 a client that has expired'
	for minutes in 59 361 x; do
		m client create --lifetime "$minutes" > "$T/out" 2>&1
		is "$? $(grep -c -- '--lifetime' "$T/out")" '1 1' "ENTRA-A02 no tokens of $minutes minutes"
	done
	is "$(grep -rlF "$SECRET" "$T/store" | wc -l | tr -d ' ')" 0 'AUTH-05 no secret is in the store'
	is "$(m token list | wc -l | tr -d ' ')" 1 'token list has no clients'
}

run() {
	client --label connector
	gives
	refuses
	rotates
	limits
}

both run
done_testing
