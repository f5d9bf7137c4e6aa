ALTER TABLE "agent_runs" ADD COLUMN "attempts" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "escalations" ADD COLUMN "claim_active_at" timestamptz;--> statement-breakpoint
ALTER TABLE "escalations" ADD COLUMN "overdue_told_at" timestamptz;--> statement-breakpoint
ALTER TABLE "escalations" ADD COLUMN "outcome" text;