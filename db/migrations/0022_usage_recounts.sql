CREATE TABLE "usage_recounts" (
	"org_id" text NOT NULL,
	"recounted_at" timestamptz NOT NULL,
	"from" timestamptz NOT NULL,
	"to" timestamptz NOT NULL,
	"events" bigint NOT NULL,
	"counted" bigint NOT NULL,
	"differing_hours" bigint NOT NULL,
	CONSTRAINT "usage_recounts_org_id_pk" PRIMARY KEY("org_id")
);
--> statement-breakpoint
SELECT raise_tenant_walls();
