-- Claims that were suggested as the same and are not. A pair is two rows, one from either side, so that each is beside its claim wherever that is kept.
-- Rows outlive their claims: one that is put back has the same id, and is still not the same as the other.
CREATE TABLE claim_rejection (
    claim_id uuid NOT NULL,
    other_id uuid NOT NULL CHECK (other_id <> claim_id),
    rejected_at timestamptz NOT NULL,
    request_id text,
    PRIMARY KEY (claim_id, other_id)
);
