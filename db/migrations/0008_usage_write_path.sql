DROP INDEX "usage_events_event";--> statement-breakpoint
ALTER TABLE "usage_events" DROP CONSTRAINT "usage_events_org_id_seq_timestamp_pk";--> statement-breakpoint
CREATE INDEX "usage_events_event" ON "usage_events" USING brin ("event_id" text_bloom_ops);
--> statement-breakpoint
-- The tenant is looked up once a statement, not once a row.
ALTER POLICY tenant ON usage_events USING (org_id = (SELECT current_setting('tollkeeper.org_id', true)))
  WITH CHECK (org_id = (SELECT current_setting('tollkeeper.org_id', true)));
--> statement-breakpoint
ALTER POLICY tenant ON usage_keys USING (org_id = (SELECT current_setting('tollkeeper.org_id', true)))
  WITH CHECK (org_id = (SELECT current_setting('tollkeeper.org_id', true)));
