/** As much of a JSON schema as the page shows. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly description?: string
  readonly default?: unknown
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly additionalProperties?: boolean | Schema
}

export type Schemas = Readonly<Record<string, Schema>>

const MAX_DEPTH = 6

/** Text for an HTML page. */
export function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

function resolve(schema: Schema, schemas: Schemas): Schema {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : (schemas[name] ?? {})
}

/** "string (date-time)", "array of Invoice", "a | b". */
function typeName(schema: Schema, schemas: Schemas): string {
  if (schema.$ref) return schema.$ref.split('/').at(-1) ?? 'object'
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices) return choices.map((choice) => typeName(choice, schemas)).join(' | ')
  if (schema.items) return `array of ${typeName(schema.items, schemas)}`
  const type = [schema.type ?? 'any'].flat().join(' | ')
  return schema.format ? `${type} (${schema.format})` : type
}

/** The objects inside a schema whose fields deserve rows of their own. */
function shapesIn(schema: Schema, schemas: Schemas): Schema[] {
  const own = resolve(schema, schemas)
  if (own.properties) return [own]
  const inner = [
    ...(own.anyOf ?? []),
    ...(own.oneOf ?? []),
    ...(own.allOf ?? []),
    ...(own.items ? [own.items] : []),
  ]
  return inner.flatMap((part) => shapesIn(part, schemas))
}

/** Nested lists of fields: name, type, whether required, description. */
export function schemaHtml(schema: Schema, schemas: Schemas, depth = 0): string {
  const shapes = depth < MAX_DEPTH ? shapesIn(schema, schemas) : []
  if (shapes.length === 0)
    return depth === 0 ? `<p><code>${escapeText(typeName(schema, schemas))}</code></p>` : ''
  return shapes.map((shape) => fieldsHtml(shape, schemas, depth)).join('<p class="or">or</p>')
}

function fieldsHtml(shape: Schema, schemas: Schemas, depth: number): string {
  const rows = Object.entries(shape.properties ?? {}).map(([name, field]) => {
    const own = resolve(field, schemas)
    const optional = shape.required?.includes(name) ? '' : ' <i>optional</i>'
    const fallback =
      own.default === undefined ? '' : ` <i>default ${escapeText(JSON.stringify(own.default))}</i>`
    const about = own.description ? ` <span>${escapeText(own.description)}</span>` : ''
    const type = escapeText(typeName(field, schemas))
    return `<li><b>${escapeText(name)}</b> <code>${type}</code>${optional}${fallback}${about}${schemaHtml(field, schemas, depth + 1)}</li>`
  })
  return `<ul class="fields">${rows.join('')}</ul>`
}
