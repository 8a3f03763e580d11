-- No workspace answers a browser without a pass: what the sign-in process signed for this very browser (hub/signin/passes.py).
-- Cookies of the front's own hold what it takes: the browser's secret, the pass, and the address that was wanted before there was one.
-- None of them goes on to a workspace.
local ffi = require "ffi"
local passes = {}

ffi.cdef [[
  typedef struct evp_pkey_st EVP_PKEY;
  typedef struct evp_md_ctx_st EVP_MD_CTX;
  EVP_PKEY *EVP_PKEY_new_raw_public_key(int kind, void *engine, const char *key, size_t length);
  void EVP_PKEY_free(EVP_PKEY *key);
  EVP_MD_CTX *EVP_MD_CTX_new(void);
  void EVP_MD_CTX_free(EVP_MD_CTX *context);
  int EVP_DigestVerifyInit(EVP_MD_CTX *context, void *inner, const void *digest, void *engine, EVP_PKEY *key);
  int EVP_DigestVerify(EVP_MD_CTX *context, const char *signature, size_t size, const char *text, size_t length);
  unsigned char *SHA256(const char *text, size_t length, char *digest);
  int RAND_bytes(char *bytes, int count);
]]
local crypto = ffi.load("libcrypto.so.3")
local ED25519 = 1087
local STATEMENT = '{"browser":"%s","purpose":"pass","until":%s,"workspace":"%s"}'
local SECRET, PASS, WANTED = "datalab-navigateur", "datalab-passe", "datalab-adresse"
local OWN = { [SECRET] = true, [PASS] = true, [WANTED] = true }
local LONGEST_ADDRESS = 2048
local BYTES = 32

local function hex(bytes)
  return (bytes:gsub(".", function(one) return ("%02x"):format(one:byte()) end))
end

local function unhex(text)
  return (text:gsub("%x%x", function(two) return string.char(tonumber(two, 16)) end))
end

-- `key_file`: where the sign-in process says which key signs. Cookies that only this host can set have a name of their own.
function passes.set_up(key_file, scheme, hub)
  local secure = scheme == "https"
  passes.key_file, passes.hub = key_file, hub
  passes.prefix = secure and "__Host-" or ""
  passes.marks = "; Path=/; HttpOnly; SameSite=Lax" .. (secure and "; Secure" or "")
end

local function digest(text)
  local found = ffi.new("char[?]", BYTES)
  crypto.SHA256(text, #text, found)
  return hex(ffi.string(found, BYTES))
end

local function fresh_secret()
  local found = ffi.new("char[?]", BYTES)
  assert(crypto.RAND_bytes(found, BYTES) == 1)
  return hex(ffi.string(found, BYTES))
end

-- The key in its file, read each time because it may be renewed; nil when there is none.
local function read_key()
  local file = io.open(passes.key_file, "r")
  if not file then return nil end
  local text = file:read(2 * BYTES + 1)
  file:close()
  return text and #text == 2 * BYTES and not text:find("%X") and unhex(text) or nil
end

local function is_signed(key, text, signature)
  local public = crypto.EVP_PKEY_new_raw_public_key(ED25519, nil, key, #key)
  if public == nil then return false end
  local context = crypto.EVP_MD_CTX_new()
  local right = context ~= nil
    and crypto.EVP_DigestVerifyInit(context, nil, nil, nil, public) == 1
    and crypto.EVP_DigestVerify(context, signature, #signature, text, #text) == 1
  crypto.EVP_MD_CTX_free(context)
  crypto.EVP_PKEY_free(public)
  return right
end

-- The last second of a pass that counts for this workspace and the browser with this secret; nil for any other.
local function counts(pass, secret, workspace)
  local last, signature = (pass or ""):match("^([1-9]%d%d%d%d%d%d%d%d%d)%.(%x+)$")
  if not last or #signature ~= 128 or tonumber(last) < ngx.time() then return nil end
  local key = read_key()
  local statement = STATEMENT:format(digest(secret), last, workspace)
  return key and is_signed(key, statement, unhex(signature)) and tonumber(last) or nil
end

local function workspace()
  return ngx.var.p .. "--" .. ngx.var.w
end

-- The front's own cookies, by name, and all the others as they came.
local function read_cookies()
  local own, others = {}, {}
  for each in (ngx.var.http_cookie or ""):gmatch("[^;]+") do
    -- each pattern looks at a character once: one that tries again would let a long cookie stop the front
    local name, value = each:match("^%s*([^=%s]*)"), each:match("^[^=]*=(%S*)") or ""
    local short = name:match("^__Host%-(.*)$") or name
    if name == passes.prefix .. short and OWN[short] then
      own[short] = value
    elseif not OWN[short] then
      others[#others + 1] = each:match("^%s*(.*)$")
    end
  end
  local secret = own[SECRET]
  if secret and (#secret ~= 2 * BYTES or secret:find("[^0-9a-f]")) then own[SECRET] = nil end
  return own, table.concat(others, "; ")
end

local function cookie(name, value, lasts)
  return ("%s%s=%s; Max-Age=%d%s"):format(passes.prefix, name, value, lasts, passes.marks)
end

-- Where a browser wanted to go, if that is an address of this workspace; else its first page.
local function wanted_address(kept)
  local first = ("/user/%s/%s/"):format(ngx.var.p, ngx.var.w)
  local wanted = ngx.unescape_uri(kept or "")
  return wanted:sub(1, #first) == first and not wanted:find("[^!-~]") and wanted or first
end

-- Before anything of a workspace is asked: goes on with a pass that counts, without the front's own cookies.
function passes.check()
  local own, others = read_cookies()
  if not (own[SECRET] and counts(own[PASS], own[SECRET], workspace())) then return ngx.exec("@unknown") end
  if others == "" then ngx.req.clear_header("Cookie") else ngx.req.set_header("Cookie", others) end
end

-- A page leads to the hub, which knows who signed in; a call that a page makes is told that its session is over.
function passes.ask()
  ngx.header["Cache-Control"] = "no-store"
  if ngx.var.is_page ~= "1" then
    ngx.status = 401
    ngx.header["Content-Type"] = "text/plain; charset=utf-8"
    return ngx.print("Votre session est fermée : rechargez la page pour vous connecter.\n")
  end
  local secret = read_cookies()[SECRET] or fresh_secret()
  local wanted = ngx.var.request_uri:sub(1, LONGEST_ADDRESS)
  ngx.header["Set-Cookie"] = { cookie(SECRET, secret, 86400), cookie(WANTED, ngx.escape_uri(wanted), 600) }
  return ngx.redirect(("%s/hub/entree/%s/%s?navigateur=%s"):format(passes.hub, ngx.var.p, ngx.var.w, digest(secret)))
end

-- Back from the hub: the pass is kept if it is for this browser and this workspace.
function passes.enter()
  ngx.header["Cache-Control"] = "no-store"
  local own = read_cookies()
  local pass = ngx.var.arg_code
  local last = own[SECRET] and counts(pass, own[SECRET], workspace())
  if not last then return ngx.exec("@not_for_you") end
  ngx.header["Set-Cookie"] = { cookie(PASS, pass, last - ngx.time()), cookie(WANTED, "", 0) }
  return ngx.redirect(wanted_address(own[WANTED]))
end

return passes
