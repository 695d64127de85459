-- One kind of work for wrk, in the dialect of whom it is asked: BENCH_WORK, BENCH_DIALECT (rest, platformatic, graphql), BENCH_CLAIMS.
-- Any status but the one expected voids the run.
local work, dialect = os.getenv("BENCH_WORK"), os.getenv("BENCH_DIALECT")
local claims = tonumber(os.getenv("BENCH_CLAIMS"))
local key = os.getenv("BENCH_KEY")
local threads = 0

local function id(kind, number)
    return string.format("00000000-0000-7%s-8000-%012x", kind, number)
end

-- Zipf's law with exponent 1 over the claims, by inversion of the continuous distribution.
local function popular()
    return math.max(1, math.min(claims, math.floor(claims ^ math.random())))
end

local function any() return math.random(claims) end

local STANCE = "id ref version createdAt updatedAt claimId actorId position sourceId quote statedAt attributes"
local ACTOR = "id ref version createdAt updatedAt name kind aliases country sameAs attributes"
local SOURCE = "id ref version createdAt updatedAt title kind url publisherId publishedAt firstHand attributes"

local function json(headers)
    headers = headers or {}
    headers["Content-Type"] = "application/json"
    if key then headers["Authorization"] = "Bearer " .. key end
    return headers
end

local function graphql(query, path)
    return wrk.format("POST", path or "/graphql", json(), '{"query":"' .. query:gsub('"', '\\"') .. '"}')
end

local function values(names)
    local claim = any()
    return string.format('{"%s":"%s","%s":"%s","position":"deny","%s":"%s"', names[1], id("000", claim), names[2],
        id("001", 1 + claim % 1000), names[3], id("002", 1 + claim % 10000))
end

local random = math.random -- also where the rest of a question is always the same

local function uuid()
    return string.format("%08x-%04x-4%03x-8%03x-%012x", random(0, 2 ^ 32 - 1), random(0, 65535), random(0, 4095), random(0, 4095),
        random(0, 2 ^ 48 - 1))
end

local rest = {
    by_id = function() return wrk.format("GET", "/v1/claims/" .. id("000", any())) end,
    list = function() return wrk.format("GET", "/v1/stances?limit=50&actor=" .. id("001", math.random(1000))) end,
    expanded = function() return wrk.format("GET", "/v1/stances?limit=50&expand=actor,source&claim=" .. id("000", any())) end,
    positions = function() return wrk.format("GET", "/v1/claims/" .. id("000", any()) .. "/positions") end,
    create = function()
        return wrk.format("POST", "/v1/stances", json(), values({"claim", "actor", "source"}) .. ',"stated_at":"2024-10-21"}')
    end,
    -- the same claim again and again, by somebody who has it: the tag comes with BENCH_TAG
    conditional = function()
        return wrk.format("GET", "/v1/claims/" .. id("000", 1), {["If-None-Match"] = os.getenv("BENCH_TAG")})
    end,
    repeated = function() return wrk.format("GET", "/v1/claims/" .. id("000", 1)) end,
}

-- A dashboard: nine reads of popular claims to one write.
rest.mixed = function()
    local dice = math.random(10)
    if dice == 1 then return rest.create() end
    local claim = id("000", popular())
    if dice <= 6 then return wrk.format("GET", "/v1/claims/" .. claim) end
    if dice <= 8 then return wrk.format("GET", "/v1/claims/" .. claim .. "/positions") end
    return wrk.format("GET", "/v1/stances?limit=50&expand=actor,source&claim=" .. claim)
end

local dialects = {
    rest = rest,
    platformatic = {
        by_id = function() return wrk.format("GET", "/claim/" .. id("000", any())) end,
        list = function()
            return wrk.format("GET", "/stance/?limit=50&orderby.createdAt=desc&orderby.id=desc&where.actorId.eq=" .. id("001", math.random(1000)))
        end,
        expanded = function()
            return graphql('{stance(where:{claimId:{eq:"' .. id("000", any()) .. '"}},limit:50){id ref version createdAt updatedAt'
                .. ' claim{id} position quote statedAt attributes actor{' .. ACTOR .. '} source{' .. SOURCE:gsub("publisherId", "publisher{id}") .. '}}}')
        end,
        create = function()
            return wrk.format("POST", "/stance/", json(), values({"claimId", "actorId", "sourceId"})
                .. ',"id":"' .. uuid() .. '","version":1,"createdAt":"2025-06-01T00:00:00Z","updatedAt":"2025-06-01T00:00:00Z"'
                .. ',"statedAt":"2024-10-21T00:00:00Z","statedAtIsDate":true,"attributes":{}}')
        end,
    },
    graphql = {
        by_id = function()
            return graphql('{claimById(id:"' .. id("000", any()) .. '"){id ref version createdAt updatedAt text language topics location attributes'
                .. ' claimAboutsByClaimIdList(orderBy:ORDINAL_ASC){targetId} claimRelationsByClaimIdList{targetId relation}}}')
        end,
        list = function()
            return graphql('{allStancesList(first:50,orderBy:[CREATED_AT_DESC,ID_DESC],condition:{actorId:"' .. id("001", math.random(1000))
                .. '"}){' .. STANCE .. '}}')
        end,
        expanded = function()
            return graphql('{allStancesList(first:50,orderBy:[CREATED_AT_DESC,ID_DESC],condition:{claimId:"' .. id("000", any()) .. '"}){' .. STANCE
                .. ' actorByActorId{' .. ACTOR .. '} sourceBySourceId{' .. SOURCE .. '}}}')
        end,
        create = function()
            local claim = any()
            return graphql(string.format('mutation{createStance(input:{stance:{id:"%s",version:1,createdAt:"2025-06-01T00:00:00Z",'
                .. 'updatedAt:"2025-06-01T00:00:00Z",claimId:"%s",actorId:"%s",position:"deny",sourceId:"%s",statedAt:"2024-10-21T00:00:00Z",'
                .. 'statedAtIsDate:true}}){stance{%s}}}', uuid(), id("000", claim), id("001", 1 + claim % 1000), id("002", 1 + claim % 10000),
                STANCE))
        end,
    },
    bare = {},
}
setmetatable(dialects.bare, {__index = function() return rest.by_id end})

local make = dialects[dialect][work]

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

function init()
    math.randomseed(os.time() * 8 + (number or 0))
end

function request()
    return make()
end

-- Asked to show: always the same question, and what was answered goes to a file.
local sample = os.getenv("BENCH_SAMPLE")
if sample then
    math.random = function(least, most) return least and 7 or 0.5 end
    function response(_, _, body)
        local file = io.open(sample, "w")
        file:write(body)
        file:close()
    end
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration, latency:percentile(50),
        latency:percentile(99), errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
