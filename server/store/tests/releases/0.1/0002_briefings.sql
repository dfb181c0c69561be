CREATE TABLE series (
    id              UUID NOT NULL PRIMARY KEY,
    title           TEXT NOT NULL,
    host_unit       TEXT COLLATE "BINARY" NOT NULL,
    rrule           TEXT NOT NULL,
    timezone        TEXT NOT NULL,
    first_starts_at TIMESTAMPTZ NOT NULL,
    minutes         BIGINT NOT NULL,
    expanded_to     TIMESTAMPTZ,
    created_by      UUID NOT NULL REFERENCES accounts (id),
    created_at      TIMESTAMPTZ NOT NULL,
    ended_at        TIMESTAMPTZ
);

CREATE TABLE briefings (
    id               UUID NOT NULL PRIMARY KEY,
    title            TEXT NOT NULL,
    host_unit        TEXT COLLATE "BINARY" NOT NULL,
    parent_id        UUID REFERENCES briefings (id),
    chair_id         UUID NOT NULL REFERENCES accounts (id),
    secretary_id     UUID NOT NULL REFERENCES accounts (id),
    deputy_id        UUID REFERENCES accounts (id),
    starts_at        TIMESTAMPTZ NOT NULL,
    ends_at          TIMESTAMPTZ NOT NULL,
    admission        TEXT NOT NULL,
    floor_seconds    BIGINT,
    series_id        UUID REFERENCES series (id),
    occurrence       TIMESTAMPTZ,
    state            TEXT NOT NULL,
    cancelled_reason TEXT,
    revision         BIGINT NOT NULL,
    created_by       UUID NOT NULL REFERENCES accounts (id),
    created_at       TIMESTAMPTZ NOT NULL,
    updated_at       TIMESTAMPTZ NOT NULL,
    UNIQUE (series_id, occurrence)
);
CREATE INDEX briefings_by_start ON briefings (starts_at, id);
CREATE INDEX briefings_by_parent ON briefings (parent_id);

CREATE TABLE agenda_items (
    id                 UUID NOT NULL PRIMARY KEY,
    briefing_id        UUID NOT NULL REFERENCES briefings (id),
    position           BIGINT NOT NULL,
    title              TEXT NOT NULL,
    minutes            BIGINT NOT NULL,
    presenter_point_id UUID REFERENCES points (id),
    presenter_unit     TEXT COLLATE "BINARY",
    presenter          TEXT,
    UNIQUE (briefing_id, position)
);

CREATE TABLE invitations (
    briefing_id UUID NOT NULL REFERENCES briefings (id),
    point_id    UUID NOT NULL REFERENCES points (id),
    position    BIGINT NOT NULL,
    point_name  TEXT NOT NULL,
    unit_code   TEXT COLLATE "BINARY" NOT NULL,
    unit_name   TEXT NOT NULL,
    role        TEXT NOT NULL,
    PRIMARY KEY (briefing_id, point_id)
);
CREATE INDEX invitations_by_point ON invitations (point_id);
CREATE INDEX invitations_by_unit ON invitations (unit_code);

CREATE TABLE participants (
    briefing_id UUID NOT NULL REFERENCES briefings (id),
    account_id  UUID NOT NULL REFERENCES accounts (id),
    role        TEXT NOT NULL,
    PRIMARY KEY (briefing_id, account_id, role)
);
CREATE INDEX participants_by_account ON participants (account_id);

CREATE TABLE watch_links (
    id           UUID NOT NULL PRIMARY KEY,
    briefing_id  UUID NOT NULL REFERENCES briefings (id),
    token_hash   BYTEA NOT NULL UNIQUE,
    max_watchers BIGINT NOT NULL,
    created_by   UUID NOT NULL REFERENCES accounts (id),
    created_at   TIMESTAMPTZ NOT NULL,
    revoked_at   TIMESTAMPTZ
);
CREATE INDEX watch_links_by_briefing ON watch_links (briefing_id);
