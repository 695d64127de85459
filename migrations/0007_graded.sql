-- Networks read stances with a degree apart from those without, which most are.
CREATE INDEX stance_graded ON stance (claim_id) WHERE degree IS NOT NULL;
