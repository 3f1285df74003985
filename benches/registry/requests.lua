-- Requests for wrk: the lines of a file of paths, one after another, at a rate
-- if there is one. Prints an object of JSON at the end.
--
--   wrk ... -s requests.lua ADDRESS -- PATHS [RATE]

-- wrk has no clock that is fine enough.
local ffi = require("ffi")
ffi.cdef("struct moment { long seconds; long nanoseconds; }; int clock_gettime(int clock, struct moment *now);")
local moment = ffi.new("struct moment")

local function microseconds()
  ffi.C.clock_gettime(1, moment)
  return tonumber(moment.seconds) * 1e6 + tonumber(moment.nanoseconds) / 1e3
end

local paths, rate, began, sent = {}, nil, nil, 0
local threads = {}

function setup(thread)
  table.insert(threads, thread)
  thread:set("number", #threads)
end

function init(args)
  for line in io.lines(args[1]) do table.insert(paths, line) end
  rate = tonumber(args[2])
  refused, last = 0, ""
  math.randomseed(number)
  at = math.random(#paths)
  for i = 1, #paths do paths[i] = wrk.format("GET", paths[i]) end
end

-- Milliseconds until the next request is due: what is late is sent at once.
function delay()
  if not rate then return 0 end
  local now = microseconds()
  began = began or now
  sent = sent + 1
  return math.max(0, (began + sent * 1e6 / rate - now) / 1e3)
end

function request()
  at = at % #paths + 1
  return paths[at]
end

function response(status, headers, body)
  if status ~= 200 then
    refused, last = refused + 1, status .. " " .. string.sub(body, 1, 100)
  end
end

function done(summary, latency, requests)
  local refused, last = 0, ""
  for _, thread in ipairs(threads) do
    refused = refused + thread:get("refused")
    if thread:get("last") ~= "" then last = thread:get("last") end
  end
  local errors = summary.errors
  io.write(string.format(
    '\nJSON {"requests": %d, "seconds": %.3f, "p50": %.3f, "p99": %.3f, "most": %.3f, "refused": %d, "broken": %d, "last": "%s"}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, refused, errors.connect + errors.read + errors.write + errors.timeout,
    string.gsub(last, '[^%w ]', " ")))
end
