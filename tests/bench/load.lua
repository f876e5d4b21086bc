-- load.lua: one load for wrk: KIND TARGET IDS TOKEN FIRST LAST SERIAL [MORE]
--
-- KIND is what is asked, TARGET who is asked: "/scim/v2" for muster, or a
-- bare program ("/bare-get"), which gets the same method, fields and body
-- at TARGET/KIND/ID, where MORE stands for KIND in a list.  IDS is a file of
-- ids, a line each, with a token behind it if it has its own, of which those
-- from FIRST to LAST are used: reads take them at random, writes one after the
-- other.  SERIAL makes the names and values of one run unlike any other's.
-- At the end one line: requests, microseconds, p50, p99 in microseconds,
-- errors.

local POOL = 5000 -- requests made beforehand, for reads

local kind, target, token, serial, more, first
local ids, tokens, pool = {}, {}, {}
local at = 0
local scim = "Content-Type: application/scim+json\r\n"

local user

local function text(method, path, body, field)
	return method .. " " .. path .. " HTTP/1.1\r\nHost: 127.0.0.1\r\n" ..
	    "Authorization: Bearer " .. token .. "\r\n" .. (field or "") ..
	    (body and (scim .. "Content-Length: " .. #body .. "\r\n\r\n" .. body)
	    or "\r\n")
end

-- Whose user that is: the token of its line, if there is one.
local function whose(n)
	if tokens[n] ~= "" then token = tokens[n] end
end

local function path(own, id)
	if target == "/scim/v2" or target == "/nolog/v2" or
	    target:sub(1, 4) == "/cgi" then
		return target .. own
	end
	return target .. "/" .. (kind == "list" and more or kind) .. "/" .. id
end

local function user_path(id)
	return path("/Users/" .. id, id)
end

local function filter(expression, id)
	local q = expression:gsub(" ", "%%20"):gsub('"', "%%22")
	return text("GET", path("/Users?filter=" .. q, id))
end

-- Names in the store are u0000001 and so on, in the order of IDS.
local reads = {
	get = function(n) return text("GET", user_path(ids[n])) end,
	loud = function(n) return text("GET", path("/Users?count=1", ids[n])) end,
	notmodified = function(n)
		return text("GET", user_path(ids[n]), nil,
		    "If-None-Match: W/\"" .. more .. "\"\r\n")
	end,
	username = function(n)
		return filter(string.format(
		    'userName eq "u%07d@example.com"', n + first - 1), ids[n])
	end,
	externalid = function(n)
		return filter(string.format('externalId eq "hr-%07d"', n + first - 1), ids[n])
	end,
	list = function(n)
		return text("GET", path("/Users?count=100", ids[n]))
	end,
	unindexed = function(n)
		return text("GET", path("/Users?count=1&filter=title%20eq%20%22" ..
		    "no%20such%20title%22", ids[n]))
	end,
}

local patchop = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],' ..
    '"Operations":['

local writes = {
	create = function(n)
		local name = string.format("p%d-%07d", serial, n)
		return text("POST", path("/Users", ids[1]), user(name))
	end,
	patch = function(n)
		whose((n - 1) % #ids + 1)
		-- Each round the other value: it is always a change.
		local value = (serial + math.floor((n - 1) / #ids)) % 2 == 0
		return text("PATCH", user_path(ids[(n - 1) % #ids + 1]), patchop ..
		    '{"op":"replace","path":"active","value":' ..
		    tostring(value) .. '}]}')
	end,
	-- A hundred are disabled, one after the other, then brought back.
	toggle = function(n)
		local id = ids[(math.floor(n / 200) * 100 + n % 100) % #ids + 1]
		return text("PATCH", user_path(id), patchop ..
		    '{"op":"replace","path":"active","value":' ..
		    tostring(n % 200 >= 100) .. '}]}')
	end,
	member = function(n)
		local id = ids[(n - 1) % #ids + 1]
		return text("PATCH", path("/Groups/" .. more, id), patchop ..
		    '{"op":"add","path":"members","value":[{"value":"' .. id ..
		    '"}]}]}')
	end,
	mixed = function(n)
		local id = ids[(n - 1) % #ids + 1]
		if n % 10 == 0 then
			return text("PATCH", user_path(id), patchop ..
			    '{"op":"replace","path":"title","value":"T' ..
			    serial .. "-" .. n .. '"}]}')
		elseif n % 10 == 1 then
			return reads.list(1)
		elseif n % 10 < 5 then
			return reads.username((n * 7919) % #ids + 1)
		end
		return text("GET", user_path(id))
	end,
}

user = function(name)
	return '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",' ..
	    '"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],' ..
	    '"userName":"' .. name .. '@example.com","externalId":"' .. name ..
	    '","displayName":"Anna ' .. name .. '","active":true,' ..
	    '"name":{"givenName":"Anna","familyName":"' .. name .. '"},' ..
	    '"title":"Engineer","emails":[{"value":"' .. name ..
	    '@example.com","type":"work","primary":true}],' ..
	    '"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":' ..
	    '{"employeeNumber":"' .. name .. '","department":"Sales"}}'
end

local function read_ids(name, first, last)
	local n = 0
	for line in io.lines(name) do
		n = n + 1
		if n >= first and n <= last then
			ids[#ids + 1], tokens[#ids + 1] = line:match("(%S+)%s*(%S*)")
		end
	end
end

function init(args)
	kind, target, token = args[1], args[2], args[4]
	first = tonumber(args[5])
	serial, more = tonumber(args[7]), args[8]
	read_ids(args[3], first, tonumber(args[6]))
	math.randomseed(serial)
	if not reads[kind] then return end
	for i = 1, POOL do
		local n = math.random(#ids)
		whose(n)
		pool[i] = reads[kind](n)
	end
end

function request()
	at = at + 1
	if reads[kind] then return pool[(at - 1) % #pool + 1] end
	return writes[kind](at)
end

-- One that asks 2,000 times a second by 4 connections.
function delay()
	return kind == "loud" and 2 or 0
end

function done(summary, latency)
	local e = summary.errors
	io.write(string.format("%d %d %d %d %d\n", summary.requests,
	    summary.duration, latency:percentile(50), latency:percentile(99),
	    e.connect + e.read + e.write + e.status + e.timeout))
end
