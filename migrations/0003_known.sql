-- What was recorded of a claim by a given moment is read from `change`, by the claim that the stances' documents name.
CREATE INDEX change_stance_claim ON change ((record ->> 'claim')) WHERE kind = 'stance';
