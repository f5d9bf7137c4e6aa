/** The look of the HTML report, by light and by night. */
export const STYLE = `
:root{--ink:#1c2330;--paper:#fff;--line:#d9dee7;--mute:#5c6675;--good:#0a6b3d;--bad:#b3261e;--shade:#f4f6f9}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ef;--paper:#14181f;--line:#323a47;--mute:#9aa5b5;--good:#5fd39a;--bad:#ff8a80;--shade:#1b212b}}
body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);margin:2rem auto;max-width:76rem;padding:0 1rem}
h1{margin:0}h2{margin:2.5rem 0 .25rem;border-top:1px solid var(--line);padding-top:1.5rem}
h2 span{font-size:.9rem;font-weight:600;margin-left:.5rem}
.verdict{font-size:1.2rem;font-weight:600;margin:.25rem 0}
.good{color:var(--good)}.bad{color:var(--bad)}.mute{color:var(--mute)}.good,.bad{font-weight:600}
.wide{overflow-x:auto}table{border-collapse:collapse;margin:.5rem 0 1rem;font-variant-numeric:tabular-nums}
td,th{border-bottom:1px solid var(--line);padding:.3rem .8rem .3rem 0;text-align:left;vertical-align:top}
th{color:var(--mute);font-weight:600;font-size:.85rem}tr:hover td{background:var(--shade)}
summary{cursor:pointer;font-weight:600;margin-top:.75rem}a{color:inherit}
`
