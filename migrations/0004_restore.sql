-- A deleted record can be put back, and its history says so.
ALTER TABLE change
    DROP CONSTRAINT change_operation_check,
    ADD CONSTRAINT change_operation_check CHECK (operation IN ('create', 'update', 'delete', 'restore'));
