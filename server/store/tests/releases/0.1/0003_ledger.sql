-- The ledger stands alone: it refers to nothing, so that nothing can be removed from under it, and
-- it may hold the facts of briefings planned on another site.
CREATE TABLE facts (
    briefing_id UUID NOT NULL,
    seq         BIGINT NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    actor       TEXT NOT NULL,
    kind        TEXT NOT NULL,
    payload     TEXT NOT NULL,
    prev_hash   BYTEA NOT NULL,
    hash        BYTEA NOT NULL,
    PRIMARY KEY (briefing_id, seq)
);

-- Which process may append to a briefing's ledger.
CREATE TABLE leases (
    briefing_id UUID NOT NULL PRIMARY KEY,
    owner       TEXT NOT NULL,
    fence       BIGINT NOT NULL,
    expires_at  TIMESTAMPTZ NOT NULL
);
