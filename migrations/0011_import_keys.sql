-- An import is answered for many records, so what was written under its key names none: the note is the whole answer.
ALTER TABLE idempotency ALTER COLUMN id DROP NOT NULL, ALTER COLUMN version DROP NOT NULL,
    ADD CONSTRAINT idempotency_answer CHECK ((id IS NULL) = (version IS NULL) AND (id IS NOT NULL OR note IS NOT NULL));
