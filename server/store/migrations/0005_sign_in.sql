-- Join tokens of an account that were issued until then are refused.
CREATE TABLE token_revocations (
    account_id UUID NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    at         TIMESTAMPTZ NOT NULL
);
CREATE INDEX token_revocations_by_time ON token_revocations (at);

-- The second factor (RFC 6238). Without a time of confirmation it is being set up and not asked for.
CREATE TABLE totp (
    account_id   UUID NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    secret       BYTEA NOT NULL,
    confirmed_at TIMESTAMPTZ,
    last_step    BIGINT NOT NULL
);

CREATE TABLE recovery_codes (
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    code_hash  BYTEA NOT NULL,
    PRIMARY KEY (account_id, code_hash)
);
