-- The feed of changes. Its cursors are places in the order (xid, seq) of `change`, which mean nothing in another database: where this one was
-- restored, or began another timeline, they are of an earlier epoch. `place` and `timeline` are where it was when it was last served; both are
-- looked at when serving starts.
CREATE TABLE feed (
    single boolean PRIMARY KEY DEFAULT true CHECK (single),
    epoch integer NOT NULL DEFAULT 1 CHECK (epoch >= 1),
    place text,
    timeline integer
);
INSERT INTO feed DEFAULT VALUES;
