-- By-id reads of claims chosen at random; anything but a 200 voids the run.
local claims = tonumber(os.getenv("BENCH_CLAIMS"))
math.randomseed(os.time())
request = function()
    return wrk.format("GET", string.format("/v1/claims/00000000-0000-7000-8000-%012x", math.random(claims)))
end
done = function(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99),
        errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
