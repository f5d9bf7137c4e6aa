CREATE TABLE "model_calls" (
	"org_id" text NOT NULL,
	"id" text NOT NULL,
	"run_id" text,
	"dunning_case_id" text,
	"purpose" text NOT NULL,
	"task" text NOT NULL,
	"shadow_of" text,
	"prompt_name" text NOT NULL,
	"prompt_version" text NOT NULL,
	"prompt_hash" text NOT NULL,
	"schema_hash" text NOT NULL,
	"provider" text NOT NULL,
	"model_asked" text NOT NULL,
	"model_answered" text,
	"mode" text,
	"input_tokens" integer DEFAULT 0 NOT NULL,
	"output_tokens" integer DEFAULT 0 NOT NULL,
	"cached_tokens" integer DEFAULT 0 NOT NULL,
	"is_estimated" boolean DEFAULT false NOT NULL,
	"reserved_tokens" integer NOT NULL,
	"reserved_micro_usd" integer,
	"cost_micro_usd" integer,
	"latency_ms" integer DEFAULT 0 NOT NULL,
	"outcome" text NOT NULL,
	"detail" text DEFAULT '' NOT NULL,
	"raw_output" text,
	"question" text,
	"day" text NOT NULL,
	"created_at" timestamptz NOT NULL,
	"settled_at" timestamptz,
	CONSTRAINT "model_calls_org_id_id_pk" PRIMARY KEY("org_id","id")
);
--> statement-breakpoint
CREATE TABLE "model_spend" (
	"org_id" text NOT NULL,
	"day" text NOT NULL,
	"kind" text NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"micro_usd" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "model_spend_org_id_day_kind_pk" PRIMARY KEY("org_id","day","kind")
);
--> statement-breakpoint
CREATE TABLE "shadow_comparisons" (
	"org_id" text NOT NULL,
	"call_id" text NOT NULL,
	"shadow_call_id" text NOT NULL,
	"run_id" text,
	"task" text NOT NULL,
	"shadow" text NOT NULL,
	"live" text[] NOT NULL,
	"shadowed" text[] NOT NULL,
	"agrees" boolean NOT NULL,
	"live_reason" text NOT NULL,
	"shadow_reason" text NOT NULL,
	"at" timestamptz NOT NULL,
	CONSTRAINT "shadow_comparisons_org_id_call_id_pk" PRIMARY KEY("org_id","call_id")
);
--> statement-breakpoint
ALTER TABLE "agent_runs" ALTER COLUMN "cost_micro_usd" DROP NOT NULL;--> statement-breakpoint
CREATE INDEX "model_calls_run" ON "model_calls" USING btree ("org_id","run_id");--> statement-breakpoint
CREATE INDEX "model_calls_time" ON "model_calls" USING btree ("org_id","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "model_calls_shadow" ON "model_calls" USING btree ("org_id","shadow_of") WHERE shadow_of is not null;--> statement-breakpoint
CREATE INDEX "shadow_comparisons_time" ON "shadow_comparisons" USING btree ("org_id","at");--> statement-breakpoint
SELECT raise_tenant_walls();
