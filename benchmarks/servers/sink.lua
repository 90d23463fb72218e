-- A sink that speaks as much S3 as the contestants ask for, and keeps names, sizes and ETags, no bytes.
--
-- One nginx worker runs it, so a plain table is its memory. Signatures are believed. A body up to
-- 1 MiB is held against the digests that came with it, and its ETag is its MD5, as at Amazon. Of
-- larger ones, and of parts, the ETag is no MD5 and digests are believed: hashing them here would
-- take the cores that are measured. A download gives zeros. Every request is counted by what it is.

local ffi = require "ffi"
ffi.cdef [[
  unsigned char *MD5(const unsigned char *data, size_t size, unsigned char *digest);
  unsigned char *SHA256(const unsigned char *data, size_t size, unsigned char *digest);
]]

local sink = { buckets = {}, counts = {}, last = 0 }
local digest = ffi.new("unsigned char[32]")
local zeros = string.rep("\0", 65536)
local hex = {}
for byte = 0, 255 do hex[byte] = string.format("%02x", byte) end

local PAGE = 1000
local CHECKED = 1024 * 1024
local SYNTHETIC_ETAG = "00112233445566778899aabbccddeeff"

local function in_hex(size)
  local text = {}
  for i = 0, size - 1 do text[i + 1] = hex[digest[i]] end
  return table.concat(text)
end

local function md5(data)
  ffi.C.MD5(data, #data, digest)
  return in_hex(16)
end

local function sha256(data)
  ffi.C.SHA256(data, #data, digest)
  return in_hex(32)
end

local function count(what) sink.counts[what] = (sink.counts[what] or 0) + 1 end

local function bucket(name)
  local found = sink.buckets[name]
  if not found then
    found = { objects = {}, uploads = {}, sorted = {}, number = 0, dirty = false }
    sink.buckets[name] = found
  end
  return found
end

local function keep(place, key, size, etag, headers)
  if not place.objects[key] then
    place.number = place.number + 1
    place.dirty = true
  end
  place.objects[key] = { size, etag, ngx.time(), headers }
end

local function remove(place, key)
  if place.objects[key] then
    place.objects[key], place.dirty, place.number = nil, true, place.number - 1
  end
end

local function refuse(status, code)
  ngx.status = status
  ngx.header["Content-Type"] = "application/xml"
  local text = "<Error><Code>" .. code .. "</Code><Message>" .. code .. "</Message></Error>"
  if ngx.req.get_method() == "HEAD" then
    ngx.header["Content-Length"] = 0
    return
  end
  ngx.header["Content-Length"] = #text
  ngx.print(text)
end

local function answer(text)
  ngx.header["Content-Type"] = "application/xml"
  ngx.header["Content-Length"] = #text
  ngx.print(text)
end

-- ── objects ────────────────────────────────────────────────────────────────────────────────

-- Newer SDKs frame a body to send a checksum behind it, and say its own size beside.
local function body_size()
  return tonumber(ngx.var.http_x_amz_decoded_content_length or ngx.var.http_content_length or 0)
end

local KEPT = { "Content-Type", "Cache-Control", "Content-Disposition", "Content-Encoding", "Content-Language" }

-- The headers that an object keeps; nil if it was given none.
local function given()
  local kept
  for name, value in pairs(ngx.req.get_headers(50, true)) do
    local lower = name:lower()
    if lower:sub(1, 11) == "x-amz-meta-" then
      kept = kept or {}
      kept[lower] = value
    end
  end
  for _, name in ipairs(KEPT) do
    local value = ngx.req.get_headers()[name]
    if value then
      kept = kept or {}
      kept[name] = value
    end
  end
  return kept
end

local function put(place, key, arguments, only_new)
  if arguments.uploadId then
    count("part")
    local upload = place.uploads[arguments.uploadId]
    if not upload then return refuse(404, "NoSuchUpload") end
    upload.sizes[arguments.partNumber] = body_size()
    ngx.header["ETag"] = '"part-' .. arguments.partNumber .. '"'
    return answer("")
  end
  count("put")
  if only_new and place.objects[key] then return refuse(412, "PreconditionFailed") end
  local etag = "opaque-" .. body_size()
  if body_size() <= CHECKED then
    local data = ngx.req.get_body_data() or ""
    etag = md5(data)
    local claimed = ngx.var.http_content_md5
    if claimed and claimed ~= ngx.encode_base64(ffi.string(digest, 16)) then return refuse(400, "BadDigest") end
    claimed = ngx.var.http_x_amz_content_sha256 or ""
    if #claimed == 64 and claimed ~= sha256(data) then return refuse(400, "XAmzContentSHA256Mismatch") end
  end
  keep(place, key, body_size(), etag, given())
  ngx.header["ETag"] = '"' .. etag .. '"'
  answer("")
end

local function begin_upload(place, key)
  count("create_upload")
  sink.last = sink.last + 1
  local id = "upload-" .. sink.last
  place.uploads[id] = { sizes = {}, headers = given() }
  answer("<InitiateMultipartUploadResult><Key>" .. key .. "</Key><UploadId>" .. id
    .. "</UploadId></InitiateMultipartUploadResult>")
end

local function end_upload(place, key, id, only_new)
  count("complete_upload")
  local upload, size, parts = place.uploads[id], 0, 0
  if not upload then return refuse(404, "NoSuchUpload") end
  if only_new and place.objects[key] then return refuse(412, "PreconditionFailed") end
  for _, part in pairs(upload.sizes) do size, parts = size + part, parts + 1 end
  place.uploads[id] = nil
  local etag = "opaque-" .. size .. "-" .. parts
  keep(place, key, size, etag, upload.headers)
  answer('<CompleteMultipartUploadResult><Key>' .. key .. '</Key><ETag>"' .. etag
    .. '"</ETag></CompleteMultipartUploadResult>')
end

local function post(place, key, arguments, only_new)
  if arguments.uploads then return begin_upload(place, key) end
  if arguments.uploadId then return end_upload(place, key, arguments.uploadId, only_new) end
  count("delete_many")
  for name in (ngx.req.get_body_data() or ""):gmatch("<Key>(.-)</Key>") do remove(place, name) end
  answer("<DeleteResult></DeleteResult>")
end

local function delete(place, key, arguments)
  count("delete")
  if arguments.uploadId then place.uploads[arguments.uploadId] = nil else remove(place, key) end
  ngx.status = 204
end

local function describe(object)
  ngx.header["ETag"] = '"' .. object[2] .. '"'
  ngx.header["Last-Modified"] = ngx.http_time(object[3])
  ngx.header["Accept-Ranges"] = "bytes"
  ngx.header["Content-Type"] = "binary/octet-stream"
  for name, value in pairs(object[4] or {}) do ngx.header[name] = value end
end

local function range_of(size)
  local first, last = (ngx.var.http_range or ""):match("^bytes=(%d+)-(%d*)$")
  if not first then return 0, size - 1, false end
  return tonumber(first), math.min(tonumber(last) or size - 1, size - 1), true
end

local function send_zeros(size)
  while size > 0 do
    local now = math.min(size, #zeros)
    if not ngx.print(now == #zeros and zeros or zeros:sub(1, now)) or not ngx.flush(true) then return end
    size = size - now
  end
end

local function get(place, key)
  local is_head = ngx.req.get_method() == "HEAD"
  count(is_head and "head" or "get")
  local object = place.objects[key]
  if not object then return refuse(404, is_head and "NotFound" or "NoSuchKey") end
  describe(object)
  local first, last, partial = range_of(object[1])
  ngx.header["Content-Length"] = last - first + 1
  if partial then
    ngx.status = 206
    ngx.header["Content-Range"] = "bytes " .. first .. "-" .. last .. "/" .. object[1]
  end
  if not is_head then send_zeros(last - first + 1) end
end

-- ── listings ───────────────────────────────────────────────────────────────────────────────

local function sorted(place)
  if place.dirty then
    local keys = {}
    for key in pairs(place.objects) do keys[#keys + 1] = key end
    table.sort(keys)
    place.sorted, place.dirty = keys, false
  end
  return place.sorted
end

-- The number of the first of *keys* that is not below *wanted*.
local function position(keys, wanted)
  local low, high = 1, #keys + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if keys[middle] < wanted then low = middle + 1 else high = middle end
  end
  return low
end

local function plain(key) return key end

local function escaped(key) return (ngx.escape_uri(key):gsub("%%2F", "/")) end

local function entry(key, size, etag, when)
  return "<Contents><Key>" .. key .. "</Key><LastModified>" .. when .. "</LastModified><ETag>&quot;" .. etag
    .. "&quot;</ETag><Size>" .. size .. "</Size><StorageClass>STANDARD</StorageClass></Contents>"
end

local function page(name, arguments, entries, more, token)
  local encoding = arguments["encoding-type"] and "<EncodingType>url</EncodingType>" or ""
  local next_token = more and ("<NextContinuationToken>" .. token .. "</NextContinuationToken>") or ""
  answer('<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>'
    .. name .. "</Name><Prefix>" .. (arguments.prefix or "") .. "</Prefix><KeyCount>" .. #entries
    .. "</KeyCount><MaxKeys>" .. PAGE .. "</MaxKeys>" .. encoding .. "<IsTruncated>" .. tostring(more)
    .. "</IsTruncated>" .. next_token .. table.concat(entries) .. "</ListBucketResult>")
end

local function time_of(seconds) return os.date("!%Y-%m-%dT%H:%M:%S.000Z", seconds) end

-- Every key of the bucket with *prefix*, or the folders just below it where a delimiter asks for those.
local function list_kept(name, place, arguments)
  local keys, prefix, delimiter = sorted(place), arguments.prefix or "", arguments.delimiter
  if prefix == true then prefix = "" end
  local after = arguments["continuation-token"] or arguments["start-after"]
  local at = position(keys, prefix)
  if after and after ~= true then at = math.max(at, position(keys, after .. "\1")) end
  local entries, last, folder = {}, nil, nil
  local quoted = arguments["encoding-type"] and escaped or plain
  while at <= #keys and #entries < PAGE do
    local key = keys[at]
    if key:sub(1, #prefix) ~= prefix then break end
    local cut = delimiter and delimiter ~= true and key:find(delimiter, #prefix + 1, true)
    if cut then
      folder = key:sub(1, cut)
      entries[#entries + 1] = "<CommonPrefixes><Prefix>" .. quoted(folder) .. "</Prefix></CommonPrefixes>"
      at = position(keys, folder .. "\255")
      last = keys[at - 1]
    else
      local object = place.objects[key]
      entries[#entries + 1] = entry(quoted(key), object[1], object[2], time_of(object[3]))
      last, at = key, at + 1
    end
  end
  local more = #entries == PAGE and at <= #keys and keys[at]:sub(1, #prefix) == prefix
  page(name, arguments, entries, more, last)
end

-- A bucket named synthetic-N lists N objects that nobody has put there.
local function list_synthetic(name, total, arguments)
  local after = arguments["continuation-token"] or arguments["start-after"] or ""
  local start = tonumber(after:match("(%d+)%.jpg$") or -1) + 1
  local entries = {}
  for number = start, math.min(start + PAGE, total) - 1 do
    local key = string.format("photos/%06d/image-%09d.jpg", math.floor(number / 1000), number)
    entries[#entries + 1] = entry(key, 20480, SYNTHETIC_ETAG, "2026-01-01T00:00:00.000Z")
  end
  local last = start + #entries - 1
  page(name, arguments, entries, last + 1 < total,
    string.format("photos/%06d/image-%09d.jpg", math.floor(last / 1000), last))
end

local function list(name, arguments)
  count("list")
  local total = tonumber(name:match("^synthetic%-(%d+)$"))
  if total then return list_synthetic(name, total, arguments) end
  list_kept(name, bucket(name), arguments)
end

-- ── one request ────────────────────────────────────────────────────────────────────────────

-- The client waits as many round trips as it would on a line of that length: one for the request,
-- one for a new connection, one more for its TLS handshake, one for "Expect: 100-continue".
local function travel()
  local trip = tonumber(ngx.var.sink_delay)
  if trip == 0 then return end
  local trips = 1
  if ngx.var.connection_requests == "1" then trips = ngx.var.scheme == "https" and 3 or 2 end
  if ngx.var.http_expect then trips = trips + 1 end
  ngx.sleep(trip * trips)
end

function sink.serve()
  ngx.req.read_body()
  travel()
  local path = ngx.unescape_uri(ngx.var.uri_path)
  local name, key = path:match("^/([^/]+)/?(.*)$")
  local method, arguments = ngx.req.get_method(), ngx.req.get_uri_args()
  if not name then return answer("<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>") end
  if key == "" then
    if method == "GET" and not arguments.location then return list(name, arguments) end
    if method == "POST" then return post(bucket(name), key, arguments) end
    count("bucket")
    return answer(arguments.location and "<LocationConstraint>us-east-1</LocationConstraint>" or "")
  end
  local place, only_new = bucket(name), ngx.var.http_if_none_match == "*"
  -- nginx itself would answer 304 to a PUT with this condition.
  ngx.req.clear_header("If-None-Match")
  if method == "PUT" then return put(place, key, arguments, only_new) end
  if method == "POST" then return post(place, key, arguments, only_new) end
  if method == "GET" or method == "HEAD" then return get(place, key) end
  delete(place, key, arguments)
end

-- What was asked since the last time, as JSON, and how many objects each bucket holds.
function sink.tell()
  local parts, kept = {}, {}
  for what, number in pairs(sink.counts) do parts[#parts + 1] = string.format('"%s":%d', what, number) end
  for name, place in pairs(sink.buckets) do kept[#kept + 1] = string.format('"%s":%d', name, place.number) end
  sink.counts = {}
  answer('{"requests":{' .. table.concat(parts, ",") .. '},"objects":{' .. table.concat(kept, ",") .. "}}")
end

-- Forget one bucket; its memory is needed for the next one.
function sink.forget()
  sink.buckets[ngx.var.arg_bucket] = nil
  collectgarbage()
  answer("{}")
end

-- Hold zeros that nobody has put there.
function sink.pretend()
  keep(bucket(ngx.var.arg_bucket), ngx.var.arg_key, tonumber(ngx.var.arg_size), SYNTHETIC_ETAG)
  answer("{}")
end

return sink
