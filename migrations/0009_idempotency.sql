-- What was written under an Idempotency-Key: enough to give the first answer again, from `change`.
--
-- A row is written in the transaction of what it is about. Whose keys they are is part of the name, so that two clients that choose the same
-- one do not meet.
CREATE TABLE idempotency (
    who text NOT NULL,
    route text NOT NULL,
    key text NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    fingerprint uuid NOT NULL, -- of the request
    at timestamptz NOT NULL DEFAULT now(),
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    id uuid, -- of the record that the answer shows; an import shows none
    version integer CHECK (version >= 1),
    status smallint NOT NULL,
    location text,
    note text, -- of the answer, what is not in `change`
    PRIMARY KEY (who, route, key),
    CONSTRAINT idempotency_answer CHECK ((id IS NULL) = (version IS NULL) AND (id IS NOT NULL OR note IS NOT NULL))
);

CREATE INDEX idempotency_at ON idempotency (at);
