-- An import writes actors a few thousand at a time, in any order: those that they name may come in a later statement of the same
-- transaction. For all others the constraints are looked at as before, at once.
ALTER TABLE actor
    ALTER CONSTRAINT actor_part_of_id_fkey DEFERRABLE INITIALLY IMMEDIATE,
    ALTER CONSTRAINT actor_owned_by_id_fkey DEFERRABLE INITIALLY IMMEDIATE;
