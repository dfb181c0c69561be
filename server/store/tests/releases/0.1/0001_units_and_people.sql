-- Read by SQLite and by PostgreSQL: only what both understand.
-- Numbers are BIGINT, times TIMESTAMPTZ that the server supplies, enumerations are words.

-- The administrative tree, effective-dated: one row per unit and period.
CREATE TABLE units (
    code        TEXT COLLATE "BINARY" NOT NULL,
    valid_from  DATE NOT NULL,
    valid_to    DATE,
    name        TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    tier        TEXT NOT NULL,
    parent_code TEXT COLLATE "BINARY",
    link_kbps   BIGINT,
    PRIMARY KEY (code, valid_from)
);
CREATE INDEX units_by_parent ON units (parent_code);

-- Rows to be updated by whoever must be alone while he works.
CREATE TABLE locks (
    name TEXT NOT NULL PRIMARY KEY
);
INSERT INTO locks (name) VALUES ('units');

CREATE TABLE points (
    id               UUID NOT NULL PRIMARY KEY,
    unit_code        TEXT COLLATE "BINARY" NOT NULL,
    name             TEXT NOT NULL,
    kind             TEXT NOT NULL,
    link_kbps        BIGINT NOT NULL,
    technician_name  TEXT NOT NULL,
    technician_phone TEXT NOT NULL,
    active           BOOLEAN NOT NULL
);
CREATE INDEX points_by_unit ON points (unit_code);

CREATE TABLE accounts (
    id            UUID NOT NULL PRIMARY KEY,
    username      TEXT NOT NULL,
    username_key  TEXT COLLATE "BINARY" NOT NULL UNIQUE,
    display_name  TEXT NOT NULL,
    name_folded   TEXT NOT NULL,
    title         TEXT NOT NULL,
    unit_code     TEXT COLLATE "BINARY" NOT NULL,
    point_id      UUID REFERENCES points (id),
    password_hash TEXT,
    locale        TEXT NOT NULL,
    disabled      BOOLEAN NOT NULL,
    created_at    TIMESTAMPTZ NOT NULL,
    updated_at    TIMESTAMPTZ NOT NULL
);
CREATE INDEX accounts_by_unit ON accounts (unit_code);

CREATE TABLE grants (
    account_id UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    role       TEXT NOT NULL,
    unit_code  TEXT COLLATE "BINARY" NOT NULL,
    PRIMARY KEY (account_id, role, unit_code)
);

CREATE TABLE sessions (
    id           UUID NOT NULL PRIMARY KEY,
    account_id   UUID NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    token_hash   BYTEA NOT NULL UNIQUE,
    created_at   TIMESTAMPTZ NOT NULL,
    last_seen_at TIMESTAMPTZ NOT NULL,
    expires_at   TIMESTAMPTZ NOT NULL,
    user_agent   TEXT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Names are kept as they were typed, known or not: whether one is known must not show.
CREATE TABLE login_attempts (
    id           UUID NOT NULL PRIMARY KEY,
    username_key TEXT COLLATE "BINARY" NOT NULL,
    at           TIMESTAMPTZ NOT NULL,
    ok           BOOLEAN NOT NULL
);
CREATE INDEX login_attempts_by_name ON login_attempts (username_key, at);
CREATE INDEX login_attempts_by_time ON login_attempts (at);

-- The server's own keys.
CREATE TABLE secrets (
    name  TEXT NOT NULL PRIMARY KEY,
    bytes BYTEA NOT NULL
);
