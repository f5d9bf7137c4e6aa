import { html, type Markup } from './markup.ts'

/** A4 on paper, readable on a phone; nothing is loaded from elsewhere. `brandColor` is #rrggbb. */
export function invoiceStyle(brandColor: string): Markup {
  const color = /^#[0-9a-f]{6}$/i.test(brandColor) ? brandColor : '#1f3a5f'
  return html`<style>
    :root {
      --brand: ${color};
      --ink: #1c2430;
      --soft: #5b6675;
      --line: #dfe4ea;
    }
    * {
      box-sizing: border-box;
    }
    body {
      margin: 0;
      background: #eef1f4;
      color: var(--ink);
      font:
        14px/1.5 system-ui,
        -apple-system,
        'Segoe UI',
        'Helvetica Neue',
        Arial,
        sans-serif;
    }
    main {
      max-width: 820px;
      margin: 32px auto;
      padding: 56px 64px 40px;
      background: #fff;
      border-top: 6px solid var(--brand);
      box-shadow: 0 1px 4px rgba(20, 30, 45, 0.14);
    }
    header {
      display: flex;
      justify-content: space-between;
      align-items: center;
      gap: 24px;
      margin-bottom: 40px;
    }
    .logo {
      display: flex;
      align-items: center;
      gap: 12px;
      font-size: 18px;
      font-weight: 700;
      color: var(--brand);
    }
    .mark {
      display: grid;
      place-items: center;
      width: 44px;
      height: 44px;
      border-radius: 10px;
      background: var(--brand);
      color: #fff;
      font-size: 22px;
    }
    h1 {
      margin: 0;
      font-size: 28px;
      font-weight: 300;
      letter-spacing: 0.02em;
      text-align: right;
    }
    .stamp {
      display: inline-block;
      margin-left: 12px;
      padding: 2px 10px;
      border: 1px solid currentColor;
      border-radius: 999px;
      color: #18794e;
      font-size: 12px;
      font-weight: 600;
      vertical-align: middle;
    }
    .stamp.void {
      color: #b42318;
    }
    h2 {
      margin: 0 0 4px;
      color: var(--soft);
      font-size: 11px;
      font-weight: 600;
      letter-spacing: 0.08em;
      text-transform: uppercase;
    }
    .parties {
      display: flex;
      justify-content: space-between;
      gap: 32px;
      margin-bottom: 32px;
    }
    .parties div {
      max-width: 48%;
      overflow-wrap: anywhere;
    }
    .seller {
      text-align: right;
    }
    .facts {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(120px, 1fr));
      gap: 16px;
      margin: 0 0 32px;
      padding: 16px 20px;
      border-radius: 8px;
      background: #f6f8fa;
    }
    .facts dt {
      color: var(--soft);
      font-size: 12px;
    }
    .facts dd {
      margin: 0;
      font-weight: 600;
    }
    table {
      width: 100%;
      border-collapse: collapse;
      font-variant-numeric: tabular-nums;
    }
    thead {
      display: table-header-group;
    }
    tr {
      break-inside: avoid;
    }
    th {
      padding: 8px 8px;
      border-bottom: 2px solid var(--brand);
      color: var(--soft);
      font-size: 12px;
      font-weight: 600;
      text-align: left;
    }
    td {
      padding: 10px 8px;
      border-bottom: 1px solid var(--line);
      vertical-align: top;
      overflow-wrap: anywhere;
    }
    .n {
      text-align: right;
      white-space: nowrap;
      overflow-wrap: normal;
    }
    .note {
      display: block;
      color: var(--soft);
      font-size: 12px;
    }
    .sums {
      width: 56%;
      margin: 16px 0 32px auto;
      break-inside: avoid;
    }
    .sums td {
      padding: 6px 8px;
      border: 0;
    }
    .sums .total td {
      border-top: 2px solid var(--ink);
      font-size: 18px;
      font-weight: 700;
    }
    .sums .due td {
      font-weight: 600;
    }
    .pay {
      display: flex;
      flex-wrap: wrap;
      gap: 24px 48px;
      padding: 20px;
      border: 1px solid var(--line);
      border-radius: 8px;
      break-inside: avoid;
    }
    .pay dl {
      display: grid;
      grid-template-columns: auto 1fr;
      gap: 2px 16px;
      margin: 0;
    }
    .pay dt {
      color: var(--soft);
    }
    .pay dd {
      margin: 0;
      font-variant-numeric: tabular-nums;
    }
    .pay a {
      color: var(--brand);
      font-weight: 600;
      overflow-wrap: anywhere;
    }
    footer {
      margin-top: 40px;
      padding-top: 16px;
      border-top: 1px solid var(--line);
      color: var(--soft);
      font-size: 12px;
      text-align: center;
    }
    @media (max-width: 640px) {
      main {
        margin: 0;
        padding: 28px 20px;
      }
      .parties,
      header {
        flex-direction: column;
        align-items: flex-start;
      }
      .parties div {
        max-width: none;
      }
      .seller,
      h1 {
        text-align: left;
      }
      .sums {
        width: 100%;
      }
    }
    @page {
      size: A4;
      margin: 16mm 16mm 18mm;
    }
    @media print {
      body {
        background: #fff;
        font-size: 10.5pt;
      }
      main {
        max-width: none;
        margin: 0;
        padding: 0;
        border: 0;
        box-shadow: none;
      }
      .facts {
        background: none;
        border: 1px solid var(--line);
      }
    }
  </style>`
}
