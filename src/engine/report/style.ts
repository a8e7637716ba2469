/** What the linkage report adds to the house's page. Both schemes keep text and bars at 4.5 to 1 and 3 to 1 at least. */
export const reportStyle = `
:root { --for: #005eb8; --against: #b3541e; --plain: #5b6b7a; --grid: #e3e7eb; --faint: #56616b; }
@media (prefers-color-scheme: dark) { :root { --for: #7fb6ff; --against: #f2a265; --plain: #9aa8b5; --grid: #2a313a; --faint: #a9b4be; } }
.contents { columns: 2 16rem; padding-left: 1.5rem; } .contents li { break-inside: avoid; }
.key { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(9.5rem, 45%), 1fr)); gap: .75rem; margin: 1.5rem 0; }
.key div { background: var(--soft); padding: .6rem .8rem; border-top: .2rem solid var(--for); } .key dt { font-size: .85rem; color: var(--faint); } .key dd { margin: 0; font-size: 1.35rem; font-weight: bold; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
figure { margin: 1.25rem 0; break-inside: avoid; } figcaption { font-weight: bold; margin-bottom: .25rem; }
.chart { padding: 0 .75rem 0 3.4rem; } svg { overflow: visible; display: block; } .chart text { font: 12px Arial, sans-serif; fill: var(--faint); } .chart .title { fill: var(--ink); }
.chart .title[text-anchor="start"] { transform: translateX(-2.6rem); } .grid { stroke: var(--grid); } .axis, .tick { stroke: var(--plain); } .bin { fill: var(--for); stroke: var(--paper); stroke-width: 1px; }
.mark { stroke: var(--against); stroke-width: 2px; stroke-dasharray: 5 3; } .chart .mark-label { fill: var(--against); font-weight: bold; paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.curve { fill: none; stroke: var(--for); stroke-width: 2px; vector-effect: non-scaling-stroke; } .dot { stroke: var(--for); stroke-width: 6px; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.spark { width: 100%; max-width: 18rem; height: 4.5rem; margin: .5rem 0; } .for { fill: var(--for); } .against { fill: var(--against); } .plain { fill: var(--plain); }
td.bar { min-width: 6rem; width: 32%; vertical-align: middle; } td.n { white-space: nowrap; } tbody th[scope="row"] { min-width: 8rem; } tr.group th { background: var(--soft); padding-top: .6rem; } th[scope="row"] { font-weight: normal; overflow-wrap: break-word; } tr.group th[scope] { font-weight: bold; }
table { width: 100%; } caption { overflow-wrap: anywhere; } details { margin: .5rem 0; } summary { cursor: pointer; padding: .35rem 0; } summary strong { font-variant-numeric: tabular-nums; } section { overflow-wrap: break-word; } code.print { overflow-wrap: anywhere; }
.missing { color: var(--faint); font-style: italic; } .tag { white-space: nowrap; border: 1px solid var(--plain); padding: 0 .35rem; font-size: .85rem; }
@media (max-width: 34rem) { th, td { padding: .3rem .25rem; font-size: .85rem; } tbody th[scope="row"] { min-width: 4rem; } .dense .bar { display: none; } td.bar { min-width: 4.5rem; } .chart { padding-left: 2.9rem; } h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; } }
@media print { :root { color-scheme: light; --ink: #1b1f24; --paper: #fff; --line: #d0d7de; --soft: #f3f5f7; --link: #005eb8; --for: #005eb8; --against: #b3541e; --plain: #5b6b7a; --grid: #e3e7eb; --faint: #56616b; } tr { break-inside: avoid; } h2, h3, caption { break-after: avoid; } details::details-content { content-visibility: visible; block-size: auto; } }
`;
