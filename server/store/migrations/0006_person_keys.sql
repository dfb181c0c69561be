-- Keys of what facts say about people. A destroyed key leaves its row: what it opened is gone, the chain of facts is whole.
CREATE TABLE person_keys (
    id           UUID NOT NULL PRIMARY KEY,
    briefing_id  UUID NOT NULL,
    subject      BYTEA NOT NULL,
    class        TEXT COLLATE "BINARY" NOT NULL,
    key_bytes    BYTEA,
    created_at   TIMESTAMPTZ NOT NULL,
    destroyed_at TIMESTAMPTZ
);
CREATE INDEX person_keys_by_briefing ON person_keys (briefing_id);
CREATE INDEX person_keys_by_subject ON person_keys (subject);
CREATE INDEX person_keys_by_age ON person_keys (class, created_at);
