-- What was done to the server itself: one chain for all of it, append-only (see guards/).
CREATE TABLE audit (
    seq        BIGINT NOT NULL PRIMARY KEY,
    at         TIMESTAMPTZ NOT NULL,
    account_id UUID,
    actor      TEXT NOT NULL,
    address    TEXT NOT NULL,
    action     TEXT COLLATE "BINARY" NOT NULL,
    detail     TEXT NOT NULL,
    prev_hash  BYTEA NOT NULL,
    hash       BYTEA NOT NULL
);
CREATE INDEX audit_by_time ON audit (at);
