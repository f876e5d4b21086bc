#!/bin/sh
# The types that are shipped and not loaded: devices of RFC 9944, roles and
# entitlements of a draft (ROLE, and section 22 of spec scim.md).
. "$(dirname "$0")/lib.sh"

CORE=urn:ietf:params:scim:schemas:core:2.0
DPP=urn:ietf:params:scim:schemas:extension:dpp:2.0:Device
MAB=urn:ietf:params:scim:schemas:extension:ethernet-mab:2.0:Device

shipped=$MUSTER_SCHEMAS

devices() {
	device="\"schemas\":[\"$CORE:Device\"],\"displayName\":\"Lamp\""
	scim GET /ResourceTypes
	json_is '[.Resources[].id]|sort|join(" ")' 'Device EndpointApp Entitlement Group Role User' 'ROLE-05 loaded on demand'
	scim POST /Devices "{$device}"
	error_is 400 invalidValue 'DEV-02 active is required'
	scim POST /Devices "{$device,\"active\":true,\"$DPP\":{\"dppVersion\":2,\"bootstrapKey\":\"kept-secret\"},\"$MAB\":{\"deviceMacAddress\":\"00:11:22:33:44:55\"}}"
	is "$STATUS $(jq -c ".\"$DPP\"" "$T/body")" '201 {"dppVersion":2}' 'DEV-08 a device, its key unseen'
	d=$(json .id)
	scim GET "/Devices?filter=$MAB:deviceMacAddress+sw+\"00:11\""
	json_is .totalResults 1 'DEV-09 found by its address'
	patch "/Devices/$d" '[{"op":"replace","path":"active","value":false}]'
	json_is .active false 'DEV-02 changed'
	scim POST /EndpointApps "{\"schemas\":[\"$CORE:EndpointApp\"],\"applicationName\":\"A\",\"applicationType\":\"telemetry\"}"
	status_is 201 'DEV-04 an application'
	a=$(json .id)
	patch "/EndpointApps/$a" '[{"op":"replace","path":"applicationType","value":"deviceControl"}]'
	error_is 400 mutability 'DEV-04 whose type stays'
	scim DELETE "/Devices/$d"
	status_is 204 'DEV-11 deleted'
}

roles() {
	scim GET /Roles
	is "$STATUS $(json .totalResults)" '200 0' 'ROLE-02 a list of roles'
	scim POST /Roles "{\"schemas\":[\"$CORE:Role\"],\"value\":\"admin\"}"
	is "$STATUS $(header Allow)" '405 GET, HEAD, OPTIONS' 'ROLE-02 which nobody writes'
	scim GET "/Schemas/$CORE:Role"
	json_is '[.attributes[].mutability]|unique|join(" ")' readOnly 'ROLE-02 ROLE-03 its schema'
	scim GET /ServiceProviderConfig
	is "$(jq -c .RolesAndEntitlements.roles "$T/body")" '{"supported":true,"multipleRolesSupported":true,"primarySupported":true,"typeSupported":true}' 'ROLE-01 announced'
}

plain() {
	scim GET /ServiceProviderConfig
	json_is 'has("RolesAndEntitlements")' false 'ROLE-05 not announced otherwise'
	scim GET /Roles
	error_is 404 null 'ROLE-05 nor there'
}

optional() {
	devices
	[ "$MODE" = http ] || roles
}

both plain
MUSTER_SCHEMAS=$shipped:$shipped/optional/devices:$shipped/optional/roles
export MUSTER_SCHEMAS
both optional
done_testing
