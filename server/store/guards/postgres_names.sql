-- Codes and keys must sort the same on both databases: byte by byte. SQLite calls that order
-- BINARY, PostgreSQL calls it C; this name lets one CREATE TABLE serve both.
CREATE COLLATION IF NOT EXISTS "BINARY" FROM "C";
