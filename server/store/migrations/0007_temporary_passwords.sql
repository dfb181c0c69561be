-- Until when a password is good that somebody else set; whoever signs in with it must choose another before anything else.
ALTER TABLE accounts ADD COLUMN password_until TIMESTAMPTZ;
