import { escapeText, schemaHtml, type Schema, type Schemas } from './docs-schema.ts'

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>
  readonly description?: string
}

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly description?: string
    readonly schema?: Schema
  }[]
  readonly requestBody?: Content
  readonly responses?: Readonly<Record<string, Content>>
}

/** As much of an OpenAPI document as the page shows. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string }
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Schemas }
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2433;--soft:#5b6577;--line:#dfe4ec;--page:#fbfcfe;--card:#fff;--accent:#1f5fbf}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaf2;--soft:#9aa6ba;--line:#2c3547;--page:#11151d;--card:#181e29;--accent:#7fb0ff}}
*{box-sizing:border-box}body{margin:0;font:16px/1.55 system-ui,sans-serif;color:var(--ink);background:var(--page)}
.page{display:grid;grid-template-columns:17rem minmax(0,1fr);max-width:76rem;margin:0 auto}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:2rem 1rem;border-right:1px solid var(--line);font-size:.875rem}
nav h2{font-size:.75rem;text-transform:uppercase;letter-spacing:.06em;color:var(--soft);margin:1.4rem 0 .3rem}
nav a{display:block;padding:.15rem 0;color:inherit;text-decoration:none;overflow-wrap:anywhere}nav a:hover{color:var(--accent)}
main{padding:2rem}h1{margin:0 0 .5rem;font-size:1.9rem}.lead{color:var(--soft);max-width:44rem;white-space:pre-line}
details{background:var(--card);border:1px solid var(--line);border-radius:.6rem;margin:.7rem 0}
summary{cursor:pointer;padding:.75rem 1rem;list-style:none;display:flex;gap:.7rem;align-items:baseline;flex-wrap:wrap}
summary::-webkit-details-marker{display:none}summary span{color:var(--soft)}
.body{padding:0 1rem 1rem;border-top:1px solid var(--line)}h4{margin:1.1rem 0 .3rem;font-size:.8rem;color:var(--soft)}
.m{font:600 .75rem ui-monospace,monospace;text-transform:uppercase;min-width:3.6rem;color:var(--accent)}.m.post{color:#177a47}
.m.delete{color:#b3362b}.m.patch,.m.put{color:#96620a}code{font:.85em ui-monospace,monospace;color:var(--accent);overflow-wrap:anywhere}
.fields{list-style:none;margin:.2rem 0;padding:0 0 0 .9rem;border-left:2px solid var(--line);font-size:.9rem}.fields span,i,.or{color:var(--soft)}
.or{margin:.3rem 0;font-size:.8rem}
@media(max-width:52rem){.page{display:block}nav{position:static;height:auto;border:0;border-bottom:1px solid var(--line)}main{padding:1rem}}`

function contentHtml(part: Content, schemas: Schemas): string {
  return Object.entries(part.content ?? {})
    .map(([type, { schema }]) => {
      const label = type === 'application/json' ? '' : `<p><code>${escapeText(type)}</code></p>`
      return label + (schema ? schemaHtml(schema, schemas) : '')
    })
    .join('')
}

function parametersHtml(operation: Operation, schemas: Schemas): string {
  if (!operation.parameters?.length) return ''
  const properties = Object.fromEntries(
    operation.parameters.map(({ name, schema, description }) => [
      name,
      { ...schema, ...(description ? { description } : {}) },
    ]),
  )
  const required = operation.parameters.filter((p) => p.required).map((p) => p.name)
  return `<h4>Parameters</h4>${schemaHtml({ properties, required }, schemas)}`
}

function operationHtml(route: Route, schemas: Schemas): string {
  const { operation } = route
  const answers = Object.entries(operation.responses ?? {}).map(
    ([status, answer]) =>
      `<h4>${escapeText(status)} ${escapeText(answer.description ?? '')}</h4>${contentHtml(answer, schemas)}`,
  )
  return `<details id="${route.anchor}"><summary><b class="m ${route.method}">${route.method}</b>
<b>${escapeText(route.path)}</b><span>${escapeText(operation.summary ?? '')}</span></summary><div class="body">
${operation.description ? `<p>${escapeText(operation.description)}</p>` : ''}${parametersHtml(operation, schemas)}
${operation.requestBody ? `<h4>Body</h4>${contentHtml(operation.requestBody, schemas)}` : ''}${answers.join('')}</div></details>`
}

interface Route {
  readonly anchor: string
  readonly group: string
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

function routesOf(document: ApiDocument): Route[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      anchor: `${method}${path}`.replaceAll(/[^A-Za-z0-9]+/g, '-'),
      group: path.split('/').find((part) => part !== '' && part !== 'api') ?? 'api',
      method,
      path,
      operation,
    })),
  )
}

/** The API's documentation as one page that needs no other host and no script. */
export function docsPage(document: ApiDocument): string {
  const schemas = document.components?.schemas ?? {}
  const groups = Object.entries(Object.groupBy(routesOf(document), (route) => route.group))
  const { title, version, description } = document.info
  const menu = groups.map(
    ([group, routes]) =>
      `<h2>${escapeText(group)}</h2>${(routes ?? []).map((route) => `<a href="#${route.anchor}"><b class="m ${route.method}">${route.method}</b> ${escapeText(route.path)}</a>`).join('')}`,
  )
  const sections = groups.map(
    ([group, routes]) =>
      `<h2>${escapeText(group)}</h2>${(routes ?? []).map((route) => operationHtml(route, schemas)).join('')}`,
  )
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeText(title)}</title><style>${STYLE}</style></head><body><div class="page"><nav>${menu.join('')}</nav><main>
<h1>${escapeText(title)} ${escapeText(version)}</h1><p class="lead">${escapeText(description ?? '')}</p>
<p><a href="/api/openapi.json">openapi.json</a></p>${sections.join('')}</main></div></body></html>`
}
