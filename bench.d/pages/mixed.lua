-- SPDX-License-Identifier: Apache-2.0
-- Requests of many kinds for wrk, by chance but always the same: wrk -s mixed.lua URL -- SEED ETAG PATH...
local paths, state, etag = {}, 1, ""
local languages = { "en", "ru", "zh" }

function init(args)
	state = tonumber(args[1]) * 7919
	etag = args[2]
	for i = 3, #args do paths[#paths + 1] = args[i] end
end

local function dice(n) -- Park and Miller
	state = state * 48271 % 2147483647
	return state % n
end

local function with(path, query)
	return path .. (path:find("?", 1, true) and "&" or "?") .. query
end

local function some_day()
	return string.format("%04d-%02d-%02d", 2001 + dice(25), 1 + dice(12), 1 + dice(28))
end

local function some_page()
	return "/" .. languages[1 + dice(#languages)] .. paths[1 + dice(#paths)]
end

function request()
	local kind = dice(1000)
	if kind < 350 then return wrk.format("GET", "/en/participants/BY") end
	if kind < 550 then return wrk.format("GET", "/en/participants/BY", { ["If-None-Match"] = etag }) end
	if kind < 650 then return wrk.format("GET", dice(2) == 0 and "/feed/acts.atom" or "/feed/releases.atom") end
	if kind < 850 then return wrk.format("GET", with(some_page(), "on=" .. some_day())) end
	if kind < 852 then return wrk.format("GET", with(some_page(), "known=" .. 100 + dice(1000))) end
	if kind < 900 then return wrk.format("GET", "/en/participants/NOBODY-" .. dice(100000)) end
	if kind < 950 then return wrk.format("GET", with(some_page(), "on=2026-02-" .. 30 + dice(60))) end
	return wrk.format("POST", some_page(), nil, "a=" .. dice(1000))
end
