import { customType, text } from 'drizzle-orm/pg-core'
import { formatDecimal, parseDecimal, type Decimal } from '#src/kernel/decimal.ts'
import { plainUtcInstant, Temporal, type Instant } from '#src/kernel/time.ts'

/** An instant in UTC; PostgreSQL keeps microseconds. Both drivers hand timestamps over as text. */
export const instant = customType<{ data: Instant; driverData: string }>({
  dataType: () => 'timestamptz',
  toDriver: (value) => value.toString(),
  fromDriver: (value) => instantFromSql(value),
})

/** Reads "2026-02-01 00:00:00.5+00" as PostgreSQL prints it. */
export function instantFromSql(value: string | Date): Instant {
  if (value instanceof Date) return Temporal.Instant.fromEpochMilliseconds(value.getTime())
  const iso = value.replace(' ', 'T')
  const plain = iso.endsWith('+00') ? plainUtcInstant(`${iso.slice(0, -3)}Z`) : null
  return plain ?? Temporal.Instant.from(iso.replace(/([+-]\d{2})$/, '$1:00'))
}

/** Minor units of a currency. */
export const minor = customType<{ data: bigint; driverData: string | number | bigint }>({
  dataType: () => 'bigint',
  toDriver: (value) => value.toString(),
  fromDriver: (value) => BigInt(value),
})

/** Exact decimal with 12 digits after the point: quantities and unit prices. */
export const decimal = customType<{ data: Decimal; driverData: string }>({
  dataType: () => 'numeric(38, 12)',
  toDriver: (value) => formatDecimal(value),
  fromDriver: (value) => parseDecimal(value),
})

/** Bytes as they are. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
})

/** First column of every tenant table's primary key. */
export const orgId = () => text('org_id').notNull()
