-- What a workspace answers is written by whoever works in it: only what these tables name reaches a browser.
local answers = {}

local KEPT = {
  ["content-type"] = true, ["content-length"] = true, ["content-encoding"] = true,
  ["etag"] = true, ["last-modified"] = true, ["cache-control"] = true, ["expires"] = true, ["vary"] = true,
  ["set-cookie"] = true,
}
local KEPT_BY_SOCKETS = {
  ["upgrade"] = true, ["connection"] = true,
  ["sec-websocket-accept"] = true, ["sec-websocket-protocol"] = true, ["sec-websocket-extensions"] = true,
}
-- what JupyterLab is made of; a browser shows each of these and saves none by itself
local SHOWN = {
  ["text/html"] = true, ["text/css"] = true, ["text/plain"] = true, ["text/javascript"] = true,
  ["application/javascript"] = true, ["application/json"] = true,
  ["image/png"] = true, ["image/svg+xml"] = true, ["image/x-icon"] = true, ["image/vnd.microsoft.icon"] = true,
  ["font/woff"] = true, ["font/woff2"] = true, ["font/ttf"] = true, ["application/font-woff"] = true,
}
-- more than JupyterLab's longest answer, beside files: those pass through the door
local LONGEST_PAGE = 4 * 1024 * 1024
local COOKIE_WORDS = { path = true, expires = true, ["max-age"] = true, httponly = true, secure = true, samesite = true }
local LONGEST_COOKIE = 4096
local BODILESS = { [101] = true, [204] = true, [304] = true }

local function as_list(value)
  return type(value) == "table" and value or { value }
end

-- A cookie of this workspace's own addresses, whole; nil for any other, and for one that has a name of the front's.
function answers.cookie(text, own)
  if text:lower():find("^datalab%-") or text:find("^__") then return nil end
  if #text > LONGEST_COOKIE or not text:find("^[%w_-]+=[\x20-\x7e]*$") then return nil end
  local seen = {}
  for part in text:gsub("^[^;]*", "", 1):gmatch("[^;]+") do
    local word, value = part:match("^%s*([%w-]+)=?(.*)$")
    word = (word or ""):lower()
    if not COOKIE_WORDS[word] or seen[word] then return nil end
    seen[word] = value
  end
  if not seen.path then return text .. "; Path=" .. own end
  return (seen.path .. "/"):sub(1, #own) == own and text or nil
end

local function refuse(why)
  ngx.log(ngx.ERR, "answer refused: ", why)
  ngx.ctx.refused = true
  for name in pairs(ngx.resp.get_headers(0)) do ngx.header[name] = nil end
  ngx.status = 502
  ngx.header["Content-Type"] = "text/plain; charset=utf-8"
end

-- What is wrong with an answer as a whole, nil when nothing is.
local function fault(headers, opened)
  if ngx.status < 200 and not opened then return "an interim status" end
  local kind = headers["content-type"]
  if type(kind) == "table" then return "two types" end
  if ngx.var.way ~= "door" and (tonumber(headers["content-length"]) or 0) > LONGEST_PAGE then return "its length" end
  if kind and not SHOWN[kind:match("^[^; ]*"):lower()] then return "its type" end
end

function answers.filter_headers()
  local headers = ngx.resp.get_headers(0)
  local opened = ngx.status == 101 and ngx.var.upgrade ~= ""
  local why = fault(headers, opened)
  if why then return refuse(why) end
  for name in pairs(headers) do
    if not (KEPT[name] or opened and KEPT_BY_SOCKETS[name]) then ngx.header[name] = nil end
  end
  if headers["set-cookie"] then
    local cookies = {}
    for _, text in ipairs(as_list(headers["set-cookie"])) do
      cookies[#cookies + 1] = answers.cookie(text, "/user/" .. ngx.var.p .. "/" .. ngx.var.w .. "/")
    end
    ngx.header["Set-Cookie"] = cookies
  end
  -- a 304 would give its type to the copy that the browser has
  if not headers["content-type"] and not BODILESS[ngx.status] then ngx.header["Content-Type"] = "text/plain; charset=utf-8" end
end

function answers.filter_body()
  if not ngx.ctx.refused and ngx.var.way ~= "door" and ngx.status ~= 101 then
    ngx.ctx.length = (ngx.ctx.length or 0) + #(ngx.arg[1] or "")
    if ngx.ctx.length > LONGEST_PAGE then
      ngx.log(ngx.ERR, "answer cut: its length")
      ngx.ctx.refused = true
    end
  end
  if ngx.ctx.refused then
    ngx.arg[1] = nil
    ngx.arg[2] = true
  end
end

return answers
