-- A dump is restored with no schema in the search path, and its indexes are then made anew: functions that stand in an index and call others of ours
-- find them by themselves.
ALTER FUNCTION search_terms(text) SET search_path FROM CURRENT;
ALTER FUNCTION search_names(text, text[]) SET search_path FROM CURRENT;
