-- A session keeps the plans of its guards: made while the tables are small, they must not scan them when they are large.
ALTER FUNCTION refuse_incomplete_entries() SET enable_seqscan = off;
--> statement-breakpoint
ALTER FUNCTION refuse_empty_transaction() SET enable_seqscan = off;
