# jwt.sh: an issuer of JWTs, for tests; read after lib.sh.  Keys are files in
# $T: rsa.pem and ec.pem are those of the issuer, evil.pem is another's.

b64u() { base64 -w 0 | tr '+/' '-_' | tr -d '='; }

new_keys() {
	openssl genrsa -out "$T/rsa.pem" 2048 2> /dev/null
	openssl genrsa -out "$T/evil.pem" 2048 2> /dev/null
	openssl ecparam -name prime256v1 -genkey -noout -out "$T/ec.pem"
}

# jwk_rsa FILE KID [MORE], jwk_ec FILE KID [MORE]: the public key as a JWK
jwk_rsa() {
	printf '{"kty":"RSA","kid":"%s","e":"AQAB","n":"%s"%s}' "$2" \
	    "$(openssl rsa -in "$1" -noout -modulus 2> /dev/null | sed 's/^Modulus=//' |
		perl -ne 'chomp; print pack("H*", $_)' | b64u)" "${3-}"
}

jwk_ec() {
	openssl ec -in "$1" -pubout -outform DER 2> /dev/null | tail -c 64 > "$T/point"
	printf '{"kty":"EC","crv":"P-256","kid":"%s","x":"%s","y":"%s"%s}' "$2" \
	    "$(head -c 32 "$T/point" | b64u)" "$(tail -c 32 "$T/point" | b64u)" "${3-}"
}

# rs256 FILE, es256 FILE, hs256 FILE: the signature of standard input; hs256
# takes the bytes of the file for the secret
rs256() { openssl dgst -sha256 -sign "$1" -binary | b64u; }
es256_der() { openssl dgst -sha256 -sign "$1" -binary | b64u; }
es256() {
	openssl dgst -sha256 -sign "$1" -binary | perl -e '
	    binmode STDIN; local $/;
	    for (unpack("x3 C/a x C/a", <STDIN>)) {
		s/^\0+//; print substr("\0" x 32 . $_, -32);
	    }' | b64u
}
hs256() {
	openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(od -An -tx1 -v "$1" | tr -d ' \n')" -binary | b64u
}
none() { :; }

# jwt HEADER CLAIMS SIGNER [FILE]
jwt() {
	text=$(printf '%s' "$1" | b64u).$(printf '%s' "$2" | b64u)
	printf '%s.%s' "$text" "$(printf '%s' "$text" | "$3" "${4-}")"
}

# at SECONDS: so far from now, as a NumericDate
at() { echo $(($(date +%s) + $1)); }

# claims [JQ-EXPRESSION]: those that are good, changed by it
claims() {
	jq -cn --arg iss "$ISSUER" --arg tid "$TID" --argjson now "$(date +%s)" \
	    '{iss:$iss,sub:"workload",aud:"api://muster",tid:$tid,iat:$now,nbf:$now,exp:($now+3600)}'"${1:+|$1}"
}
