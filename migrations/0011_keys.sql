-- Keys of those who may write, or read where that is closed. Of a key only its SHA-256 is stored: a key is 256 random bits, which nobody
-- finds by trying, so a slow hash as for passwords would add nothing. A name is in the history of what was written with it, and is never
-- given to another key.
CREATE TABLE api_key (
    name text PRIMARY KEY,
    role text NOT NULL CHECK (role IN ('reader', 'editor', 'admin')),
    hash bytea NOT NULL UNIQUE CHECK (length(hash) = 32),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz
);
